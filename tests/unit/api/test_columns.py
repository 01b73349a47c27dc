"""`columns` and `on_conflict`: lists of names."""

from __future__ import annotations

import pytest
from hypothesis import given

from pgrest_wsgi.api.columns import parse_columns, parse_on_conflict
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import TEXTS, outcome


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("b", ("b",)),
        ("b,a,b", ("a", "b")),
        (" b , a ", ("a", "b")),
        ("two words,ships-at-sea", ("ships-at-sea", "two words")),
        ('"a,b" , "c\\"d" ,e', ("a,b", 'c"d', "e")),
        ("Straße,港,Z", ("Straße", "Z", "港")),
        ('a")', ("a",)),
        ("a:b", ("a",)),
        ("a) do nothing", ("a",)),
    ],
)
def test_columns(text: str, names: tuple[str, ...]) -> None:
    """Each name once, sorted; what follows the last name is ignored."""
    assert parse_columns(text) == names


def test_on_conflict_keeps_its_order() -> None:
    """The same names, as they were sent."""
    assert parse_on_conflict('b, a,"c d",b') == ("b", "a", "c d", "b")


FIELD_NAME = "expecting field name (* or [a..z0..9_$])"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", 1, f"unexpected end of input {FIELD_NAME}"),
        ("*", 1, f'unexpected "*" {FIELD_NAME}'),
        (",a", 1, f'unexpected "," {FIELD_NAME}'),
        ("a,", 3, f"unexpected end of input {FIELD_NAME}"),
        ("a,,b", 3, f'unexpected "," {FIELD_NAME}'),
    ],
)
def test_what_is_refused(text: str, place: int, reason: str) -> None:
    """An empty list, or a comma without a name behind it; the message tells which parameter."""
    for parse, name in ((parse_columns, "columns"), (parse_on_conflict, "on_conflict")):
        with pytest.raises(PgrestError) as caught:
            parse(text)
        assert caught.value.code == "PGRST100"
        told = f'"failed to parse {name} parameter ({text})" (line 1, column {place})'
        assert (caught.value.message, caught.value.details) == (told, reason)


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the parser fail in another way."""
    outcome(parse_columns, text)
