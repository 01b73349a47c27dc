"""Lines of the log as JSON objects, one each, for programs that collect them.

``logging.Handler.setFormatter(JsonFormatter())`` does it for any handler; ``log-format = json`` for
what `pgrest-wsgi serve` writes.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timezone
from typing import Any

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.contrib.access_log import AccessLine
from pgrest_wsgi.observe import RequestFinished

USUAL_REQUEST_ID = "X-Request-Id"  # where ``server-trace-header`` names no other

# https://www.w3.org/TR/trace-context/#traceparent-header: 00 is no longer than this.
_TRACEPARENT = re.compile(
    "(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message of any record; of a request what is known of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line of ASCII."""
        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
        }
        if isinstance(record.msg, AccessLine):
            members |= request_members(record.msg.event)
        else:
            members["message"] = record.getMessage()
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members)


def request_members(event: RequestFinished) -> dict[str, Any]:
    """What there is to tell of a request; durations are milliseconds."""
    request = Request(event.environ)
    name = (event.trace_header or USUAL_REQUEST_ID).upper().replace("-", "_")
    return {
        "method": request.method,
        "path": request.mount_point + request.quoted_path,
        "query": request.query,
        "route": event.route,
        "status": event.status,
        "code": None if event.error is None else event.error.code,
        "role": event.role,
        "request_id": request.header(f"HTTP_{name}"),
        "trace_id": trace_id(request.header("HTTP_TRACEPARENT") or ""),
        "length": event.length,
        "duration": milliseconds(event.seconds),
        "stages": {name: milliseconds(seconds) for name, seconds in event.stages.items()},
        "remote": event.environ.get("REMOTE_ADDR"),
        "user_agent": request.header("HTTP_USER_AGENT"),
    }


def trace_id(traceparent: str) -> str | None:
    """The trace that a request belongs to as its client says; None where that says nothing."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return None if found is None else found[1]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
