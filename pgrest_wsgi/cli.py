"""The command ``pgrest-wsgi``: serve with gunicorn, or try the demo."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pgrest_wsgi.config import Config, ConfigError, read_config
from pgrest_wsgi.version import POSTGREST_VERSION, __version__

# What PostgREST calls the addresses of all interfaces, of the one protocol or of both.
ANY_ADDRESS = {"!4": "0.0.0.0", "*4": "0.0.0.0", "*": "[::]", "!6": "[::]", "*6": "[::]"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Become the server, or say on standard error why not, with exit status 1."""
    options = build_parser().parse_args(arguments)
    try:
        config = read_config({}, None, options.file)
    except ConfigError as error:
        sys.exit(f"pgrest-wsgi: {error}")
    os.execvp(sys.executable, [sys.executable, *gunicorn_arguments(config, options.file)])


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pgrest-wsgi",
        description="Serve the REST API of a PostgreSQL database.",
        epilog="Settings come from PGRST_* variables and FILE. For a trial: python -m "
        "pgrest_wsgi.demo",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="configuration file")
    version = f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})"
    parser.add_argument("--version", action="version", version=version)
    return parser


def gunicorn_arguments(config: Config, file: str | None) -> list[str]:
    """How gunicorn is told to serve: as many threads as the pool has connections."""
    host = ANY_ADDRESS.get(config.server_host, config.server_host)
    bind = f"{host}:{config.server_port}"
    if config.server_unix_socket is not None:
        bind = f"unix:{config.server_unix_socket}"
    application = f"pgrest_wsgi:make_app({file!r})" if file else "pgrest_wsgi:make_app()"
    return [
        *("-m", "gunicorn", "--worker-class", "gthread", "--threads", str(config.db_pool)),
        *("--bind", bind, "--limit-request-line", "8190", application),
    ]
