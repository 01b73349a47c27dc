"""Connections: a psycopg pool of `Session`s, lent one at a time.

Upstream: https://docs.postgrest.org/en/v16/references/connection_pool.html.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from pgrest_wsgi.config.model import Config, ConfigError
from pgrest_wsgi.database.failures import acquisition_timed_out, connection_refused
from pgrest_wsgi.database.pipeline import Session
from pgrest_wsgi.observe import PoolFigures
from pgrest_wsgi.version import POSTGREST_VERSION, __version__

# How often somebody who waits for a connection looks whether none can be made.
PATIENCE_SECONDS = 0.5

# The limit to connecting where another host waits to be asked: the least that libpq knows.
ONE_OF_SEVERAL_SECONDS = 2

# Only by these a connection on which nothing comes learns that the other side is gone, and no
# earlier than after 45 seconds.
KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 45_000,
}

# What we send and answer is UTF-8, whatever the database, the role or the environment prefer.
ENCODING = {"client_encoding": "UTF8"}

# No retries of the pool's own: every request that finds no connection asks for one, and so the
# first one after the database has come back is served.
RECONNECT_SECONDS = 0.0


POOL_NAME = "pgrest_wsgi"


class Failure(NamedTuple):
    """The last attempt to connect that failed: when (monotonic seconds), and why."""

    at: float
    message: str


class PooledSession(Session):
    """A session whose failures to connect are told to the pool's owner."""

    @classmethod
    def connect(  # type: ignore[override]
        cls, conninfo: str = "", *, on_failure: Callable[[str], None], **keywords: Any
    ) -> PooledSession:
        try:
            return super().connect(conninfo, **keywords)
        except psycopg.OperationalError as error:
            on_failure(str(error))
            raise


class LatestFirst(ConnectionPool[PooledSession]):
    """A pool that lends first what came back last, where psycopg's takes turns.

    What a server process needs is then still in the cache of a processor, and what nobody needs any
    more comes to rest and is closed.
    """

    def _get_ready_connection(self, timeout: float | None) -> PooledSession | None:
        self._pool.rotate(1)
        return super()._get_ready_connection(timeout)


def is_news(record: logging.LogRecord) -> bool:
    """Whether what psycopg's pools log is about another one than ours.

    Ours has its failures told as those of requests: it would add two lines to each of them.
    """
    about = record.args if isinstance(record.args, tuple) else ()
    return not any(arg == POOL_NAME or isinstance(arg, PooledSession) for arg in about)


logging.getLogger("psycopg.pool").addFilter(is_news)


def connection_string(config: Config) -> str:
    """``db-uri``, completed: encoding, the name of this program, ends to waiting for an answer.

    Without these ends requests would hang for minutes where packets are lost. Raises `ConfigError`
    for a string that libpq cannot read, or reads otherwise than it was meant.
    """
    try:
        given = conninfo_to_dict(config.db_uri)
    except psycopg.ProgrammingError:  # its message may hold the password
        raise ConfigError(("db-uri: neither a URI nor key=value pairs that libpq reads",)) from None
    # The end of a password, which messages would show as a host; sockets may have an @ as well.
    if any("@" in host[1:] and host[0] != "/" for host in str(given.get("host", "")).split(",")):
        raise ConfigError(("db-uri: a host has an @; in a password that is written %40",))
    patience = config.db_pool_acquisition_timeout
    if has_several_hosts(given):
        patience = min(patience, ONE_OF_SEVERAL_SECONDS)
    defaults = {
        "fallback_application_name": f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})",
        "connect_timeout": os.environ.get("PGCONNECT_TIMEOUT") or str(patience),
    }
    return make_conninfo("", **{**defaults, **KEEPALIVES, **given, **ENCODING})


def has_several_hosts(given: Mapping[str, object]) -> bool:
    """Whether the parameters of a connection leave it open which server it goes to."""
    names = (("host", "PGHOST"), ("hostaddr", "PGHOSTADDR"))
    return any("," in str(given.get(name) or os.environ.get(place)) for name, place in names)


class Sessions:
    """The connections of one process; none is made before it is needed."""

    def __init__(self, config: Config) -> None:
        self._timeout = config.db_pool_acquisition_timeout
        self._failure = Failure(0.0, "")
        self._timeouts = 0
        self._pool = LatestFirst(
            connection_string(config),
            connection_class=PooledSession,
            kwargs={"autocommit": True, "prepare_threshold": None, "on_failure": self._failed},
            min_size=0,
            max_size=config.db_pool,
            max_idle=config.db_pool_max_idletime,
            max_lifetime=config.db_pool_max_lifetime,
            reconnect_timeout=RECONNECT_SECONDS,
            name=POOL_NAME,
            open=False,
        )

    def renew(self) -> None:
        """Be ready to lend, and lend no connection that was made before.

        Prepared statements, and what functions keep for a session, end with the old ones.
        """
        self._pool.open()
        self._pool.drain()

    def close(self) -> None:
        self._pool.close()

    def acquire(self) -> PooledSession:
        """Lend a connection that is alive, to be released again. Raises PGRST000, PGRST003."""
        asked = monotonic()
        while True:
            session = self._wait(asked)
            if not session.is_broken():
                return session
            session.close()
            self.release(session)

    def release(self, session: PooledSession) -> None:
        """Take a connection back; one that is closed or too large is replaced."""
        if session.is_swollen:
            session.close()
        self._pool.putconn(session)

    def figures(self) -> PoolFigures:
        """How the connections are used."""
        stats = self._pool.get_stats()
        return PoolFigures(
            self._pool.max_size, stats["pool_available"], stats["requests_waiting"], self._timeouts
        )

    def _wait(self, asked: float) -> PooledSession:
        """Wait for a connection, but not when none can be made."""
        while True:
            left = asked + self._timeout - monotonic()
            try:
                return self._pool.getconn(timeout=min(left, PATIENCE_SECONDS))
            except PoolTimeout:
                if self._failure.at >= asked:
                    raise connection_refused(self._failure.message) from None
                if left <= PATIENCE_SECONDS:
                    self._timeouts += 1
                    raise acquisition_timed_out() from None
            except PoolClosed as error:  # the application was closed under this request
                raise connection_refused(str(error)) from error

    def _failed(self, message: str) -> None:
        self._failure = Failure(monotonic(), message)
