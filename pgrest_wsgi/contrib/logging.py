"""Events as lines of the standard library's logging, under the name ``pgrest_wsgi``."""

from __future__ import annotations

import logging

from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DeprecatedSetting,
    Event,
    KeysFailed,
    KeysFetched,
    ListenerFailed,
    ListenerStarted,
    UnexpectedError,
)

logger = logging.getLogger("pgrest_wsgi")


def log_event(event: Event) -> None:
    """Log an event, with the trace of an error that is a bug."""
    match event:
        case CatalogLoaded(tables, server_version, seconds):
            logger.info(
                "schema cache loaded: %d tables in %.3f s (PostgreSQL %d)",
                tables,
                seconds,
                server_version // 10000,
            )
        case CatalogFailed(error, retry_seconds):
            logger.error("schema cache not loaded, retrying in %d s: %s", retry_seconds, error)
        case ListenerStarted(channel):
            logger.info('listening for notifications on channel "%s"', channel)
        case ListenerFailed(channel, error):
            logger.warning('not listening on channel "%s", retrying: %s', channel, error)
        case DeprecatedSetting(setting, advice):
            logger.warning("the value of %s is deprecated: %s", setting, advice)
        case KeysFetched(source, keys, seconds):
            logger.info("%d keys fetched from %s in %.3f s", keys, source, seconds)
        case KeysFailed(source, error, retry_seconds):
            logger.error("no keys from %s, retrying in %d s: %s", source, retry_seconds, error)
        case UnexpectedError(method, path, error):
            logger.error("unexpected error in %s %s", method, path, exc_info=error)
