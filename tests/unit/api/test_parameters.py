"""Which parameter means what, and what is made of each kind."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.fields import Field
from pgrest_wsgi.api.filters import Condition, Filter, Operand, parse_condition
from pgrest_wsgi.api.logic import LogicGroup
from pgrest_wsgi.api.order import parse_order
from pgrest_wsgi.api.parameters import (
    NO_LIMITS,
    Limits,
    Sorted,
    read_filters,
    read_limits,
    read_logic,
    read_orders,
    sort_parameters,
)
from pgrest_wsgi.api.ranges import RowRange
from pgrest_wsgi.api.request import parse_query
from pgrest_wsgi.api.shape import Limit
from pgrest_wsgi.errors import PgrestError


def sort(query: str) -> Sorted:
    return sort_parameters(parse_query(query))


def test_reserved_names_and_endings() -> None:
    """Three names are reserved as a whole, five as the last part of a name; the rest filters."""
    found = sort(
        "select=a&columns=b&on_conflict=c&order=d&x.order=e&and=f&x.not.or=g&limit=1&x.limit=2"
        "&offset=3&x.offset=4&id=5&x.select=6&order.x=7&limits=8"
    )
    assert found.single == {"select": "a", "columns": "b", "on_conflict": "c"}
    assert found.orders == [("order", "d"), ("x.order", "e")]
    assert found.logic == [("and", "f"), ("x.not.or", "g")]
    assert found.limits == {"limit": "1", "x.limit": "2"}
    assert found.offsets == {"limit": "3", "x.limit": "4"}
    assert found.filters == [("id", "5"), ("x.select", "6"), ("order.x", "7"), ("limits", "8")]


def test_repeated_parameters() -> None:
    """Of `select` the first counts, of `limit` the last; filters and orders all count."""
    found = sort("select=a&select=b&limit=1&limit=2&id=1&id=2&order=a&order=b")
    assert found.single == {"select": "a"}
    assert found.limits == {"limit": "2"}
    assert found.filters == [("id", "1"), ("id", "2")]
    assert found.orders == [("order", "a"), ("order", "b")]


def test_parameters_without_a_value() -> None:
    """One without `=` counts as not given, and a first `select` without hides the second."""
    assert sort("select&select=b&id&order&limit&and") == Sorted({}, [], [], [], {}, {})


def test_filters_and_logic_share_operands() -> None:
    """Filters and trees name the places of their operands in one list."""
    operands: list[Operand] = []
    trees = read_logic([("or", "(a.eq.1,b.in.(2,3))"), ("x.not.and", "(c.is.null)")], operands)
    filters = read_filters([("id", "eq.5"), ("x.y.id", "not.gt.6")], operands, parse_condition)
    assert trees == [
        ((), LogicGroup("or", False, (Filter(Field("a"), Condition("eq"), 0),
                                      Filter(Field("b"), Condition("in"), 1)))),
        (("x",), LogicGroup("and", True, (
            Filter(Field("c"), Condition("is", keyword="null"), 2),))),
    ]  # fmt: skip
    assert filters == [
        ((), Filter(Field("id"), Condition("eq"), 3)),
        (("x", "y"), Filter(Field("id"), Condition("gt", negated=True), 4)),
    ]
    assert operands == ["1", ("2", "3"), "", "5", "6"]


def test_orders() -> None:
    """An order belongs to the resource that its name leads to."""
    assert read_orders([("order", "id"), ("x.order", "id.desc")]) == (
        ((), parse_order("id")),
        (("x",), parse_order("id.desc")),
    )


@pytest.mark.parametrize(
    ("query", "header", "limits"),
    [
        ("", None, NO_LIMITS),
        ("limit=5", None, Limits((Limit((), 5, False),), (), 0)),
        ("offset=2", None, Limits((Limit((), None, True),), (2,), 2)),
        ("limit=5&offset=2", None, Limits((Limit((), 5, True),), (2,), 2)),
        ("limit=0", None, Limits((Limit((), 0, False),), (), 0)),
        ("", RowRange(10, 19), Limits((Limit((), 10, True),), (10,), 10)),
        ("limit=5", RowRange(2), Limits((Limit((), 3, True),), (2,), 2)),
        (
            "x.limit=3&y.z.offset=4&x.offset=1",
            None,
            Limits(
                (Limit((), None, False), Limit(("x",), 3, True), Limit(("y", "z"), None, True)),
                (1, 4),
                0,
            ),
        ),
    ],
)
def test_limits(query: str, header: RowRange | None, limits: Limits) -> None:
    """The root comes first; each offset stands in the place of its limit."""
    assert read_limits(sort(query), header) == limits


def test_the_header_is_for_the_root_alone() -> None:
    """An embedded resource keeps its own limit where a Range header is sent."""
    found = read_limits(sort("x.limit=9"), RowRange(5, 6))
    assert found == Limits((Limit((), 2, True), Limit(("x",), 9, False)), (5,), 5)


@pytest.mark.parametrize("query", [".limit=1", ".offset=1", "x..limit=1", "!.offset=1"])
def test_wrong_names_of_limits(query: str) -> None:
    """A limit whose name leads nowhere is refused, not taken for the root's."""
    with pytest.raises(PgrestError, match="failed to parse tree path"):
        read_limits(sort(query), None)


def test_limits_below_zero() -> None:
    """The root's range must not be empty unless zero rows were asked for."""
    with pytest.raises(PgrestError, match="PGRST103"):
        read_limits(sort("limit=-1"), None)
