"""`select`: what is read of it, and the words it is refused with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.fields import NESTING_CAP, Field, JsonStep
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.api.select import (
    _PLAIN_COLUMN,
    Join,
    SelectedField,
    SelectedRelation,
    SelectItem,
    _field,
    _item,
    _relation,
    _spread,
    parse_select,
)
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import TEXTS, outcome


def column(name: str, **others: str) -> SelectedField:
    return SelectedField(Field(name), **others)


ID = column("id")
KEY = Field("a", (JsonStep("k", is_index=False, as_text=True),))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()),
        ("*", (column("*"),)),
        ("id", (ID,)),
        (" id ,\tname ", (ID, column("name"))),
        ("id,two words,*", (ID, column("two words"), column("*"))),
        ('"a,b":id', (column("id", alias="a,b"),)),
        ("n:id::text", (column("id", alias="n", cast="text"),)),
        ("id::double precision", (column("id", cast="double precision"),)),
        ("a->>k", (SelectedField(KEY),)),
        ("x:a->>k::int", (SelectedField(KEY, "x", "int"),)),
        ("count()", (column("*", aggregate="count"),)),
        ("n:count()::text", (column("*", alias="n", aggregate="count", aggregate_cast="text"),)),
        ("count", (column("count"),)),
        ("count,id", (column("count"), ID)),
        ("id.sum()", (column("id", aggregate="sum"),)),
        ("id.avg(),id.count()", (column("id", aggregate="avg"), column("id", aggregate="count"))),
        ("id.max(),id.min()", (column("id", aggregate="max"), column("id", aggregate="min"))),
        ("id::int.sum()::text", (SelectedField(Field("id"), None, "int", "sum", "text"),)),
        ("a(id)", (SelectedRelation("a", (ID,)),)),
        ("a()", (SelectedRelation("a", ()),)),
        ("x:a!fk!inner(id)", (SelectedRelation("a", (ID,), "x", "fk", Join.INNER),)),
        ("a!inner!fk()", (SelectedRelation("a", (), None, "fk", Join.INNER),)),
        ("a!left()", (SelectedRelation("a", (), join=Join.LEFT),)),
        ("...a!fk(id)", (SelectedRelation("a", (ID,), hint="fk", is_spread=True),)),
        ("a(b(id),*)", (SelectedRelation("a", (SelectedRelation("b", (ID,)), column("*"))),)),
        ("id)what follows is never read", (ID,)),
        ("*!what begins no item is not read either", ()),
    ],
)  # fmt: skip
def test_items(text: str, items: tuple[SelectItem, ...]) -> None:
    """Each form of an item becomes the value it stands for."""
    assert parse_select(text).value == items
    assert parse_select(text).text == text


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("id,", 4, 'unexpected end of input expecting "...", field name (* or [a..z0..9_$]), "*" '
                   'or "count()"'),
        ("id!hint", 3, "unexpected '!' expecting letter, digit, \"-\", \"->>\", \"->\", \"::\", "
                       '".", ")", "," or end of input'),
        ("id::", 5, "unexpected end of input expecting letter or digit"),
        ("a(.b)", 3, 'unexpected "b" expecting "...", field name (* or [a..z0..9_$]), "*", '
                     '"count()" or ")"'),
        ("a->-1x", 6, "unexpected 'x' expecting digit, \"->\", \"::\", \".\", \",\" or end of "
                      "input"),
        ("a(id", 5, 'unexpected end of input expecting letter, digit, "-", "->>", "->", "::", ".", '
                    '")", "," or end of input'),
    ],
)  # fmt: skip
def test_refusals(text: str, place: int, reason: str) -> None:
    """Wrong text is refused where it breaks, with all that could have stood there."""
    with pytest.raises(PgrestError) as caught:
        parse_select(text)
    assert caught.value.code == "PGRST100"
    assert caught.value.message == (
        f'"failed to parse select parameter ({text})" (line 1, column {place})'
    )
    assert caught.value.details == reason


NAMES = st.sampled_from(["id", "*", "count", "A_1$", "7"])


@given(NAMES, st.sampled_from(["", ")", ",", ",a(", ",.", ",id!", "->a", "::text", "(", "\n"]))
def test_plain_columns_are_read_as_the_grammar_reads_them(name: str, rest: str) -> None:
    """Where the short way reads an item, the grammar reads the same and ends at the same place."""
    short, long = Cursor(name + rest), Cursor(name + rest)
    if _PLAIN_COLUMN.match(short.text):
        grammar = long.choice(_spread, _relation, _field)
        assert (_item(short), short.position) == (grammar, long.position)


@pytest.mark.parametrize("opening", ["a(", "...a(", "x,a(", "x:a!inner("])
def test_nesting_is_capped(opening: str) -> None:
    """As many levels as the cap allows are read, one more is refused and not a crash."""
    parse_select(opening * NESTING_CAP + ")" * NESTING_CAP)
    with pytest.raises(PgrestError, match=r"PGRST100.*nested") as caught:
        parse_select(opening * (NESTING_CAP + 1))
    assert caught.value.details == f"nested deeper than {NESTING_CAP} levels"


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the parser fail in another way."""
    outcome(parse_select, text)
