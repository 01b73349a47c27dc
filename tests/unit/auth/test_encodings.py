"""Encodings: base64url without anything else in it, and JSON that can be written again."""

from __future__ import annotations

import pytest

from pgrest_wsgi.auth.encodings import decode_base64url, decode_json


@pytest.mark.parametrize(
    ("text", "content"), [("", b""), ("AA", b"\0"), ("_-8", b"\xff\xef"), ("Zm9v", b"foo")]
)
def test_base64url_has_no_padding(text: str, content: bytes) -> None:
    assert decode_base64url(text) == content


@pytest.mark.parametrize("text", ["A", "AAAAA", "AA==", "AA=", "A A", "AA\n", "/+", "é", "A\0"])
def test_all_else_is_no_base64url(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decode_base64url(text)


def test_json_is_read_with_every_character_and_the_last_of_equal_names() -> None:
    assert decode_json('{"a":"Zoë 🎬\\u0000","b":1,"b":1e308}'.encode()) == {
        "a": "Zoë 🎬\0",
        "b": 1e308,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}{}",
        b"\xff",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b'["\\ud800"]',
        b'{"\\udc00":1}',
        b"1" * 10_000,
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda content: content[:20].decode("latin-1"),
)
def test_what_cannot_be_written_again_is_no_json(content: bytes) -> None:
    """Deep nesting too is told as a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        decode_json(content)
