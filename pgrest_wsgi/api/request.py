"""An HTTP request, read from a WSGI environ (PEP 3333) as far as somebody asks.

No werkzeug ``Request`` is made: it would cost more than the rest of a small request together.
Its parsers serve where parsing is more than a split.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import parse_cookie
from werkzeug.wsgi import get_content_length, get_input_stream

from pgrest_wsgi.errors import INVALID_BODY, QUERY_PARAMETER, PgrestError
from pgrest_wsgi.memo import keep_short

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_encode_json = json.JSONEncoder(ensure_ascii=False).encode

# Two headers have no prefix in WSGI, and may be empty where there are none. Some servers give them
# with it as well. Cookies are told apart from headers.
UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")
NOT_TOLD = ("HTTP_COOKIE", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH")

_SERVER = ("wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT")

BROKEN_OFF = "The request body broke off"

Parameters = tuple[tuple[str, str | None], ...]


class Request:
    """One request. Text is decoded as UTF-8; names of headers are in lower case."""

    __slots__ = ("environ", "method", "path")

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "")

    @property
    def mount_point(self) -> str:
        """Where in its host the application is mounted, as in a URL; empty at the root."""
        return quote_path(self.environ.get("SCRIPT_NAME", ""))

    @property
    def server(self) -> tuple[str, str]:
        """The scheme of the URL, and name and port of the server as it knows itself."""
        scheme, name, port = (self.environ[key] for key in _SERVER)
        return scheme, f"[{name}]:{port}" if ":" in name else f"{name}:{port}"

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path below the mount point; none for the root."""
        return split_path(self.path)

    @property
    def quoted_path(self) -> str:
        """The path as it stands in a URL."""
        return quote_path(self.path)

    @property
    def query(self) -> str:
        """The query string as it was sent."""
        query: str = self.environ.get("QUERY_STRING", "")
        return query

    def header(self, name: str) -> str | None:
        """A header by its environ key, such as ``HTTP_ACCEPT``."""
        value: str | None = self.environ.get(name)
        return value

    def read_body(self) -> bytes:
        """The whole body, once; empty where there is none. Raises PGRST102 where it breaks off."""
        try:
            body = get_input_stream(self.environ).read()
        except (ClientDisconnected, OSError):
            raise INVALID_BODY(reason=BROKEN_OFF) from None
        # A server that ends the stream itself may end it early and say nothing.
        if len(body) < (get_content_length(self.environ) or 0):
            raise INVALID_BODY(reason=BROKEN_OFF)
        return body

    def headers_json(self) -> str:
        """All headers but cookies as a JSON object: the setting ``request.headers``."""
        members = [
            member + encode_basestring(value)
            for key, value in self.environ.items()
            if (member := json_member(key)) and (value or key not in UNPREFIXED)
        ]
        return decode_header(f"{{{', '.join(members)}}}")

    def cookies(self) -> dict[str, str]:
        """The cookies; of several with one name the first."""
        cookies = decode_header(self.header("HTTP_COOKIE") or "")
        valid = cookies.encode().decode("latin-1")  # or the parser would raise
        return parse_cookie(valid).to_dict()

    def cookies_json(self) -> str:
        """The cookies as a JSON object: the setting ``request.cookies``."""
        return _encode_json(self.cookies()) if self.header("HTTP_COOKIE") is not None else "{}"


def decode_header(value: str) -> str:
    """Text that WSGI handed over byte by byte, as the UTF-8 it is; what is none is replaced."""
    return value if value.isascii() else value.encode("latin-1").decode(errors="replace")


@keep_short
def header_name(key: str) -> str:
    """``HTTP_X_FORWARDED_FOR`` as ``x-forwarded-for``."""
    return key.removeprefix("HTTP_").replace("_", "-").lower()


@keep_short
def json_member(key: str) -> str:
    """An environ key as the name of a member, such as ``"host": ``; empty for what is not told."""
    if key in UNPREFIXED or (key.startswith("HTTP_") and key not in NOT_TOLD):
        return f"{encode_basestring(header_name(key))}: "
    return ""


def split_path(path: str) -> tuple[str, ...]:
    segments = tuple(decode_header(path).split("/")[1:])
    return () if segments == ("",) else segments


@keep_short
def quote_path(path: str) -> str:
    return quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=-._~")


# -- the query ------------------------------------------------------------------------------------


# PostgREST's server takes 50 KiB for the URL and all headers together.
QUERY_LIMIT = 65_536


def parse_query(query: str) -> Parameters:
    """Names and values of a query string, in order; no value where there is no ``=``.

    ``&`` and ``;`` both separate, ``+`` is a blank. Raises PGRST100 for bytes that are no UTF-8,
    and for more than `QUERY_LIMIT` of them.
    """
    if len(query) > QUERY_LIMIT:
        raise _unreadable(QUERY_LIMIT, f"longer than {QUERY_LIMIT} bytes")
    try:
        return split_pairs(query)
    except UnicodeDecodeError as error:
        raise _unreadable(error.start, "invalid UTF-8") from None


def split_pairs(text: str) -> Parameters:
    """The same of any such text, also of a form; `UnicodeDecodeError` passes through."""
    if ";" in text:
        text = text.replace(";", "&")
    if not text:
        return ()
    pairs = (part.partition("=") for part in text.removesuffix("&").split("&"))
    if text.isascii() and "%" not in text and "+" not in text:
        return tuple([(name, value if equals else None) for name, equals, value in pairs])
    return tuple(
        [(_decode(name), _decode(value) if equals else None) for name, equals, value in pairs]
    )


def _decode(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode()


def _unreadable(position: int, reason: str) -> PgrestError:
    where = f"(byte {position + 1})"
    return QUERY_PARAMETER(what="failed to decode the query string", where=where, reason=reason)


def canonical_query(parameters: Parameters) -> str:
    """The query of ``Content-Location``: sorted by name, the values of a repeated name joined.

    Like v16.2, it encodes the bytes of non-ASCII text one by one.
    """
    grouped: dict[str, list[str]] = {}
    for name, value in sorted(parameters, key=itemgetter(0)):
        grouped.setdefault(name, []).append(_encode(value or ""))
    return "&".join([f"{_encode(name)}={','.join(values)}" for name, values in grouped.items()])


_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")


def _encode(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _quote(text)


@keep_short
def _quote(text: str) -> str:
    """The rest is mostly what to select or to order by, which clients ask again and again."""
    return quote(text if text.isascii() else text.encode().decode("latin-1"), safe="")
