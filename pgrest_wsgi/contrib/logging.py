"""Events as lines of the standard library's logging, under three names.

``pgrest_wsgi.access`` has a line for each request that ``log-level`` asks for,
``pgrest_wsgi.query`` the SQL of these where ``log-query`` asks for it, and ``pgrest_wsgi`` all that
is about the server.
Upstream: https://docs.postgrest.org/en/v16/references/observability.html#logs.
"""

from __future__ import annotations

import logging
from time import monotonic

from pgrest_wsgi.contrib.access_log import CONTROL, AccessLine, escape
from pgrest_wsgi.errors import INTERNAL, PgrestError
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DeprecatedSetting,
    DoubtfulSetting,
    Event,
    KeysFailed,
    KeysFetched,
    ListenerFailed,
    ListenerStarted,
    ObserverFailed,
    RequestFinished,
    UnexpectedError,
    UnknownSetting,
)
from pgrest_wsgi.response.errors import error_body

logger = logging.getLogger("pgrest_wsgi")
access = logging.getLogger("pgrest_wsgi.access")
queries = logging.getLogger("pgrest_wsgi.query")

# The lowest status that each ``log-level`` logs; no answer has one of 1000.
LOGGED_FROM = {"crit": 1000, "error": 500, "warn": 400, "info": 0, "debug": 0}

# What is said of a database that is away is said again after so long, not with every attempt.
REPEAT_SECONDS = 5.0


class EventLog:
    """An observer that logs events, with the trace of an error that is a bug."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}  # lines about failures, and when they were written

    def __call__(self, event: Event) -> None:
        if isinstance(event, RequestFinished):
            if event.status >= LOGGED_FROM[event.log_level]:
                self._log_request(event)
            return
        if isinstance(event, CatalogLoaded):
            self._told = {}
        if not isinstance(event, CatalogFailed) or self._is_news(f"catalog: {event.error}"):
            log_other(event)

    def _log_request(self, event: RequestFinished) -> None:
        level = level_of(event.status)
        if event.error is not None and event.status >= 500:
            self._log_failure(event.error)
        for sql in event.statements:
            queries.log(level, "%s", escape(sql.decode().replace("\n", " "), CONTROL))
        if access.isEnabledFor(level):
            # Logger.log would look up who calls it, which is always us.
            record = access.makeRecord(access.name, level, __file__, 0, AccessLine(event), (), None)
            access.handle(record)

    def _log_failure(self, error: PgrestError) -> None:
        """Why the server failed, as its client was told or would have been."""
        if error.code == INTERNAL.code:
            return  # told with its trace
        line = escape(error_body(error, "verbose").decode(), CONTROL)
        if not error.code.startswith("PGRST00") or self._is_news(line):
            logger.error("%s", line)

    def _is_news(self, line: str) -> bool:
        """Whether a line was not written just now. It counts as written then."""
        now = monotonic()
        if now < self._told.get(line, 0.0):
            return False
        # Never changed in its place: other threads may be going through it.
        recent = {known: until for known, until in self._told.items() if now < until}
        self._told = {**recent, line: now + REPEAT_SECONDS}
        return True


log_event = EventLog()
"""What `make_app` observes with where nothing else is said."""


def level_of(status: int) -> int:
    """The level of logging for an answer."""
    if status < 400:
        return logging.INFO
    return logging.WARNING if status < 500 else logging.ERROR


def log_other(event: Event) -> None:
    """Log what is no request."""
    match event:
        case CatalogLoaded(tables, server_version, seconds, relationships, functions, schemas):
            logger.info(
                "schema cache loaded in %.3f s: %d tables, %d relationships, %d functions of %s"
                " (PostgreSQL %d)",
                seconds, tables, relationships, functions, ", ".join(schemas),
                server_version // 10000,
            )  # fmt: skip
        case CatalogFailed(error):
            logger.error("schema cache not loaded, retrying: %s", error)
        case ListenerStarted(channel):
            logger.info('listening for notifications on channel "%s"', channel)
        case ListenerFailed(channel, error):
            logger.warning('not listening on channel "%s", retrying: %s', channel, error)
        case DeprecatedSetting(setting, advice):
            logger.warning("the value of %s is deprecated: %s", setting, advice)
        case UnknownSetting(advice):
            logger.warning("ignored: %s", advice)
        case DoubtfulSetting(setting, doubt):
            logger.warning("%s: %s", setting, doubt)
        case KeysFetched(source, keys, seconds):
            logger.info("%d keys fetched from %s in %.3f s", keys, source, seconds)
        case KeysFailed(source, error, retry_seconds):
            logger.error("no keys from %s, retrying in %d s: %s", source, retry_seconds, error)
        case UnexpectedError(method, path, error):
            asked = f"{escape(method)} {escape(path)}"
            logger.error("unexpected error in %s", asked, exc_info=error)
        case ObserverFailed(observer, error):
            logger.error("observer %s failed", observer, exc_info=error)
