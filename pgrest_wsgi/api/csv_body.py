"""CSV (RFC 4180) as v16.2 reads it, made into JSON row by row.

The first record names the columns. A cell is a text, or null where it is the word ``NULL``, quoted
or not. Empty lines are skipped. A record may be shorter than the header, and what it has more is
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from json.encoder import encode_basestring

from pgrest_wsgi.api.trouble import haskell_string
from pgrest_wsgi.errors import INVALID_BODY, PgrestError


def csv_to_json(body: bytes) -> tuple[frozenset[str], bytes]:
    """The names of the columns, and the rows as a JSON array of objects; no columns for no rows.

    Raises PGRST102 for what is no CSV in UTF-8, and for records of different lengths.
    """
    records = _records(_decode(body))
    header = next(records)
    keys = [encode_basestring(name) + ":" for name in header]
    lengths: set[int] = set()
    rows = BytesIO()
    for cells in records:
        members = [
            key + ("null" if cell == "NULL" else encode_basestring(cell))
            for key, cell in zip(keys, cells, strict=False)
        ]
        rows.write(f"{',' if lengths else '['}{{{','.join(members)}}}".encode())
        lengths.add(len(members))
    rows.write(b"]" if lengths else b"[]")
    return _columns(header, lengths), rows.getvalue()


def _columns(header: list[str], lengths: set[int]) -> frozenset[str]:
    """The names that all records have: those of the shortest, which must be those of the longest.

    Where a name stands twice in the header, records may differ in length.
    """
    shortest = frozenset(header[: min(lengths, default=0)])
    if shortest != frozenset(header[: max(lengths, default=0)]):
        raise INVALID_BODY(reason="All lines must have same number of fields")
    return shortest


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        reason = f"parse error (invalid UTF-8) at byte {error.start + 1}"
        raise INVALID_BODY(reason=reason) from None


# -- records --------------------------------------------------------------------------------------


def _records(text: str) -> Iterator[list[str]]:
    """The header, then all records that are not empty; only the last may lack an end of line."""
    cells, position, ended = _record(text, 0)
    if not ended:
        raise _unreadable("not enough input")
    yield cells
    while ended:
        cells, position, ended = _record(text, position)
        if cells != [""]:
            yield cells


# Cells without quotes up to an end of line, or up to a cell that begins with one.
_PLAIN = re.compile(r'([^"\r\n]*)(\r\n|\r|\n|\Z)|((?:[^"\r\n]*,)?)"')
_AFTER_QUOTES = re.compile(r",|(\r\n|\r|\n|\Z)")


def _record(text: str, position: int) -> tuple[list[str], int, bool]:
    """The cells of a record, where the next one begins, and whether a line ended in between."""
    cells: list[str] = []
    while True:
        plain = _PLAIN.match(text, position)
        if plain is None:
            raise _unreadable("Failed reading: satisfy", text, text.index('"', position))
        if plain[2] is not None:
            return cells + plain[1].split(","), plain.end(), plain[2] != ""
        closing = _closing_quote(text, plain.end())
        cells += plain[3].split(",")
        cells[-1] = text[plain.end() : closing].replace('""', '"')
        after = _AFTER_QUOTES.match(text, closing + 1)
        if after is None:
            raise _unreadable("Failed reading: satisfy", text, closing + 1)
        if after[1] is not None:
            return cells, after.end(), after[1] != ""
        position = after.end()


def _closing_quote(text: str, position: int) -> int:
    """The place of the next quote that is not doubled. v16.2 cuts a cell short that has none."""
    found = text.find('"', position)
    while found >= 0 and text.startswith('"', found + 1):
        found = text.find('"', found + 2)
    if found < 0:
        raise _unreadable("Failed reading: trailing double quote")
    return found


def _unreadable(reason: str, text: str = "", position: int = 0) -> PgrestError:
    """Worded as v16.2 does, with what could not be read, or 100 bytes of it."""
    rest = text[position : position + 101].encode()
    shown = haskell_string(rest.decode("latin-1"))
    if len(rest) > 100:
        shown = f"{rest[:100].decode(errors='replace')} (truncated)"
    return INVALID_BODY(reason=f"parse error ({reason}) at {shown}")
