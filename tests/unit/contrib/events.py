"""A finished request, as tests of observers want it."""

from __future__ import annotations

from typing import Any

from pgrest_wsgi.observe import RequestFinished
from tests.unit.api.environs import make_request

FINISHED = RequestFinished(
    environ=make_request("id=eq.1", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="curl/8").environ,
    status=200,
    length=56,
    route="/films",
    role="reader",
    error=None,
    seconds=0.0125,
    moments=(1.0, 1.001, 1.002, 1.003, 1.01, 1.011),
    statements=(),
    log_level="info",
    trace_header=None,
)


def finished(**changes: Any) -> RequestFinished:
    """`FINISHED` with changes; names in capitals are set in the environ."""
    environ = {name: value for name, value in changes.items() if name.isupper()}
    fields = {name: value for name, value in changes.items() if not name.isupper()}
    return FINISHED._replace(environ={**FINISHED.environ, **environ}, **fields)
