"""What an answer tells for tracing: spans in their order, and only values that HTTP can carry."""

from __future__ import annotations

from itertools import accumulate

import pytest

from pgrest_wsgi.config import read_config
from pgrest_wsgi.response import tracing
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.tracing import Trace, trace_headers
from pgrest_wsgi.work import Step
from tests.unit.api.environs import make_request

RESPONSE = Response(200, (("Content-Type", "text/plain"),), b"body")


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by 1.04, 2.04, 3.04 … milliseconds each time it is looked at."""
    moments = accumulate(number / 1000 + 0.00004 for number in range(1000))
    monkeypatch.setattr(tracing, "perf_counter", lambda: next(moments))


def make_trace(laps: int) -> Trace:
    trace = Trace()
    for _ in range(laps):
        trace.lap()
    return trace


@pytest.mark.usefixtures("_clock")
def test_each_stage_has_its_span_in_milliseconds() -> None:
    assert make_trace(6).timed(RESPONSE).headers == (
        *RESPONSE.headers,
        (
            "Server-Timing",
            "jwt;dur=2.0, parse;dur=3.0, plan;dur=4.0, transaction;dur=5.0, response;dur=6.0",
        ),
    )


@pytest.mark.usefixtures("_clock")
def test_what_is_known_of_a_request_is_in_its_event() -> None:
    """The time that it took, and that of the stages which came to their end."""
    trace = make_trace(3)
    trace.role, trace.route, trace.steps = "reader", "/films", (Step(b"select $1", (b"x",)),)
    request = make_request(method="GET")
    config = read_config({"log_query": True, "log_level": "warn"}, {})
    event = trace.finished(request, RESPONSE, config)
    assert (event.status, event.length, event.role, event.route) == (200, 4, "reader", "/films")
    assert (event.statements, event.log_level, event.error) == ((b"select $1",), "warn", None)
    assert event.environ is request.environ
    assert {name: round(span, 3) for name, span in event.stages.items()} == {
        "jwt": 0.002,
        "parse": 0.003,
    }
    assert event.seconds == pytest.approx(0.01016)


def test_statements_are_told_only_where_they_are_asked_for() -> None:
    trace = make_trace(6)
    trace.steps = (Step(b"select"),)
    assert trace.finished(make_request(), RESPONSE, read_config({}, {})).statements == ()


def test_nothing_was_sent_to_head() -> None:
    event = make_trace(6).finished(make_request(method="HEAD"), RESPONSE, read_config({}, {}))
    assert event.length is None


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
