"""Logic trees, their operands, their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.fields import NESTING_CAP, Field
from pgrest_wsgi.api.filters import Condition, Filter, Operand
from pgrest_wsgi.api.logic import (
    LogicGroup,
    LogicNode,
    _leaf,
    _plain_leaf,
    parse_logic,
    parse_logic_path,
)
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import FRAGMENTED, TEXTS, outcome


def parse(operator: str, text: str) -> tuple[LogicNode, list[Operand]]:
    operands: list[Operand] = []
    return parse_logic(operator, text, operands), operands


def leaf(name: str, operator: str, index: int, negated: bool = False) -> Filter:
    return Filter(Field(name), Condition(operator, negated), index)


A, B = leaf("a", "eq", 0), leaf("b", "gt", 1)


@pytest.mark.parametrize(
    ("operator", "text", "node", "operands"),
    [
        ("and", "(a.eq.1,b.gt.2)", LogicGroup("and", False, (A, B)), ["1", "2"]),
        ("not.or", "(a.eq.1)", LogicGroup("or", True, (A,)), ["1"]),
        ("or", " ( a.eq.1 , b.gt.2 ) ", LogicGroup("or", False, (A, B)), ["1 ", "2 "]),
        (
            "or",
            "(a.eq.1,not.and(b.gt.2,c.not.in.(x,y)))",
            LogicGroup(
                "or",
                False,
                (A, LogicGroup("and", True, (B, leaf("c", "in", 2, negated=True)))),
            ),
            ["1", "2", ("x", "y")],
        ),
        ("and", "(not.eq.1)", LogicGroup("and", False, (leaf("not", "eq", 0),)), ["1"]),
        ("and", "(and.eq.1)", LogicGroup("and", False, (leaf("and", "eq", 0),)), ["1"]),
        ("and", ".eq.1", leaf("and", "eq", 0), ["1"]),
    ],
)
def test_trees(operator: str, text: str, node: LogicNode, operands: list[Operand]) -> None:
    """A tree keeps its structure; its operands stand in the order of reading."""
    assert parse(operator, text) == (node, operands)


@pytest.mark.parametrize(
    ("value", "operand"),
    [
        ("", ""),
        ("a.b:c", "a.b:c"),
        ('"a,b)"', "a,b)"),
        ('"a\\"b"', 'a"b'),
        ('"a"b', '"a"b'),
        ("{1,2}", "{1,2}"),
        ("{a", "{a"),
        ("a(b", "a(b"),
        ("\n", "\n"),
    ],
)
def test_operands(value: str, operand: str) -> None:
    """An operand ends at a comma or bracket, unless it is in quotes or an array literal."""
    assert parse("and", f"(a.eq.{value},b.gt.2)") == (
        LogicGroup("and", False, (A, B)),
        [operand, "2"],
    )


def test_operands_are_appended() -> None:
    """A tree goes on counting where the filters before it ended."""
    operands: list[Operand] = ["of a filter"]
    assert parse_logic("and", "(a.eq.1)", operands) == LogicGroup(
        "and", False, (leaf("a", "eq", 1),)
    )
    assert operands == ["of a filter", "1"]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("()", 5, 'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator '
                  "(not) or logic operator (and, or)"),
        (")(", 4, 'unexpected ")" expecting "("'),
        ("(a.in.1)", 10, 'unexpected "1" expecting "("'),
        ("(a.eq.1,not.xor(b.eq.2))", 16, 'unexpected "x" expecting logic operator (and, or)'),
        ("(a.eq.1", 11, 'unexpected end of input expecting "," or ")"'),
    ],
)  # fmt: skip
def test_refusals(text: str, place: int, reason: str) -> None:
    """Wrong text is refused where it breaks; columns count the operator that stands before it."""
    with pytest.raises(PgrestError) as caught:
        parse("and", text)
    assert caught.value.message == f'"failed to parse logic tree ({text})" (line 1, column {place})'
    assert caught.value.details == reason


CONDITIONS = st.sampled_from(
    ["eq.1", "not.in.(1,2)", "is.null", "fts.a b", "like(any).{a,b}", 'eq."x,y"', "gt.{1,2}"]
)
LEAVES = st.tuples(st.sampled_from(["a", "and", "not", "x1_$"]), CONDITIONS | FRAGMENTED)


@given(LEAVES, st.sampled_from([",", ")", ",b.eq.1)", ""]))
def test_plain_leaves_are_read_as_the_grammar_reads_them(leaf: tuple[str, str], rest: str) -> None:
    """Where the short way reads a leaf, the grammar reads the same and ends at the same place."""
    text = ".".join(leaf) + rest
    short, long = Cursor(text), Cursor(text)
    plain = _plain_leaf(short)
    if plain is not None:
        assert (plain, short.position) == (_leaf(long), long.position)


@pytest.mark.parametrize("opening", ["and(", "a.eq.1,not.or("])
def test_nesting_is_capped(opening: str) -> None:
    """As many levels as the cap allows are read, one more is refused and not a crash."""
    levels = NESTING_CAP - 1
    parse("and", "(" + opening * levels + "a.eq.1" + ")" * NESTING_CAP)
    with pytest.raises(PgrestError, match=r"PGRST100.*nested"):
        parse("and", "(" + opening * NESTING_CAP + "a.eq.1" + ")" * NESTING_CAP)


@pytest.mark.parametrize(
    ("text", "path", "operator"),
    [
        ("and", (), "and"),
        ("not.or", (), "not.or"),
        ("a.b.or", ("a", "b"), "or"),
        ("a.not.and", ("a",), "not.and"),
        ('"a.b".and', ("a.b",), "and"),
    ],
)
def test_names(text: str, path: tuple[str, ...], operator: str) -> None:
    """The name of a logic parameter is a path, perhaps `not`, and the operator."""
    assert parse_logic_path(text) == (path, operator)


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the parsers of trees and their names fail in another way."""
    outcome(lambda value: parse("and", value), text)
    outcome(parse_logic_path, text)
