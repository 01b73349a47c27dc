"""The table of preferences, the header read by it, and what is told to have been applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.preferences import (
    NONE_PREFERRED,
    PREFERENCES,
    Preferences,
    PreferenceValues,
    applied_header,
    parse_prefer,
)
from tests.unit.api.texts import ANY_TEXT

ROWS = [(row.name, row.attribute, value) for row in PREFERENCES for value in row.values]


def parse(header: str) -> tuple[Preferences, PreferenceValues]:
    return parse_prefer(header)


def test_rows_are_unique_and_have_a_field() -> None:
    """Each preference has one row, and a field where it is kept."""
    names = [row.name for row in PREFERENCES]
    assert len(set(names)) == len(names)
    others = {"invalid", "plurality"}
    assert {row.attribute for row in PREFERENCES} | others == set(Preferences._fields)


@pytest.mark.parametrize(("name", "attribute", "value"), ROWS)
def test_every_row_is_read_and_applied(name: str, attribute: str, value: str) -> None:
    """Each value of each row is kept, and told in Preference-Applied."""
    preferences, values = parse(f"{name}={value}")
    assert getattr(preferences, attribute) == value
    assert [kept for kept in preferences if kept] == [value]
    assert applied_header(preferences, values) == f"{name}={value}"


def test_free_preferences_are_values() -> None:
    """The shape holds that a timezone and a number are there, the values which."""
    preferences, values = parse("timezone=Europe/Oslo, max-affected=10")
    assert preferences == Preferences(timezone=True, max_affected=True)
    assert values == PreferenceValues("Europe/Oslo", 10)


@pytest.mark.parametrize(
    ("text", "number"),
    [("10", 10), ("-1", -1), ("(7)", 7), ("ten", None), ("", None), (str(2**63), None)],
)
def test_max_affected(text: str, number: int | None) -> None:
    """A number that fits 64 bits is read; anything else counts as not given, and is not invalid."""
    preferences, values = parse(f"handling=strict,max-affected={text}")
    assert values.max_affected == number
    assert preferences.max_affected == (number is not None)
    assert preferences.invalid == ()


def test_the_first_of_a_kind_counts() -> None:
    """A preference given again changes nothing."""
    preferences, values = parse("count=exact,count=planned,timezone=A,timezone=B")
    assert (preferences.counted, values.timezone) == ("exact", "A")


@pytest.mark.parametrize(
    ("header", "invalid"),
    [
        ("handling=strict, x, count=all ,return=minimal", ("x", "count=all")),
        ("handling=strict,", ("",)),
        ("x,handling=strict", ("x",)),
        ("handling=strict,Count=exact", ("Count=exact",)),
        ("handling=lenient, x", ()),
        ("x", ()),
        ("handling=lenient,handling=strict,x", ()),
    ],
)
def test_unknown_preferences(header: str, invalid: tuple[str, ...]) -> None:
    """What nobody knows is kept, in order, only where handling is strict."""
    assert parse(header)[0].invalid == invalid


def test_applied_preferences_stand_in_the_order_of_the_table() -> None:
    """The answer's order does not depend on the request's."""
    header = "timezone=UTC,max-affected=3,handling=strict,count=exact,return=minimal,missing=null"
    assert applied_header(*parse(header)) == (
        "missing=null, return=minimal, count=exact, handling=strict, timezone=UTC, max-affected=3"
    )


def test_max_affected_is_applied_only_where_strict() -> None:
    """Lenient handling ignores the number, and does not claim it."""
    assert applied_header(*parse("max-affected=3")) == ""
    assert applied_header(*parse("max-affected=3,handling=lenient")) == "handling=lenient"


def test_nothing_preferred() -> None:
    """An empty header prefers nothing, and nothing is applied."""
    assert parse("") == NONE_PREFERRED
    assert applied_header(*NONE_PREFERRED) == ""


TOKENS = st.sampled_from([f"{name}={value}" for name, _, value in ROWS]) | ANY_TEXT


@given(st.lists(TOKENS).map(",".join))
def test_any_header_is_read(header: str) -> None:
    """No header makes the reader fail."""
    applied_header(*parse_prefer(header))
