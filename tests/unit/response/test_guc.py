"""What functions of a request may make of its answer, and what they may not."""

from __future__ import annotations

import json

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.response.guc import override, read_headers, read_status
from pgrest_wsgi.response.model import Response

RESPONSE = Response(200, (("Content-Type", "text/plain"), ("X-Old", "1")), b"body")


def test_nothing_asked_for_changes_nothing() -> None:
    assert override(RESPONSE, None, None) is RESPONSE


def test_headers_replace_those_of_the_same_name_in_any_case() -> None:
    own = b'[{"x-old": "2"}, {"X-New": "3"}]'
    assert override(RESPONSE, None, own).headers == (
        ("Content-Type", "text/plain"),
        ("x-old", "2"),
        ("X-New", "3"),
    )


def test_one_header_may_come_several_times() -> None:
    own = b'[{"Set-Cookie": "a=1"}, {"Set-Cookie": "b=2"}]'
    assert read_headers(own) == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


def test_values_travel_as_the_bytes_of_their_utf8() -> None:
    [(_, value)] = read_headers('[{"X-Port": "Tromsø"}]'.encode())
    assert value.encode("latin-1").decode() == "Tromsø"


@pytest.mark.parametrize(
    ("setting", "status"), [(b"200", 200), (b"418", 418), (b"599", 599), (b"0404", 404)]
)
def test_statuses(setting: bytes, status: int) -> None:
    assert read_status(setting) == status
    assert override(RESPONSE, setting, None) == RESPONSE._replace(status=status)


def test_only_the_digits_at_the_beginning_of_a_status_count() -> None:
    assert read_status(b"404 Not Here") == 404


@pytest.mark.parametrize(
    "setting",
    [b"", b"abc", b" 404", b"-404", b"0", b"100", b"199", b"600", b"2000", b"9" * 5000, b"\xff",
     "٤٠٤".encode()],
)  # fmt: skip
def test_what_is_no_status_of_an_answer_is_refused(setting: bytes) -> None:
    with pytest.raises(PgrestError) as caught:
        read_status(setting)
    assert (caught.value.code, caught.value.status) == ("PGRST112", 500)


@pytest.mark.parametrize(
    "items",
    [
        {"X-A": "1"},
        "X-A: 1",
        None,
        [["X-A", "1"]],
        [{}],
        [{"X-A": "1", "X-B": "2"}],
        [{"X-A": 1}],
        [{"X-A": None}],
        [{"X-A": "1\r\nX-B: 2"}],
        [{"X-A": "1\nX-B: 2"}],
        [{"X-A": "\x00"}],
        [{"X-A": "\x7f"}],
        [{"X-A": "\ud800"}],
        [{"X A": "1"}],
        [{"X-A:": "1"}],
        [{"X-Å": "1"}],
        [{"": "1"}],
        [{"Content-Length": "1"}],
        [{"transfer-encoding": "chunked"}],
        [{"Connection": "close"}],
        [{"X-Good": "1"}, {"X A": "1"}],
    ],
    ids=lambda items: json.dumps(items),
)
def test_what_would_break_http_is_refused(items: object) -> None:
    with pytest.raises(PgrestError) as caught:
        read_headers(json.dumps(items).encode())
    assert (caught.value.code, caught.value.status) == ("PGRST111", 500)


@pytest.mark.parametrize(
    "text",
    [b"", b"X-A: 1", b"[", b"\xff", b"[" * 100_000],
    ids=["empty", "text", "open", "bytes", "deep"],
)
def test_what_is_not_json_is_refused(text: bytes) -> None:
    with pytest.raises(PgrestError) as caught:
        read_headers(text)
    assert caught.value.code == "PGRST111"
