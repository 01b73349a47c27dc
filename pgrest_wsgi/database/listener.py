"""The thread of a process that listens on ``db-channel``, and has what is in force renewed.

Upstream: https://docs.postgrest.org/en/v16/references/listener.html. A notification is followed at
once, and what comes during the next 100 ms once more. Notifications that nobody heard, before the
connection or between two, are made up for by renewing whenever it is made.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.advice import explain
from pgrest_wsgi.database.introspection import IntrospectionError
from pgrest_wsgi.database.pool import connection_string
from pgrest_wsgi.database.replica import has_arrived, written
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.observe import ListenerFailed, ListenerStarted, Observer

RELOADS = frozenset(("", "reload schema", "reload config"))

COOLDOWN_SECONDS = 0.1
RETRY_SECONDS = 1.0  # after a failure to renew
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # between attempts to connect
ROUND_SECONDS = 1.0  # how long `close` may go unnoticed

Renew = Callable[[float], object]
"""Renews what is in force, unless that was begun after a moment (monotonic seconds).

Raises PgrestError where it cannot; what is in force stays then.
"""


class Listener:
    """A thread with a connection of its own, which it makes again whenever it is lost."""

    def __init__(self, config: Config, renew: Renew, observer: Observer) -> None:
        self.channel = config.db_channel
        self.is_listening = False
        self._conninfo = listener_string(config)
        self._pool_conninfo = connection_string(config)
        self._renew = renew
        self._observer = observer
        self._tried = Event()
        self._closed = Event()

    def start(self, patience_seconds: float) -> None:
        """Begin; return when it listens, or cannot connect, or that takes too long."""
        Thread(target=self._run, name="pgrest-listener", daemon=True).start()
        self._tried.wait(patience_seconds)

    def close(self) -> None:
        """End soon, the connection with it."""
        self._closed.set()

    def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._closed.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.channel)))
                    pause = SHORTEST_PAUSE
                    self.is_listening = True
                    self._observer(ListenerStarted(self.channel))
                    self._tried.set()
                    self._follow(connection)
            except Exception as error:  # whatever it is, the process must not go deaf
                self.is_listening = False
                if pause == SHORTEST_PAUSE:  # once for each outage
                    self._observer(ListenerFailed(self.channel, explained(error)))
                self._tried.set()
                self._closed.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _follow(self, connection: psycopg.Connection) -> None:
        """Renew as often as it is asked for, and again until it succeeds."""
        asked: float | None = monotonic()
        position = self._written()
        while not self._closed.is_set():
            if asked is None:
                if self._was_notified(connection):
                    asked, position = monotonic(), self._written()
            elif not has_arrived(position, self._pool_conninfo):
                asked = monotonic()  # what was read until now may have been read too early
                self._closed.wait(COOLDOWN_SECONDS)
            elif self._has_renewed(asked):
                asked = None
                self._closed.wait(COOLDOWN_SECONDS)
            else:
                self._closed.wait(RETRY_SECONDS)

    def _written(self) -> str | None:
        return written(self._conninfo, self._pool_conninfo)

    def _has_renewed(self, asked: float) -> bool:
        try:
            self._renew(asked)
        except PgrestError:  # observers have been told
            return False
        return True

    def _was_notified(self, connection: psycopg.Connection) -> bool:
        """Whether a reload was asked for. Waits for news, but no longer than a round."""
        ready = select.poll()
        ready.register(connection.fileno(), select.POLLIN)
        if not ready.poll(ROUND_SECONDS * 1000):
            return False
        payloads = [notice.payload for notice in connection.notifies(timeout=0)]
        return not RELOADS.isdisjoint(payloads)


def explained(error: Exception) -> Exception:
    """One that tells in a line what to do, where it is about the connection."""
    return IntrospectionError(explain(error)) if isinstance(error, psycopg.Error) else error


def listener_string(config: Config) -> str:
    """``db-uri`` for listening, which of several hosts only the primary can do.

    Not ``read-write``, as in v16.2: that would pass over a primary where the login only reads
    unless it asks.
    """
    return make_conninfo(connection_string(config), target_session_attrs="primary")
