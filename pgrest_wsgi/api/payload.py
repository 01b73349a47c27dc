"""The body of a request, cut: what of it decides SQL, and the bytes that are only bound.

JSON is handed on as it was sent, byte for byte; CSV, and forms for tables, become JSON.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#insert and
https://docs.postgrest.org/en/v16/references/api/functions.html.
"""

from __future__ import annotations

import json
from binascii import hexlify
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.csv_body import csv_to_json
from pgrest_wsgi.api.json_body import read_keys
from pgrest_wsgi.api.media_types import (
    CSV,
    FORM,
    JSON,
    OCTETS,
    PLAIN_TEXT,
    XML,
    MediaType,
    parse_media_type,
)
from pgrest_wsgi.api.request import Request, split_pairs
from pgrest_wsgi.errors import INVALID_BODY
from pgrest_wsgi.sqlstates import nul_refused


class PayloadKind(Enum):
    """What the bytes are. To a function it also matters which parameters can take them."""

    JSON = "json"  # rows, or named arguments: an object or an array of objects
    CSV = "csv"  # the same, but never a single unnamed argument
    ARGUMENTS = "arguments"  # a form that names the arguments of a function: see `parse_form`
    TEXT = "text"  # from here on: one unnamed argument
    XML = "xml"
    OCTETS = "octets"  # in the hexadecimal format of bytea


class PayloadShape(NamedTuple):
    """All of a body that decides SQL.

    `columns` are the names to read from it, in their order. `is_object` tells a JSON object from
    an array: ``json_to_record`` from ``json_to_recordset``.
    """

    kind: PayloadKind
    columns: tuple[str, ...] = ()
    is_object: bool = False


Payload = tuple[PayloadShape, bytes]

_SINGLE_ARGUMENTS = {
    PLAIN_TEXT: PayloadKind.TEXT,
    XML: PayloadKind.XML,
    OCTETS: PayloadKind.OCTETS,
}


def read_payload(
    request: Request, columns: tuple[str, ...] | None, *, for_function: bool
) -> Payload:
    """Read the body for a table or a function; `columns` are those of the parameter, if given.

    Raises PGRST102 for a body that cannot be read, and PostgreSQL's 22021 for NUL.
    """
    content_type = request.header("CONTENT_TYPE") or JSON.name
    if request.method == "PUT":
        columns = None
    payload = _read(parse_media_type(content_type), request.read_body(), columns, for_function)
    if b"\0" in payload[1]:  # libpq would cut the parameter there
        raise nul_refused()
    return payload


def _read(
    media_type: MediaType, body: bytes, columns: tuple[str, ...] | None, for_function: bool
) -> Payload:
    if media_type == JSON:
        return _read_json(body, columns, for_function)
    if media_type == CSV:
        names, rows = csv_to_json(body)
        return _shape(PayloadKind.CSV, names), rows
    if media_type == FORM:
        return _read_arguments(body) if for_function else _read_row(body)
    if not for_function or media_type not in _SINGLE_ARGUMENTS:
        raise INVALID_BODY(reason=f"Content-Type not acceptable: {media_type.name}")
    kind = _SINGLE_ARGUMENTS[media_type]
    return _shape(kind), b"\\x" + hexlify(body) if kind is PayloadKind.OCTETS else body


def _shape(
    kind: PayloadKind, names: Iterable[str] = (), *, is_object: bool = False
) -> PayloadShape:
    return PayloadShape(kind, tuple(sorted(names)), is_object)


# -- JSON -----------------------------------------------------------------------------------------


def _read_json(body: bytes, columns: tuple[str, ...] | None, for_function: bool) -> Payload:
    """With `columns` the body is left to PostgreSQL to judge. A function needs no body."""
    begin = body.lstrip(b" \t\n\r")[:1]
    names: Iterable[str] = columns or ()
    if columns is None and (body or not for_function):
        names = read_keys(body)
        if begin not in (b"{", b"["):
            body = b"[]"
    return _shape(PayloadKind.JSON, names, is_object=begin == b"{"), body


# -- forms ----------------------------------------------------------------------------------------


def parse_form(body: bytes) -> tuple[tuple[str, str], ...]:
    """The names and values of a form, in order; a value that is missing is empty.

    https://url.spec.whatwg.org/#application/x-www-form-urlencoded. Raises PGRST102 for bytes that
    are no UTF-8.
    """
    try:
        pairs = split_pairs(body.decode("latin-1").removeprefix("?"))
    except UnicodeDecodeError:
        raise INVALID_BODY(reason="Invalid UTF-8 in the form") from None
    return tuple((name, value or "") for name, value in pairs)


def _read_arguments(body: bytes) -> Payload:
    return _shape(PayloadKind.ARGUMENTS, {name for name, _ in parse_form(body)}), body


def _read_row(body: bytes) -> Payload:
    """A form for a table is one row; of a repeated name the last value counts."""
    row = dict(parse_form(body))
    value = json.dumps(row, ensure_ascii=False).encode()
    return _shape(PayloadKind.JSON, row, is_object=True), value
