"""Limits, offsets and the Range header."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.ranges import (
    ALL_ROWS,
    NO_ROWS,
    RowRange,
    parse_integer,
    parse_limit,
    parse_range_header,
    top_range,
)
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        (" 12\n", 12),
        ("-3", -3),
        ("- 3", -3),
        ("(5)", 5),
        ("((-5))", -5),
        ("0x1F", 31),
        ("0o17", 15),
        ("0b101", 5),
        ("", None),
        ("+1", None),
        ("1.0", None),
        ("1e3", None),
        ("1_000", None),
        ("-(5)", None),
        ("(5", None),
        ("5)", None),
        (")5(", None),
        ("٣", None),
        ("many", None),
    ],
)
def test_integers(text: str, number: int | None) -> None:
    """Haskell's notation of an integer is read, everything else is none."""
    assert parse_integer(text) == number


@given(TEXTS | st.text("0123456789-()xXobB \t", max_size=20))
def test_any_text_is_an_integer_or_none(text: str) -> None:
    """No text makes the reader fail."""
    parse_integer(text)


def test_long_texts_are_read_at_once() -> None:
    """Neither a million digits nor a million blanks keep the reader busy."""
    start = time.perf_counter()
    assert parse_integer("9" * 1_000_000) is not None
    assert parse_integer("(" + " " * 1_000_000 + "x") is None
    assert parse_integer("(" * 1_000_000) is None
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("limit", "offset", "rows"),
    [
        (None, None, ALL_ROWS),
        ("5", None, RowRange(0, 4)),
        (None, "10", RowRange(10)),
        ("5", "10", RowRange(10, 14)),
        ("0", None, NO_ROWS),
        ("-1", None, RowRange(0, -2)),
        ("all", None, ALL_ROWS),
        (None, "first", ALL_ROWS),
        ("5", "first", RowRange(0, 4)),
        ("all", "10", RowRange(10, 9)),
        ("5", "-2", RowRange(-2, 2)),
    ],
)
def test_limits(limit: str | None, offset: str | None, rows: RowRange) -> None:
    """What is no integer counts as not given; but next to an offset, such a limit is nothing."""
    assert parse_limit(limit, offset) == rows


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (None, None),
        ("0-24", RowRange(0, 24)),
        ("10-", RowRange(10)),
        ("10-5", RowRange(10, 5)),
        ("items=0-24", None),
        ("-5", None),
        ("0-4,8-9", None),
        (" 0-4", None),
        ("٠-٣", None),
    ],
)
def test_range_header(header: str | None, rows: RowRange | None) -> None:
    """One plain range is read, a header of another form is ignored."""
    assert parse_range_header(header) == rows


def test_row_range() -> None:
    """A range counts its rows, and tells whether it holds any."""
    assert RowRange(2, 4).limit == 3
    assert ALL_ROWS.limit is None
    assert RowRange(3, 2).is_empty
    assert not RowRange(3, 3).is_empty


@pytest.mark.parametrize(
    ("limits", "header", "rows"),
    [
        (ALL_ROWS, ALL_ROWS, ALL_ROWS),
        (RowRange(0, 4), RowRange(2, 9), RowRange(2, 4)),
        (RowRange(5), RowRange(0, 9), RowRange(5, 9)),
        (RowRange(-2, 2), ALL_ROWS, RowRange(0, 2)),
        (NO_ROWS, RowRange(5, 9), NO_ROWS),
        (NO_ROWS, RowRange(9, 5), NO_ROWS),
        (RowRange(-1, -1), ALL_ROWS, NO_ROWS),
    ],
)
def test_top_range(limits: RowRange, header: RowRange, rows: RowRange) -> None:
    """Parameters and header are met; a limit of no rows wins over any header."""
    assert top_range(limits, header) == rows


@pytest.mark.parametrize(
    ("limits", "header", "reason"),
    [
        (ALL_ROWS, RowRange(9, 5), "The lower boundary must be lower than or equal"),
        (RowRange(0, -6), RowRange(9, 5), "The lower boundary must be lower than or equal"),
        (RowRange(0, -6), ALL_ROWS, "Limit should be greater than or equal to zero."),
        (RowRange(5, 4), ALL_ROWS, "Limit should be greater than or equal to zero."),
        (RowRange(0, 1), RowRange(5, 9), "Limit should be greater than or equal to zero."),
    ],
)
def test_empty_ranges(limits: RowRange, header: RowRange, reason: str) -> None:
    """A range without rows is refused: the header is blamed where it is empty by itself."""
    with pytest.raises(PgrestError) as caught:
        top_range(limits, header)
    assert (caught.value.code, caught.value.status) == ("PGRST103", 416)
    assert str(caught.value.details).startswith(reason)
