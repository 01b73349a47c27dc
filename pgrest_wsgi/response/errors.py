"""Errors as answers: the one place where a `PgrestError` becomes status, headers and a body.

Upstream: https://docs.postgrest.org/en/v16/references/errors.html.
"""

from __future__ import annotations

import json

from pgrest_wsgi.config.model import Verbosity
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.response.model import Response


def error_body(error: PgrestError, verbosity: Verbosity) -> bytes:
    """The JSON body; ``client-error-verbosity=minimal`` leaves out details and hint."""
    members = {"code": error.code, "details": error.details, "hint": error.hint}
    members["message"] = error.message
    if verbosity == "minimal":
        members = {"code": error.code, "message": error.message}
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


def render_error(error: PgrestError, verbosity: Verbosity) -> Response:
    """The answer to a request that failed."""
    body = error_body(error, verbosity)
    headers = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Proxy-Status", f"PostgREST; error={error.code}"),
        *error.headers,
    )
    native = tuple((name, to_native(value)) for name, value in headers)
    return Response(error.status, native, body, error.reason)


def to_native(text: str) -> str:
    """Text as WSGI wants headers: its UTF-8, one character a byte (PEP 3333)."""
    return text if text.isascii() else text.encode(errors="replace").decode("latin-1")
