"""What an answer tells for tracing: spans in their order, and only values that HTTP can carry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

import pytest

from pgrest_wsgi.config import read_config
from pgrest_wsgi.response import tracing
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.tracing import stopwatch, trace_headers
from tests.unit.api.environs import make_request

RESPONSE = Response(200, (("Content-Type", "text/plain"),), b"body")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[float]:
    """A clock that goes on by 1.04, 2.04, 3.04 … milliseconds each time it is looked at."""
    moments = accumulate(number / 1000 + 0.00004 for number in range(1000))
    monkeypatch.setattr(tracing, "perf_counter", lambda: next(moments))
    return moments


@pytest.mark.usefixtures("clock")
def test_each_stage_has_its_span_in_milliseconds() -> None:
    watch = stopwatch(read_config({"server_timing_enabled": True}, {}))
    for _ in range(4):
        watch.lap()
    assert watch.stop(RESPONSE).headers == (
        *RESPONSE.headers,
        (
            "Server-Timing",
            "jwt;dur=1.0, parse;dur=2.0, plan;dur=3.0, transaction;dur=4.0, response;dur=5.0",
        ),
    )


def test_nothing_is_timed_where_nobody_asks(clock: Iterator[float]) -> None:
    watch = stopwatch(read_config({}, {}))
    before = next(clock)
    watch.lap()
    assert watch.stop(RESPONSE) is RESPONSE
    assert next(clock) - before < 0.0011


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"HTTP_X_REQUEST_ID": "abc-123"}, "abc-123"),
        ({"HTTP_X_REQUEST_ID": "\xc3\xa9"}, "\xc3\xa9"),
        ({"HTTP_X_REQUEST_ID": "a\r\nSet-Cookie: b"}, ""),
        ({"HTTP_X_REQUEST_ID": "a\0"}, ""),
        ({"HTTP_X_OTHER": "abc"}, ""),
    ],
)
def test_the_mark_of_a_request_is_told_back(sent: dict[str, str], answered: str) -> None:
    """Byte by byte; empty where there is none, or one that would break the answer."""
    config = read_config({"server_trace_header": "X-Request-Id"}, {})
    headers = trace_headers(config, make_request(**sent))
    assert headers == (("X-Request-Id", answered),)


def test_no_mark_without_its_setting() -> None:
    assert trace_headers(read_config({}, {}), make_request(HTTP_X_REQUEST_ID="1")) == ()
