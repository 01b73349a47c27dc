"""Which rows of a result are wanted: ``limit``, ``offset`` and the ``Range`` header.

Upstream: https://docs.postgrest.org/en/v16/references/api/pagination_count.html; RFC 9110, 14.2.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pgrest_wsgi.errors import RANGE_NOT_SATISFIABLE
from pgrest_wsgi.memo import keep_short

_RANGE_HEADER = re.compile(r"([0-9]+)-([0-9]*)")
_INTEGER = re.compile(r"\(*\s*(?:(-)\s*)?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)\s*\)*")


# More digits than any integer type of PostgreSQL has, fewer than Python refuses to read.
_DIGITS_READ = 100


class RowRange(NamedTuple):
    """Rows `first` to `last`, both included and counted from zero; no `last` is no end."""

    first: int = 0
    last: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.last is not None and self.last < self.first

    @property
    def limit(self) -> int | None:
        """How many rows at most."""
        return None if self.last is None else self.last - self.first + 1

    def intersect(self, other: RowRange) -> RowRange:
        if self.is_empty or other.is_empty:
            return NO_ROWS
        ends = [end for end in (self.last, other.last) if end is not None]
        return RowRange(max(self.first, other.first), min(ends) if ends else None)


ALL_ROWS = RowRange()
NO_ROWS = RowRange(0, -1)  # what limit=0 asks for; any other empty range is an error


@keep_short
def parse_integer(text: str) -> int | None:
    """An integer as v16.2 reads one (Haskell's notation: 12, -3, 0x1F, (5)), else None."""
    found = _INTEGER.fullmatch(text.strip())
    if found is None or text.count("(") != text.count(")"):
        return None
    base = {"x": 16, "o": 8, "b": 2}.get(found[2][1:2].lower(), 10)
    digits = found[2] if base == 10 else found[2][2:]
    return int((found[1] or "") + digits[:_DIGITS_READ], base)


def parse_limit(limit: str | None, offset: str | None) -> RowRange:
    """The rows that the parameters ask for. One that is no integer counts as not given."""
    count = None if limit is None else parse_integer(limit)
    if offset is None:
        return ALL_ROWS if count is None else RowRange(0, count - 1)
    first = parse_integer(offset) or 0
    if limit is None:
        return RowRange(first)
    return RowRange(first, first + (count or 0) - 1)


def parse_range_header(text: str | None) -> RowRange | None:
    """The rows that ``Range: 0-24`` asks for; a header of another form counts as not given."""
    found = _RANGE_HEADER.fullmatch(text) if text is not None else None
    if found is None:
        return None
    return RowRange(parse_integer(found[1]) or 0, parse_integer(found[2]))


def top_range(limits: RowRange, header: RowRange = ALL_ROWS) -> RowRange:
    """The rows wanted of the whole result.

    ``limit=0`` wins over the header. Raises PGRST103 for a range that holds no row otherwise.
    """
    if limits.last == NO_ROWS.last:
        return NO_ROWS
    wanted = limits.intersect(header)
    if header.is_empty:
        raise RANGE_NOT_SATISFIABLE(
            reason="The lower boundary must be lower than or equal to the upper boundary in the "
            "Range header."
        )
    if wanted.is_empty:
        raise RANGE_NOT_SATISFIABLE(reason="Limit should be greater than or equal to zero.")
    return wanted
