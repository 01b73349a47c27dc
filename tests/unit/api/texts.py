"""Random texts for the tests of the request language: fragments of it, and anything between."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from pgrest_wsgi.errors import PgrestError

FRAGMENTS = (
    *'abn_$19 ,.():!-*"\\{}\t\n\0é☃\x85\u2003İ',
    *("->", "->>", "::", "...", "not.", "eq.", "in.(", "is.", "null", "fts(", "(any)", "neq."),
    *("and(", "or(", "not.and(", ".asc", ".desc", ".nullsfirst", "count", "()", ".sum()", "!left"),
)

FRAGMENTED = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)

# Whatever UTF-8 can carry.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

TEXTS = FRAGMENTED | ANY_TEXT


def outcome(parse: Callable[[str], object], text: str) -> object:
    """What `parse` makes of `text`, or the words it refuses it with; other errors pass through."""
    try:
        return parse(text)
    except PgrestError as error:
        return error.code, error.message, error.details
