"""The passes over a read plan: filters, order, limits, outputs, the cap on rows."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.fields import JsonStep
from pgrest_wsgi.api.filters import Condition
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.model import (
    Output,
    PlannedField,
    PlannedFilter,
    PlannedGroup,
    ReadPlan,
    Sort,
)
from tests.unit.plan.harbour import SHIPS, make_config, plan

ALL = (Output(PlannedField("*")),)


def refusal(query: str, **settings: object) -> PgrestError:
    with pytest.raises(PgrestError) as caught:
        plan(query, config=make_config(**settings))
    return caught.value


def test_a_plain_request_reads_all_columns_of_all_rows() -> None:
    assert plan().read == ReadPlan(SHIPS.name, outputs=ALL)


def test_filters_keep_their_order_and_the_places_of_their_operands() -> None:
    """The operands of logic trees are read first, so filters come behind them in the values."""
    where = plan("id=gt.1&or=(name.eq.a,id.eq.2)&name=not.like.b").read.where
    name, number = PlannedField("name"), PlannedField("id")
    assert where == (
        PlannedFilter(number, Condition("gt"), 2),
        PlannedFilter(name, Condition("like", negated=True), 3),
        PlannedGroup(
            "or",
            False,
            (
                PlannedFilter(name, Condition("eq"), 0),
                PlannedFilter(number, Condition("eq"), 1),
            ),
        ),
    )


def test_nested_groups_keep_their_form() -> None:
    [outer] = plan("not.and=(id.eq.1,not.or(id.eq.2,id.eq.3))").read.where
    assert isinstance(outer, PlannedGroup)
    inner = outer.items[1]
    assert isinstance(inner, PlannedGroup)
    assert [(group.operator, group.negated) for group in (outer, inner)] == [
        ("and", True),
        ("or", True),
    ]


@pytest.mark.parametrize(
    ("query", "to_words"),
    [("words=fts.sail", False), ("name=fts.sail", True), ("name=eq.sail", False)],
)
def test_text_search_makes_words_of_what_are_none(query: str, to_words: bool) -> None:
    [condition] = plan(query).read.where
    assert isinstance(condition, PlannedFilter)
    assert condition.field.to_words is to_words


def test_order_becomes_sorts() -> None:
    assert plan("order=id.desc.nullslast,papers->>master").read.order == (
        Sort(PlannedField("id"), "desc", "nullslast"),
        Sort(PlannedField("papers", (JsonStep("master", False, True),)), None, None),
    )


def test_of_two_orders_the_first_counts() -> None:
    assert plan("order=name&order=id").read.order == plan("order=name").read.order


def test_limit_is_in_the_plan_and_offset_is_only_a_place() -> None:
    read = plan("limit=7&offset=30").read
    assert (read.limit, read.offset) == (7, 0)
    assert "30" not in repr(read)


@pytest.mark.parametrize(
    ("query", "limit"), [("", 10), ("limit=9", 9), ("limit=11", 10), ("limit=0", 0)]
)
def test_max_rows_cap_the_limit(query: str, limit: int) -> None:
    assert plan(query, config=make_config(db_max_rows=10)).read.limit == limit


def test_an_empty_select_is_all_columns() -> None:
    assert plan("select=").read.outputs == ALL


def test_outputs_have_their_aliases_and_casts() -> None:
    assert plan("select=id,called:name::text,papers->master->>0").read.outputs == (
        Output(PlannedField("id")),
        Output(PlannedField("name"), "called", "text"),
        Output(
            PlannedField("papers", (JsonStep("master", False, False), JsonStep("0", True, True))),
            "master",
        ),
    )


@pytest.mark.parametrize(
    "query",
    ["crew.name=eq.a", "crew.order=name", "crew.limit=1", "crew.or=(id.eq.1)", "order=crew(name)"],
)
def test_what_is_meant_for_a_resource_that_is_not_embedded_is_refused(query: str) -> None:
    error = refusal(query)
    assert (error.code, error.message) == (
        "PGRST108",
        "'crew' is not an embedded resource in this request",
    )


def test_aggregates_are_refused_unless_they_are_enabled() -> None:
    assert refusal("select=id.max()").code == "PGRST123"
    config = make_config(db_aggregates_enabled=True)
    [output] = plan("select=id.max()", config=config).read.outputs
    assert (output.field.name, output.aggregate) == ("id", "max")
