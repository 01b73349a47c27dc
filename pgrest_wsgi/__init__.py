"""PostgREST's REST API for any PostgreSQL database, as one WSGI callable.

``gunicorn "pgrest_wsgi:make_app()"`` serves what ``PGRST_*`` in the environment describe.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pgrest_wsgi.app import App
from pgrest_wsgi.config import ConfigError, find_sources
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.contrib.refusal import refusal_of
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.hooks import Authenticate
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.observe import Observer
from pgrest_wsgi.version import __version__

__all__ = ("App", "ConfigError", "Identity", "PgrestError", "__version__", "make_app")


def make_app(
    config_file: str | os.PathLike[str] | None = None,
    *,
    authenticate: Authenticate | None = None,
    observers: Sequence[Observer] = (log_event,),
    **settings: object,
) -> App:
    """Make the application. It connects to the database at its first request, not here.

    `settings` are those of ``docs/configuration.md`` in snake_case (``db_anon_role="anon"``);
    they win over the database, that over the environment, and that over the file. `authenticate`
    is the hook of `pgrest_wsgi.hooks`; `observers` get the events of `pgrest_wsgi.observe`. Raises
    `ConfigError` for settings that cannot be used.
    """
    try:
        return App(find_sources(settings, None, config_file), observers, authenticate)
    except ConfigError as error:
        raise refusal_of(error) from error.__cause__
