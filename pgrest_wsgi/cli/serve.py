"""``pgrest-wsgi serve``: opens the sockets, says where, and becomes gunicorn."""

from __future__ import annotations

import os
import socket
import sys

from pgrest_wsgi import make_app
from pgrest_wsgi.cli.addresses import admin_address, api_address, listen
from pgrest_wsgi.cli.gunicorn_settings import ADMIN_SOCKET
from pgrest_wsgi.config import Config
from pgrest_wsgi.version import POSTGREST_VERSION, __version__


def serve(file: str | None) -> None:
    """Become the server. Raises ConfigError for what the workers would stumble over."""
    config = make_app(file, observers=()).config
    listener = listen(api_address(config))
    print(f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})", file=sys.stderr)
    print(f"API at {url_of(listener)}", file=sys.stderr)
    admin = admin_address(config)
    if admin is not None:
        admin_listener = listen(admin)
        print(f"admin pages at {url_of(admin_listener)}", file=sys.stderr)
        os.environ[ADMIN_SOCKET] = str(admin_listener.fileno())
    arguments = gunicorn_arguments(config, file, listener.fileno())
    os.execvp(sys.executable, [sys.executable, *arguments])


def url_of(listener: socket.socket) -> str:
    """Where a socket can be reached."""
    address = listener.getsockname()
    if isinstance(address, str):
        return f"unix:{address}"
    host, port = address[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def gunicorn_arguments(config: Config, file: str | None, descriptor: int) -> list[str]:
    """How gunicorn is told to serve on a socket: with as many threads as the pool has connections.

    More workers are the business of its own variables (``WEB_CONCURRENCY``).
    """
    application = f"pgrest_wsgi:make_app({file!r})" if file else "pgrest_wsgi:make_app()"
    return [
        *("-m", "gunicorn", "--config", "python:pgrest_wsgi.cli.gunicorn_settings"),
        *("--bind", f"fd://{descriptor}", "--threads", str(config.db_pool), application),
    ]
