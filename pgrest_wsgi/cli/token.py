"""``pgrest-wsgi token``: a token that is signed with the configured secret, for development."""

from __future__ import annotations

import argparse
import json

from pgrest_wsgi.auth.role import read_role_path
from pgrest_wsgi.auth.sign import sign_token
from pgrest_wsgi.config import ConfigError, read_config


def print_token(options: argparse.Namespace) -> None:
    """Print the token that the options of `token_parser` ask for. Raises ConfigError."""
    print(make_token(options))


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
