"""The table SQLSTATE to HTTP status, and what a database function orders by RAISE.

Takes the plain fields of PostgreSQL's error report; no driver is known here. Values that would
break HTTP (a status out of range, line breaks in headers) end here and never reach an answer.

https://docs.postgrest.org/en/v16/references/errors.html#http-status-codes
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from pgrest_wsgi.errors import INVALID_RAISE, Headers, PgrestError, bearer_challenge


class SqlState(NamedTuple):
    """A row: a class (two characters) or a whole SQLSTATE, its status and what it means.

    `message` is a pattern that the whole message must match; `anonymous` limits the row to
    requests of the anonymous role. Of several rows of a prefix the first that holds counts.
    """

    prefix: str
    status: int
    meaning: str
    message: str = ".*"
    anonymous: bool = False

    def holds(self, message: str, authenticated: bool) -> bool:
        """Tell whether the conditions of this row are met."""
        if self.anonymous and authenticated:
            return False
        return re.fullmatch(self.message, message, re.DOTALL) is not None


# Begins the names of the statements that we prepare.
PREPARED_PREFIX = "pgrst_"

SQLSTATES: tuple[SqlState, ...] = (
    SqlState("08", 503, "connection exception"),
    SqlState("09", 500, "triggered action exception"),
    SqlState("0L", 403, "invalid grantor"),
    SqlState("0P", 403, "invalid role specification"),
    SqlState("21000", 400, "refused by pg-safeupdate", message=".*requires a WHERE clause"),
    SqlState("21000", 500, "cardinality violation"),
    SqlState("22023", 401, "role of the token does not exist", message="role.*does not exist"),
    SqlState("22023", 400, "invalid parameter value"),
    SqlState("23503", 409, "foreign key violation"),
    SqlState("23505", 409, "unique violation"),
    SqlState("25", 500, "invalid transaction state"),
    SqlState("25006", 405, "write in a read-only transaction"),
    SqlState(
        "26000", 500, "our prepared statement, lost by a pooler", message=f".*{PREPARED_PREFIX}.*"
    ),
    SqlState("28", 403, "invalid authorization specification"),
    SqlState("2D", 500, "invalid transaction termination"),
    SqlState("38", 500, "external routine exception"),
    SqlState("39", 500, "external routine invocation exception"),
    SqlState("3B", 500, "savepoint exception"),
    SqlState("40", 500, "transaction rollback"),
    SqlState("42501", 401, "insufficient privilege, anonymous role", anonymous=True),
    SqlState("42501", 403, "insufficient privilege"),
    SqlState("42883", 406, "no XML aggregate for the result", message=r"function xmlagg\(.*"),
    SqlState("42883", 404, "undefined function"),
    SqlState("42P01", 404, "undefined table"),
    SqlState("42P17", 500, "infinite recursion in a policy or view"),
    SqlState("53", 503, "insufficient resources"),
    SqlState("53400", 500, "configuration limit exceeded"),
    SqlState("54", 500, "program limit exceeded"),
    SqlState("55", 500, "object not in prerequisite state"),
    SqlState("57", 500, "operator intervention"),
    SqlState("57P01", 503, "connection ended by an administrator"),
    SqlState("58", 500, "system error"),
    SqlState("F0", 500, "configuration file error"),
    SqlState("HV", 500, "foreign data wrapper error"),
    SqlState("P0", 500, "PL/pgSQL error"),
    SqlState("P0001", 400, "RAISE without an SQLSTATE"),
    SqlState("XX", 500, "internal error"),
)

OTHER_STATUS = 400


def _rows_by_prefix() -> dict[str, tuple[SqlState, ...]]:
    rows: dict[str, tuple[SqlState, ...]] = {}
    for row in SQLSTATES:
        rows[row.prefix] = (*rows.get(row.prefix, ()), row)
    return rows


_BY_PREFIX = _rows_by_prefix()

_PT_STATUS = re.compile("PT([2-5][0-9][0-9])")

# RFC 9112 allows more, but WSGI servers refuse or garble other characters, and proxies give up on
# long status lines. A phrase that does not fit is left out: it says nothing the body does not.
_REASON = re.compile("[ -~]{1,200}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")

# These frame the message and are the server's to set (RFC 9110, section 7.6.1; PEP 3333).
_FRAMING_HEADERS = frozenset(
    (
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)


def is_header(name: str, value: str) -> bool:
    """Tell whether a database function may set this response header.

    False for a name that is no token, control characters in the value, and the headers that frame
    the message (RFC 9110, sections 5.1, 5.5 and 7.6.1).
    """
    return (
        _TOKEN.fullmatch(name) is not None
        and _HEADER_VALUE.fullmatch(value) is not None
        and name.lower() not in _FRAMING_HEADERS
    )


def status_of(sqlstate: str, message: str, *, authenticated: bool) -> int:
    """Return the HTTP status for an SQLSTATE; the longest prefix in the table counts.

    ``PTxyz`` asks for the status xyz; 500 where that is not in 200-599.
    """
    if sqlstate.startswith("PT"):
        ordered = _PT_STATUS.fullmatch(sqlstate)
        return int(ordered[1]) if ordered else 500
    for prefix in (sqlstate, sqlstate[:2]):
        for row in _BY_PREFIX.get(prefix, ()):
            if row.holds(message, authenticated):
                return row.status
    return OTHER_STATUS


def error_from_database(
    *,
    sqlstate: str,
    message: str,
    detail: str | None,
    hint: str | None,
    authenticated: bool,
) -> PgrestError:
    """Make the answer to an error that PostgreSQL reported.

    ``PTxyz`` sets the status, and the message becomes the reason phrase. ``PGRST`` sets everything
    by JSON in message and detail; where that JSON is not as it must be, the answer is PGRST121.
    https://docs.postgrest.org/en/v16/references/errors.html#custom-errors
    """
    if sqlstate == "PGRST":
        return _error_from_json(message, detail)
    status = status_of(sqlstate, message, authenticated=authenticated)
    return PgrestError(
        sqlstate,
        status,
        message,
        details=detail,
        hint=hint,
        headers=(bearer_challenge(),) if status == 401 else (),
        reason=_reason(message) if _PT_STATUS.fullmatch(sqlstate) else None,
    )


def nul_refused() -> PgrestError:
    """PostgreSQL's own error for a NUL in a text, where the text would not even reach it."""
    message = 'invalid byte sequence for encoding "UTF8": 0x00'
    return PgrestError("22021", status_of("22021", message, authenticated=False), message)


def _reason(text: str | None) -> str | None:
    return text if text is not None and _REASON.fullmatch(text) else None


class _Body(NamedTuple):
    code: str
    message: str
    details: str | None
    hint: str | None


class _Head(NamedTuple):
    status: int
    status_text: str | None
    headers: Headers


# RecursionError: JSON nested deeper than Python reads.
_UNREADABLE = (ValueError, RecursionError)

_BODY_KEYS = (
    "MESSAGE must be a JSON object with obligatory keys: 'code', 'message'"
    " and optional keys: 'details', 'hint'."
)
_HEAD_KEYS = (
    "DETAIL must be a JSON object with obligatory keys: 'status', 'headers'"
    " and optional key: 'status_text'."
)


def _error_from_json(message: str, detail: str | None) -> PgrestError:
    try:
        body = _read_body(message)
    except _UNREADABLE:
        reason = f"Invalid JSON value for MESSAGE: '{message}'"
        return INVALID_RAISE(reason=reason, expected=_BODY_KEYS)
    if detail is None:
        reason = "DETAIL is missing in the RAISE statement"
        return INVALID_RAISE(reason=reason, expected=_HEAD_KEYS)
    try:
        head = _read_head(detail)
    except _UNREADABLE:
        reason = f"Invalid JSON value for DETAIL: '{detail}'"
        return INVALID_RAISE(reason=reason, expected=_HEAD_KEYS)
    return PgrestError(
        body.code,
        head.status,
        body.message,
        details=body.details,
        hint=body.hint,
        headers=head.headers,
        reason=_reason(head.status_text),
    )


def _read_body(text: str) -> _Body:
    fields = _read_object(text)
    code = _text(fields["code"])
    if not _HEADER_VALUE.fullmatch(code):
        raise ValueError("the code travels in the header Proxy-Status")
    return _Body(
        code,
        _text(fields["message"]),
        _optional_text(fields["details"]),
        _optional_text(fields["hint"]),
    )


def _read_head(text: str) -> _Head:
    fields = _read_object(text)
    headers = fields["headers"]
    if not isinstance(headers, dict):
        raise ValueError("headers are no object")
    pairs = tuple((name, _text(value)) for name, value in headers.items())
    if not all(is_header(name, value) for name, value in pairs):
        raise ValueError("a header that cannot be sent")
    return _Head(_status(fields["status"]), _optional_text(fields["status_text"]), pairs)


def _read_object(text: str) -> Mapping[str, Any]:
    """Read a JSON object; keys that it lacks are null."""
    value = json.loads(text, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return defaultdict(lambda: None, value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _status(value: object) -> int:
    if not isinstance(value, int | float) or value not in range(200, 600):
        raise ValueError("no status of an answer")
    return int(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    value.encode()  # UnicodeEncodeError, a ValueError: lone surrogates, which no answer can carry
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)
