"""Filters: conditions and operands, and that the fast path reads what the grammar reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.fields import Field, JsonStep, scan
from pgrest_wsgi.api.filters import (
    NO_OPERAND,
    Condition,
    Operand,
    condition,
    parse_condition,
    parse_embed_path,
)
from pgrest_wsgi.api.operators import IS_KEYWORDS, OPERATORS, Kind, Operator
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import ANY_TEXT, FRAGMENTED, TEXTS, outcome


@pytest.mark.parametrize(
    ("text", "found", "operand"),
    [
        ("eq.", Condition("eq"), ""),
        ("eq.a.b,(c)\n", Condition("eq"), "a.b,(c)\n"),
        ("not.eq.1", Condition("eq", negated=True), "1"),
        ("eq(any).{1,2}", Condition("eq", quantifier="any"), "{1,2}"),
        ("not.like(all).{a*,b*}", Condition("like", True, "all"), "{a*,b*}"),
        ("in.(1,2)", Condition("in"), ("1", "2")),
        ("in.()", Condition("in"), ("",)),
        ('in.("a,b",c d,"e\\"f")', Condition("in"), ("a,b", "c d", 'e"f')),
        ('in.("a"b,c"d)', Condition("in"), ('"a"b', 'c"d')),
        ("in. ( a , b ) ", Condition("in"), ("a ", " b ")),
        ("in.( a,b )", Condition("in"), ("a", "b ")),
        ("in.(\t)", Condition("in"), ("",)),
        ("in.(1)what follows", Condition("in"), ("1",)),
        ("is.null", Condition("is", keyword="null"), NO_OPERAND),
        ("is.Not_NULL", Condition("is", keyword="not_null"), NO_OPERAND),
        ("not.is.true", Condition("is", True, keyword="true"), NO_OPERAND),
        ("is.nullwhat follows", Condition("is", keyword="null"), NO_OPERAND),
        ("isdistinct.5", Condition("isdistinct"), "5"),
        ("fts.cat", Condition("fts"), "cat"),
        ("wfts(english).a cat", Condition("wfts", language="english"), "a cat"),
    ],
)
def test_conditions(text: str, found: Condition, operand: Operand) -> None:
    """Each form of a filter becomes its condition and its operand."""
    assert parse_condition(text) == (found, operand)


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("1", 1, 'unexpected "1" expecting "not" or operator (eq, gt, ...)'),
        ("noop.0", 1, 'unexpected "o" expecting "not" or operator (eq, gt, ...)'),
        ("not.1", 5, 'unexpected "1" expecting operator (eq, gt, ...)'),
        ("eq", 3, 'unexpected end of input expecting operator (eq, gt, ...)'),
        ("eq().1", 4, 'unexpected ")" expecting operator (eq, gt, ...)'),
        ("neq(any).1", 4, 'unexpected "(" expecting operator (eq, gt, ...)'),
        ("in.1", 4, 'unexpected "1" expecting "("'),
        ("in.(1", 6, 'unexpected end of input expecting "," or ")"'),
        ("is.5", 4, 'unexpected "5" expecting isVal: (null, not_null, true, false, unknown)'),
    ],
)  # fmt: skip
def test_refusals(text: str, place: int, reason: str) -> None:
    """Wrong text is refused where it breaks, with what could have stood there."""
    with pytest.raises(PgrestError) as caught:
        parse_condition(text)
    assert caught.value.message == f'"failed to parse filter ({text})" (line 1, column {place})'
    assert caught.value.details == reason


def scanned(text: str) -> object:
    """What the grammar alone, without the regular expressions, makes of a condition."""
    everything = condition(lambda cursor: cursor.many(lambda _: True))
    return scan(everything, text, f"failed to parse filter ({text})")


HEADS = st.sampled_from(
    [operator.name for operator in OPERATORS]
    + [f"{operator.name}({word})" for operator in OPERATORS for word in ("any", "all", "english")]
    + [f"is.{keyword}" for keyword in IS_KEYWORDS]
)
VALUES = ANY_TEXT | FRAGMENTED | FRAGMENTED.map(lambda text: f"({text})")
NEGATIONS = st.sampled_from(["", "not.", "not"])
CONDITIONS = st.tuples(NEGATIONS, HEADS, st.sampled_from([".", ""]), VALUES).map("".join)


@given(CONDITIONS | TEXTS)
def test_the_fast_path_reads_what_the_grammar_reads(text: str) -> None:
    """Whatever the head and the value: the same condition and operand, or the same refusal."""
    assert outcome(parse_condition, text) == outcome(scanned, text)


ELEMENTS = st.lists(ANY_TEXT, min_size=1, max_size=5)


@given(ELEMENTS)
def test_any_list_can_be_quoted(elements: list[str]) -> None:
    """Every text can be an element of a list, in quotes with backslash and quote escaped."""
    escaped = [element.replace("\\", "\\\\").replace('"', '\\"') for element in elements]
    text = ",".join(f'"{element}"' for element in escaped)
    assert parse_condition(f"in.({text})") == (Condition("in"), tuple(elements))


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda row: row.name)
def test_every_operator_is_understood(operator: Operator) -> None:
    """Each row of the table is read, alone and negated, at the scanner and on the fast path."""
    value = {Kind.LIST: "(1)", Kind.KEYWORD: "null"}.get(operator.kind, "1")
    for negation in ("", "not."):
        text = f"{negation}{operator.name}.{value}"
        found, _ = parse_condition(text)
        assert (found.operator, found.negated) == (operator.name, bool(negation))
        assert outcome(scanned, text) == parse_condition(text)


def test_names_of_filters() -> None:
    """A name is a path of resources and a field, which may reach into JSON."""
    assert parse_embed_path("id") == ((), Field("id"))
    step = JsonStep("k", is_index=False, as_text=True)
    assert parse_embed_path("a.b.c->>k") == (("a", "b"), Field("c", (step,)))
    with pytest.raises(PgrestError, match="failed to parse tree path"):
        parse_embed_path("a..b")


@given(TEXTS)
def test_any_name_is_read_or_refused(text: str) -> None:
    """No text makes the parser of names fail in another way."""
    outcome(parse_embed_path, text)


def test_the_grammar_stands_alone() -> None:
    """The condition parser can read up to any end that its operand parser sets."""
    cursor = Cursor("eq.a;rest")
    assert condition(lambda inner: inner.many(lambda c: c != ";"))(cursor) == (Condition("eq"), "a")
    assert cursor.position == 4
