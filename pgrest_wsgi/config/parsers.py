"""Readers of one setting: its text becomes its value, or a ValueError says what is allowed.

Each reader is a pure function of the text, except that ``@path`` texts are read from that file.
Readers of secrets must keep the text, and anything made from it, out of their messages. The
coercions are PostgREST's, but a text it would skip silently is refused here.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pgrest_wsgi.config.model import TransactionEnd

T = TypeVar("T")

MINIMAL_SECRET = 32  # bytes: HS256 wants a key as long as its hash, RFC 7518 section 3.2
STANDARD_INPUT = "/dev/stdin"
HIDDEN_SCHEMAS = ("pg_catalog", "information_schema")

# RFC 3986, appendix A.
_URI = re.compile(
    r"""
    (?P<scheme> [a-z][a-z0-9+.-]* ) :
    (?: //
        (?: (?P<userinfo> (?: [a-z0-9._~!$&'()*+,;=:-] | %[0-9a-f]{2} )* ) @ )?
        (?P<host> \[[0-9a-fv:.]+\] | (?: [a-z0-9._~!$&'()*+,;=-] | %[0-9a-f]{2} )* )
        (?: : (?P<port> [0-9]* ) )?
        (?= [/?#] | \Z )
      | (?! // )
    )
    (?: [a-z0-9._~!$&'()*+,;=:@/-] | %[0-9a-f]{2} )*
    (?: \? (?P<query> (?: [a-z0-9._~!$&'()*+,;=:@/?-] | %[0-9a-f]{2} )* ) )?
    (?: \# (?P<fragment> (?: [a-z0-9._~!$&'()*+,;=:@/?-] | %[0-9a-f]{2} )* ) )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """A reader for a setting that may be unset: the empty text is None."""

    def parse_optional(text: str) -> T | None:
        return parse(text) if text else None

    return parse_optional


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader that takes these words only."""

    def parse_choice(text: str) -> str:
        if text not in choices:
            raise ValueError(f'"{text}" is not one of {", ".join(choices)}')
        return text

    return parse_choice


def whole_number(lowest: int = 0, highest: int | None = None) -> Callable[[str], int]:
    """A reader of decimal numbers from `lowest` to `highest`, both included."""
    allowed = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"

    def parse_number(text: str) -> int:
        digits = re.fullmatch(r"\s*(-?[0-9]+)\s*", text)
        number = int(digits[1]) if digits else None
        if number is None or number < lowest or (highest is not None and number > highest):
            raise ValueError(f'"{text}" is not a whole number, {allowed}')
        return number

    return parse_number


port = whole_number(highest=65535)


def boolean(text: str) -> bool:
    """Read true or false in any case, with any punctuation, or a number: above 0 is true."""
    letters = "".join(filter(str.isalpha, text)).lower()
    if letters in ("true", "false"):
        return letters == "true"
    if re.fullmatch(r"\s*-?[0-9]+\s*", text):
        return int(text) > 0
    raise ValueError(f'"{text}" is not true, false or a whole number')


def names(text: str) -> tuple[str, ...]:
    """Read a list separated by commas; blanks around its members mean nothing."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def exposed_schemas(text: str) -> tuple[str, ...]:
    """Read `names`: at least one schema, and none of PostgreSQL's own."""
    schemas = names(text)
    if not schemas:
        raise ValueError("names no schema; at least one is needed")
    for schema in HIDDEN_SCHEMAS:
        if schema in schemas:
            raise ValueError(f"the schema {schema} cannot be exposed")
    return schemas


def header_name(text: str) -> str:
    """Read the name of an HTTP header, a token of RFC 9110, section 5.6.2."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text):
        raise ValueError(f'"{text}" is not the name of a header')
    return text


def transaction_end(text: str) -> TransactionEnd:
    """Read how transactions end."""
    return TransactionEnd(one_of(*(end.value for end in TransactionEnd))(text))


def socket_mode(text: str) -> int:
    """Read the octal mode of a socket file; its owner must be able to use the socket."""
    if not re.fullmatch("[0-7]+", text) or not 0o600 <= int(text, 8) <= 0o777:
        raise ValueError(f'"{text}" is not an octal file mode from 600 to 777')
    return int(text, 8)


def audience(text: str) -> str:
    """Read a StringOrURI (RFC 7519 section 2): what has a colon must be a URI."""
    if ":" in text and not _URI.fullmatch(text):
        raise ValueError(f'"{text}" has a colon, so it must be a URI')
    return text


def cookie_name(text: str) -> str:
    """Read the name of a cookie: a token of HTTP (RFC 6265, section 4.1.1)."""
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", text, re.ASCII):
        raise ValueError(f'"{text}" is no name of a cookie')
    return text


def proxy_uri(text: str) -> str:
    """Read an absolute http or https URI without user, query and fragment."""
    uri = _URI.fullmatch(text)
    if (
        not uri
        or uri["scheme"].lower() not in ("http", "https")
        or not uri["host"]
        or (uri["port"] is not None and not 1 <= int(uri["port"] or 0) <= 65535)
        or any(uri[part] is not None for part in ("userinfo", "query", "fragment"))
    ):
        raise ValueError(
            "is not an absolute http or https URI without user, query and fragment, "
            "such as https://example.com:8443/path"
        )
    return text


def url_path(text: str) -> str:
    """Read an absolute path of segments that need no encoding, without a slash at its end."""
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+", text):
        raise ValueError(f'"{text}" is not a path such as /docs')
    return text


def connection_string(text: str) -> str:
    """Read a libpq connection string, or the one that the file of ``@path`` holds."""
    if not text.startswith("@"):
        return text
    try:
        return _content(text).decode().strip()
    except UnicodeDecodeError:
        raise ValueError("the file named after @ is not UTF-8") from None


def secret(text: str) -> bytes | None:
    """Read a secret, or the one in the file of ``@path`` without its last line end."""
    if text.startswith("@"):
        return _content(text).removesuffix(b"\n")
    # Bytes that are no UTF-8 reach us from the environment as surrogates.
    return text.encode("utf-8", "surrogateescape") if text else None


def usable_secret(given: bytes | None, is_base64: bool) -> bytes | None:
    """Decode a `secret` where it is base64 (also the URL alphabet), and check its length.

    A JSON Web Key, a set of them and the name of an issuer may be short.
    """
    if given is None:
        return None
    key = _base64_decoded(given) if is_base64 else given
    if len(key) < MINIMAL_SECRET and not is_json_web_key(key) and not names_issuers(key):
        raise ValueError(f"is too short; at least {MINIMAL_SECRET} bytes are needed")
    return key


def is_json_web_key(secret: bytes) -> bool:
    """Whether a secret is meant as a JSON Web Key or a set of them, whether or not it is one.

    PostgREST takes a key that it cannot read for the text of a secret, public as it may be.
    """
    return secret.lstrip().startswith(b"{") and (b"kty" in secret or b"keys" in secret)


_ISSUERS = re.compile(
    rb"""\s* (?: https?:// | \[ \s* \{ | \{ (?! .* "(?: kty | keys )" ) .* "issuer" )""",
    re.VERBOSE | re.DOTALL,
)


def names_issuers(secret: bytes) -> bool:
    """Whether a secret is meant to say where keys are: a URL, or issuers in JSON.

    Such a text is no secret, so it is never taken for one, even if it turns out to be wrong.
    """
    return _ISSUERS.match(secret) is not None


def distinct_port(admin: int | None, server: int) -> int | None:
    """Check that the admin server does not want the port of the API."""
    if admin == server:
        raise ValueError("must differ from server-port")
    return admin


def _content(text: str) -> bytes:
    try:
        if text[1:] == STANDARD_INPUT:
            _keep_input()
        return Path(text[1:]).read_bytes()
    except (OSError, ValueError) as error:
        # Without the path: a secret that happens to begin with @ looks like one.
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise ValueError(f"the file named after @ cannot be read: {reason}") from None


def _keep_input() -> None:
    """Put a file with the same content in the place of a pipe that is standard input.

    It can be read again then: by the workers that become of this process, and at a reload. The file
    is in memory, for it may be a secret.
    """
    if hasattr(os, "memfd_create") and stat.S_ISFIFO(os.fstat(0).st_mode):
        with open(os.memfd_create("input"), "wb") as file, open(0, "rb", closefd=False) as pipe:
            shutil.copyfileobj(pipe, file)
            file.flush()
            os.dup2(file.fileno(), 0)


def _base64_decoded(text: bytes) -> bytes:
    # Keys often come in the URL alphabet; PostgREST also takes "." for padding.
    standard = text.strip().translate(bytes.maketrans(b"-_.", b"+/="))
    try:
        return base64.b64decode(standard, validate=True)
    except binascii.Error:
        raise ValueError("is not base64, which jwt-secret-is-base64 asks for") from None
