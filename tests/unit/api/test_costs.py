"""What hostile text may cost: time in proportion to its length, and no stack."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pgrest_wsgi.api.columns import parse_columns
from pgrest_wsgi.api.csv_body import csv_to_json
from pgrest_wsgi.api.fields import NESTING_CAP
from pgrest_wsgi.api.filters import parse_condition, parse_embed_path
from pgrest_wsgi.api.json_body import read_keys
from pgrest_wsgi.api.legacy import BOTH
from pgrest_wsgi.api.logic import parse_logic, parse_logic_path
from pgrest_wsgi.api.order import parse_order
from pgrest_wsgi.api.request import parse_query
from pgrest_wsgi.api.select import parse_select
from tests.unit.api.texts import outcome

MEGABYTE = 1_000_000
Parse = Callable[[str], object]


def parse_tree(text: str) -> object:
    return parse_logic("and", text, [])


PARSERS: dict[str, Parse] = {
    "select": parse_select,
    "order": parse_order,
    "filter": parse_condition,
    "logic": parse_tree,
    "name": parse_embed_path,
    "logic name": parse_logic_path,
    "query": parse_query,
    "columns": parse_columns,
    "json": lambda text: read_keys(text.encode()),
    "csv": lambda text: csv_to_json(text.encode()),
    "old select": BOTH.select,
    "old filter": BOTH.condition,
    "old prefer": BOTH.prefer,
}


@pytest.mark.parametrize(
    ("parser", "begin", "piece", "end"),
    [
        ("select", "", "a", ""),
        ("select", "", "a_column,", "a"),
        ("select", '"', "a", '"'),
        ("select", '"', "a", ""),
        ("select", "", " ", ""),
        ("select", "a->", "k", ""),
        ("order", "", "a", ""),
        ("order", "", "a_column.desc,", "a"),
        ("filter", "eq.", "a", ""),
        ("filter", "xx.", "a", ""),
        ("filter", "fts(", "a", ").a"),
        ("filter", "in.(", "12345,", "6)"),
        ("filter", "in.(", '"a,b c d",', '"e")'),
        ("filter", "in.(", "a", ""),
        ("logic", "(a.eq.", "1", ")"),
        ("logic", "(a.eq.{", "1", "})"),
        ("logic", '(a.eq."', "1", '")'),
        ("logic", "(a.in.(", "12345,", "6))"),
        ("logic", "(", "a_column.eq.12345678,", "a.eq.1)"),
        ("name", "", "a", ""),
        ("logic name", "", "a", ""),
        ("query", "", "a=%41+b&", ""),
        ("columns", "", "a_column,", "a"),
        ("json", "", " ", ""),
        ("json", "[", '{"a":1},', '{"a":1}]'),
        ("json", "[", "{},", "{}] x"),
        ("json", "[1", " ", ""),
        ("json", '{"a":"', "\\ud83d\\ude00", '"}'),
        ("json", '{"a":"', "\\ud83d", '"}'),
        ("json", '{"a":"', "\\\\", '"}'),
        ("csv", "a\n", "b", ""),
        ("csv", "a\n", "b", '"'),
        ("csv", "a\n", ",", '"b"'),
        ("csv", "a\n", "\n", ""),
        ("csv", 'a\n"', '""', '"'),
        ("csv", 'a\n"', '""', ""),
        ("csv", "a\n", '"b",', ""),
        ("csv", "a\n", 'b,"', ""),
        ("csv", "", "a,", "a\n1"),
        ("old select", "a{", "a_column,", "a}"),
        ("old select", "a{b}", " ", ""),
        ("old select", "a{b}", '\\"', ""),
        ("old select", "a{b}", '"', ""),
        ("old filter", "notin.", "12345,", "6"),
        ("old filter", "in.", "12345,", "6"),
        ("old prefer", "count=none", ";a", ""),
    ],
)
def test_a_megabyte_is_parsed_in_no_time(parser: str, begin: str, piece: str, end: str) -> None:
    """Half a second on an idle machine; the bound leaves room for a slow one under coverage."""
    text = begin + piece * (MEGABYTE // len(piece)) + end
    start = time.process_time()
    outcome(PARSERS[parser], text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("parser", "begin", "piece", "end"),
    [
        ("select", "a", "->b", ""),
        ("select", '"', "\\a", '"'),
        ("select", "a", "-a", ""),
        ("select", "", "x:a::text,", "a"),
        ("order", "", " a->k.desc,", "a"),
        ("filter", "in.(", '"\\a",', "a)"),
        ("filter", "in.(", "a,", ""),
        ("logic", "(", ' a.eq."1",', "a.eq.1)"),
        ("name", "", "a.", "b"),
        ("logic name", "", "a.", "or"),
    ],
)
def test_time_grows_with_length(parser: str, begin: str, piece: str, end: str) -> None:
    """Eight times the text takes far less than the 64 times of quadratic work."""
    text = [begin + piece * count + end for count in (400, 3_200)]
    short, long = (fastest(PARSERS[parser], one) for one in text)
    assert long < 24 * short


def without_memory(parse: Parse) -> Parse:
    """The function itself, where `keep_short` remembers for it."""
    kept = getattr(parse, "__self__", None)
    return parse if kept is None else kept.function


def fastest(parse: Parse, text: str) -> float:
    """The best of three, in seconds, past any cache."""
    parse = without_memory(parse)
    times = []
    for _ in range(3):
        start = time.process_time()
        outcome(parse, text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize(
    ("parser", "opening"),
    [
        ("select", "x,a("),
        ("select", "x,...a("),
        ("logic", "a.eq.1,not.and("),
        ("old select", "x,a{"),
    ],
)
def test_the_deepest_nesting_fits_a_deep_stack(parser: str, opening: str) -> None:
    """A hundred callers above (a framework, its middleware, a test runner) leave enough stack."""
    parse = without_memory(PARSERS[parser])
    closing = "}" if "{" in opening else ")"
    text = opening * NESTING_CAP + closing * NESTING_CAP
    if parser == "logic":
        text = "(" + opening * (NESTING_CAP - 1) + "a.eq.1" + ")" * NESTING_CAP

    def below(frames: int) -> object:
        return below(frames - 1) if frames else parse(text)

    below(100)


@pytest.mark.parametrize(
    ("parser", "opening"), [("select", "a("), ("logic", "and("), ("old select", "a{")]
)
def test_endless_nesting_is_refused_at_once(parser: str, opening: str) -> None:
    """A megabyte of brackets ends at the cap."""
    start = time.process_time()
    found = outcome(PARSERS[parser], ("(" if parser == "logic" else "") + opening * MEGABYTE)
    assert isinstance(found, tuple)
    assert found[0] == "PGRST100"
    assert time.process_time() - start < 1
