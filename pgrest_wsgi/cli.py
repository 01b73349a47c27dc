"""The command ``pgrest-wsgi``: serve with gunicorn, or sign a token."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from pgrest_wsgi import make_app
from pgrest_wsgi.auth.role import read_role_path
from pgrest_wsgi.auth.sign import sign_token
from pgrest_wsgi.config import Config, ConfigError, read_config
from pgrest_wsgi.version import POSTGREST_VERSION, __version__

# What PostgREST calls the addresses of all interfaces, of the one protocol or of both.
ANY_ADDRESS = {"!4": "0.0.0.0", "*4": "0.0.0.0", "*": "[::]", "!6": "[::]", "*6": "[::]"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says, or say on standard error why not, with exit status 1."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments and arguments[0] == "token":
            print(make_token(token_parser().parse_args(arguments[1:])))
        else:
            serve(serve_parser().parse_args(arguments).file)
    except ConfigError as error:
        sys.exit(f"pgrest-wsgi: {error}")


def serve(file: str | None) -> None:
    """Become the server. Raises ConfigError for what the workers would stumble over."""
    config = make_app(file, observers=()).config
    os.execvp(sys.executable, [sys.executable, *gunicorn_arguments(config, file)])


def make_token(options: argparse.Namespace) -> str:
    """A token signed with the configured secret. Raises ConfigError."""
    config = read_config({}, None, options.file)
    if config.jwt_secret is None:
        raise ConfigError(["jwt-secret: is not set, so there is nothing to sign with"])
    claims = dict(options.claim)
    if options.role is not None:
        key = read_role_path(config.jwt_role_claim_key).key
        if key is None:
            raise ConfigError(["jwt-role-claim-key: is no single name; give the role by --claim"])
        claims[key] = options.role
    return sign_token(claims, config.jwt_secret)


def read_claim(text: str) -> tuple[str, object]:
    """Read ``name=value``; what is JSON is the value that it stands for, the rest is text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("a claim is written name=value")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def serve_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pgrest-wsgi",
        description="Serve the REST API of a PostgreSQL database.",
        epilog="Settings come from PGRST_* variables and FILE. To sign a token: pgrest-wsgi token "
        "--help. For a trial: python -m pgrest_wsgi.demo",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="configuration file")
    version = f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})"
    parser.add_argument("--version", action="version", version=version)
    return parser


def token_parser() -> argparse.ArgumentParser:
    """The options of ``pgrest-wsgi token``."""
    parser = argparse.ArgumentParser(
        prog="pgrest-wsgi token",
        description="Print a token that is signed with the configured secret.",
        epilog="It never ends unless a claim exp says when, in seconds since 1970.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="configuration file")
    parser.add_argument("--role", help="role, in the claim that jwt-role-claim-key names")
    parser.add_argument(
        "--claim",
        action="append",
        default=[],
        type=read_claim,
        metavar="NAME=VALUE",
        help="another claim; a VALUE that is JSON is no text: exp=1900000000, aud=office",
    )
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
