"""Lines as JSON: each is one object, and a request is told in members."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

import pytest

from pgrest_wsgi.contrib.access_log import AccessLine
from pgrest_wsgi.contrib.json_log import JsonFormatter
from pgrest_wsgi.errors import SINGULARITY
from pgrest_wsgi.observe import RequestFinished
from tests.unit.contrib.events import finished


def members(message: object = "hello", **fields: object) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "pgrest_wsgi", "levelno": 20, "levelname": "INFO", "msg": message, **fields}
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def request_members(event: RequestFinished) -> dict[str, Any]:
    return members(AccessLine(event))


def test_any_record_has_time_level_logger_and_message() -> None:
    found = members("a\nb \x1b é")
    assert datetime.fromisoformat(found.pop("time")).tzinfo
    assert found.pop("process")
    assert found == {"level": "info", "logger": "pgrest_wsgi", "message": "a\nb \x1b é"}


def test_a_request_is_told_in_members() -> None:
    error = SINGULARITY(rows=2)
    found = request_members(finished(status=406, error=error, HTTP_X_REQUEST_ID="7"))
    for name in ("time", "process", "level", "logger"):
        del found[name]
    assert found == {
        "method": "GET",
        "path": "/films",
        "query": "id=eq.1",
        "route": "/films",
        "status": 406,
        "code": "PGRST116",
        "role": "reader",
        "request_id": "7",
        "trace_id": None,
        "length": 56,
        "duration": 12.5,
        "stages": {"jwt": 1, "parse": 1, "plan": 1, "transaction": 7, "response": 1},
        "remote": "192.0.2.7",
        "user_agent": "curl/8",
    }


@pytest.mark.parametrize(
    ("setting", "sent", "told"),
    [
        (None, {"HTTP_X_REQUEST_ID": "7"}, "7"),
        ("X-Correlation-Id", {"HTTP_X_REQUEST_ID": "7", "HTTP_X_CORRELATION_ID": "8"}, "8"),
        ("X-Correlation-Id", {"HTTP_X_REQUEST_ID": "7"}, None),
    ],
)
def test_the_mark_of_a_request_is_that_of_the_trace_header(
    setting: str | None, sent: dict[str, str], told: str | None
) -> None:
    assert request_members(finished(trace_header=setting, **sent))["request_id"] == told


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (f"00-{TRACE}-{SPAN}-01", TRACE),
        (f"01-{TRACE}-{SPAN}-01", TRACE),
        (f"01-{TRACE}-{SPAN}-01-more", TRACE),
        (f"00-{TRACE}-{SPAN}-01-more", None),
        (f"00-{TRACE}-{SPAN}-01more", None),
        (f"ff-{TRACE}-{SPAN}-01", None),
        (f"00-{TRACE.upper()}-{SPAN}-01", None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (TRACE, None),
        ("", None),
    ],
)
def test_the_trace_is_the_one_that_w3c_reads_in_traceparent(sent: str, told: str | None) -> None:
    """https://www.w3.org/TR/trace-context/#traceparent-header"""
    assert request_members(finished(HTTP_TRACEPARENT=sent))["trace_id"] == told


def test_the_trace_of_a_bug_is_in_its_line() -> None:
    try:
        raise ValueError("a bug")
    except ValueError as error:
        found = members(exc_info=(ValueError, error, error.__traceback__))
    assert found["exception"].endswith("ValueError: a bug")
