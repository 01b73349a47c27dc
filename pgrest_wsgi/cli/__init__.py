"""The command ``pgrest-wsgi``: what can be asked of it. What is done is in the other modules.

Upstream: https://docs.postgrest.org/en/v16/references/cli.html.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pgrest_wsgi.cli.serve import serve
from pgrest_wsgi.cli.servers import SERVERS
from pgrest_wsgi.cli.show import check_ready, print_config, print_example, print_schema
from pgrest_wsgi.cli.token import print_token, token_parser
from pgrest_wsgi.config import ConfigError
from pgrest_wsgi.database.introspection import IntrospectionError
from pgrest_wsgi.version import POSTGREST_VERSION, __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says, or say on standard error why not, with exit status 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = given.pop(0) if given and given[0] in ("serve", "token", "demo") else "serve"
    try:
        if command == "demo":
            os.execvp(sys.executable, [sys.executable, "-m", "pgrest_wsgi.demo", *given])
        if command == "token":
            print_token(token_parser().parse_args(given))
        else:
            options = serve_parser().parse_args(given)
            if options.action is None:
                serve(options.file, options.server, options.workers)
            else:
                options.action(options.file)
    except (ConfigError, IntrospectionError) as error:
        sys.exit(f"pgrest-wsgi: {error}")


def positive(text: str) -> int:
    """Read a number of at least one."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def serve_parser() -> argparse.ArgumentParser:
    """The options of ``pgrest-wsgi``, also as ``pgrest-wsgi serve``.

    `action` is what else to do, with the file.
    """
    parser = argparse.ArgumentParser(
        prog="pgrest-wsgi",
        description="Serve the REST API of a PostgreSQL database.",
        epilog="Settings come from PGRST_* variables and FILE. To sign a token: pgrest-wsgi token "
        "--help. For a trial: pgrest-wsgi demo",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="configuration file")
    version = f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})"
    parser.add_argument("-v", "--version", action="version", version=version)
    parser.add_argument(
        "--server", choices=SERVERS, default="gunicorn", help="what to serve with: %(choices)s"
    )
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes; 1, or what WEB_CONCURRENCY says"
    )
    others = parser.add_mutually_exclusive_group()
    for names, action, summary in (
        (("-e", "--example"), print_example, "print a file with all settings and their meaning"),
        (("--dump-config",), print_config, "print the configuration in force, with its secrets"),
        (("--dump-schema",), print_schema, "print the catalog as JSON"),
        (("--ready",), check_ready, "ask the admin server whether the API is ready"),
    ):
        others.add_argument(*names, dest="action", action="store_const", const=action, help=summary)
    return parser
