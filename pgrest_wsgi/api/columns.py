"""``columns`` and ``on_conflict``: lists of names.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#specifying-columns.
As in v16.2, a list ends where no further name can be read, and the rest of the text is ignored.
"""

from __future__ import annotations

import re

from pgrest_wsgi.api.fields import field_name, scan, spaced
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.memo import keep_short


@keep_short
def parse_columns(text: str) -> tuple[str, ...]:
    """The columns that a body is read for, each once, in the order of their names.

    Raises PGRST100.
    """
    return tuple(sorted(set(scan(_names, text, f"failed to parse columns parameter ({text})"))))


@keep_short
def parse_on_conflict(text: str) -> tuple[str, ...]:
    """The columns in which rows may meet others, as they stand. Raises PGRST100."""
    return tuple(scan(_names, text, f"failed to parse on_conflict parameter ({text})"))


def _names(cursor: Cursor) -> list[str]:
    return cursor.separated(_name, spaced(","))


def _name(cursor: Cursor) -> str:
    plain = _PLAIN_NAME.match(cursor.text, cursor.position)
    if plain is None:
        return field_name(cursor)
    cursor.advance(plain.end())
    return plain[0]


# Most names are these, and nothing behind them can fail.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_$]+(?=,|\Z)")
