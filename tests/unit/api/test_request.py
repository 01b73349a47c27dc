"""Requests as WSGI hands them over, and their query strings."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.request import (
    QUERY_LIMIT,
    Parameters,
    Request,
    canonical_query,
    decode_header,
    header_name,
    parse_query,
)
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.environs import make_request
from tests.unit.api.texts import ANY_TEXT, outcome


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("", ()),
        ("/", ()),
        ("/films", ("films",)),
        ("/rpc/add", ("rpc", "add")),
        ("/films/", ("films", "")),
        ("//", ("", "")),
        ("/größe/two words", ("größe", "two words")),
    ],
)
def test_segments(path: str, segments: tuple[str, ...]) -> None:
    """The path is split at its slashes and read as UTF-8; the root has no parts."""
    assert make_request(path=path).segments == segments


def test_quoted_path() -> None:
    """A path is quoted byte by byte where a URL cannot hold it as it is."""
    assert make_request(path="/größe/a b(c)%").quoted_path == "/gr%C3%B6%C3%9Fe/a%20b(c)%25"


def test_parts_of_a_request() -> None:
    """Method, query and headers are read where they stand; what is missing is empty or none."""
    request = make_request("a=1", method="HEAD", HTTP_ACCEPT="text/csv")
    assert (request.method, request.query) == ("HEAD", "a=1")
    assert (request.header("HTTP_ACCEPT"), request.header("HTTP_RANGE")) == ("text/csv", None)
    bare = Request({"REQUEST_METHOD": "GET"})
    assert (bare.path, bare.query, bare.segments) == ("", "", ())


@pytest.mark.parametrize(
    ("name", "host"), [("port.example", "port.example:80"), ("::1", "[::1]:80")]
)
def test_the_server_is_what_it_says_of_itself(name: str, host: str) -> None:
    """Not what a client says in the header Host."""
    environ = {"SERVER_NAME": name, "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    assert make_request(HTTP_HOST="elsewhere", **environ).server == ("http", host)


class SlowStream(io.RawIOBase):
    """A stream that hands over a byte at a time, and then breaks."""

    def __init__(self, content: bytes, error: OSError | None = None) -> None:
        self.content = iter(content)
        self.error = error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        found = next(self.content, None)
        if found is None and self.error is not None:
            raise self.error
        buffer[:1] = b"" if found is None else bytes((found,))
        return found is not None


TERMINATED = {"wsgi.input_terminated": True}
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", **TERMINATED}


def read_body(
    stream: io.IOBase,
    length: str | None = None,
    environ: Mapping[str, object] = MappingProxyType({}),
) -> bytes:
    """The body of a request with such a stream and such a Content-Length."""
    given = {} if length is None else {"CONTENT_LENGTH": length}
    request = {"REQUEST_METHOD": "POST", "wsgi.input": stream, **given, **environ}
    return Request(request).read_body()


def test_body() -> None:
    """The body is as long as its header says, however it arrives."""
    assert read_body(io.BytesIO(b"abcdef"), "3") == b"abc"
    assert read_body(io.BytesIO(b"abc"), "0") == b""
    assert read_body(SlowStream(b"abcdef"), "6") == b"abcdef"


def test_body_that_the_server_ends() -> None:
    """A chunked body has no length; a server that takes the chunks apart says so."""
    assert read_body(io.BytesIO(b"abc"), environ=CHUNKED) == b"abc"
    assert read_body(SlowStream(b"abc"), environ=CHUNKED) == b"abc"
    assert read_body(io.BytesIO(b"abc"), "3", TERMINATED) == b"abc"


@pytest.mark.parametrize("length", [None, "", "nonsense", "-1", "1.5", "٣"])
def test_body_without_a_length(length: str | None) -> None:
    """Without a valid length nothing is read: the stream might never end."""
    assert read_body(io.BytesIO(b"abc"), length) == b""


@pytest.mark.parametrize(
    ("stream", "environ"),
    [
        (io.BytesIO(b"abc"), {}),
        (SlowStream(b"abc"), {}),
        (SlowStream(b"abc", ConnectionResetError()), {}),
        (io.BytesIO(b"abc"), TERMINATED),
        (SlowStream(b"abc", OSError("bad chunk")), CHUNKED),
    ],
)
def test_bodies_that_break_off(stream: io.IOBase, environ: dict[str, object]) -> None:
    """Half a body is refused, even where half of it would make sense."""
    with pytest.raises(PgrestError, match="PGRST102: The request body broke off"):
        read_body(stream, "4", environ)


def test_headers_as_json() -> None:
    """Headers have lower-case names and UTF-8 values; cookies are kept apart."""
    request = make_request(
        HTTP_X_NAME="Jürgen".encode().decode("latin-1"),
        HTTP_COOKIE="a=1; b=two",
        HTTP_X_QUOTED='a"\\\t',
        HTTP_X_EMPTY="",
        HTTP_CONTENT_TYPE="text/csv",
        CONTENT_TYPE="text/csv",
        CONTENT_LENGTH="",
        REMOTE_ADDR="::1",
    )
    assert json.loads(request.headers_json(), object_pairs_hook=list) == [
        ("x-name", "Jürgen"),
        ("x-quoted", 'a"\\\t'),
        ("x-empty", ""),
        ("content-type", "text/csv"),
    ]
    assert json.loads(request.cookies_json()) == {"a": "1", "b": "two"}
    assert make_request().cookies_json() == "{}"


def test_names_and_values_of_headers() -> None:
    """Environ keys become names; bytes that are no UTF-8 are replaced, not refused."""
    assert header_name("HTTP_ACCEPT_PROFILE") == "accept-profile"
    assert header_name("CONTENT_TYPE") == "content-type"
    assert decode_header("a\xc3\xa9\xff") == "aé\ufffd"


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", ()),
        ("a=1", (("a", "1"),)),
        ("a=1&b=2;c=3", (("a", "1"), ("b", "2"), ("c", "3"))),
        ("a", (("a", None),)),
        ("a=", (("a", ""),)),
        ("a=b=c", (("a", "b=c"),)),
        ("=1", (("", "1"),)),
        ("a=1&", (("a", "1"),)),
        ("&a=1", (("", None), ("a", "1"))),
        ("&", (("", None),)),
        ("a=1&&b=2", (("a", "1"), ("", None), ("b", "2"))),
        ("a=1&&", (("a", "1"), ("", None))),
        ("a+b=c+d%2Be", (("a b", "c d+e"),)),
        ("a%3db=%26%3B%25", (("a=b", "&;%"),)),
        ("a=100%&b=%zz%4", (("a", "100%"), ("b", "%zz%4"))),
        ("a=%C3%A9", (("a", "é"),)),
        ("a=é", (("a", "é"),)),
        ("a=%00", (("a", "\0"),)),
    ],
)
def test_queries(query: str, parameters: Parameters) -> None:
    """Pairs in order; what is escaped does not separate; nothing follows a last separator."""
    assert parse_query(query.encode().decode("latin-1")) == parameters


@pytest.mark.parametrize("query", ["a=%ff", "%c3=1", "a=%ed%a0%80", "a=%c0%af", "a=\xff"])
def test_what_is_no_utf8_is_refused(query: str) -> None:
    """Bytes that are no text are the client's error."""
    with pytest.raises(PgrestError, match="PGRST100"):
        parse_query(query)


def test_long_queries_are_refused() -> None:
    """More than any real client sends is not read at all."""
    assert parse_query("a=" + "b" * (QUERY_LIMIT - 2))
    with pytest.raises(PgrestError) as caught:
        parse_query("a=" + "b" * (QUERY_LIMIT - 1))
    assert (caught.value.code, caught.value.details) == ("PGRST100", "longer than 65536 bytes")


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1))
def test_any_text_arrives(pairs: list[tuple[str, str]]) -> None:
    """Whatever is escaped in a query comes out of it."""
    encoded = [f"{quote_from_bytes(n.encode())}={quote_from_bytes(v.encode())}" for n, v in pairs]
    assert parse_query("&".join(encoded)) == tuple(pairs)


@given(st.text(st.characters(max_codepoint=255)))
def test_any_bytes_are_read_or_refused(query: str) -> None:
    """No bytes make the reader fail in another way."""
    outcome(parse_query, query)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&b=3&a=1", "a=2,1&b=3"),
        ("a", "a="),
        ("&", "="),
        ("a=1&", "a=1"),
        ("select=a,b:c(*)", "select=a%2Cb%3Ac%28%2A%29"),
        ("a=-_.~+/", "a=-_.~%20%2F"),
        ("B=1&a=2", "B=1&a=2"),
        ("a=ö", "a=%C3%83%C2%B6"),
        ("é=1&z=2", "z=2&%C3%83%C2%A9=1"),
    ],
)
def test_canonical_queries(query: str, canonical: str) -> None:
    """Sorted by name, repeated names joined, everything but letters and `-_.~` escaped."""
    assert canonical_query(parse_query(query.encode().decode("latin-1"))) == canonical
