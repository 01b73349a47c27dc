"""The passes over a read plan: filters, order, limits, outputs, the cap on rows."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.fields import JsonStep
from pgrest_wsgi.api.filters import Condition
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.model import (
    Embed,
    EmbedFilter,
    Form,
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


# -- embedded resources ---------------------------------------------------------------------------


def embeds(query: str, **settings: object) -> tuple[Embed, ...]:
    return plan(query, config=make_config(**settings)).read.embeds


def test_embeds_have_their_names_aliases_and_forms() -> None:
    found = embeds("select=logs(id),home:harbours!home!inner(id),...permits(fee),crews()")
    assert [(each.name, each.alias, each.form, each.is_inner, each.is_shown) for each in found] == [
        ("logs", "ships_logs_1", Form.ARRAY, False, True),
        ("home", "ships_home_1", Form.OBJECT, True, True),
        ("permits", "ships_permits_1", Form.COLUMNS, False, True),
        ("crews", "ships_crews_1", Form.ARRAY, False, False),
    ]


def test_depth_tells_the_levels_apart() -> None:
    [logs] = embeds("select=logs(corrects(logs(id)))")
    [corrected] = logs.plan.embeds
    [inner] = corrected.plan.embeds
    assert [each.alias for each in (logs, corrected, inner)] == [
        "ships_logs_1",
        "logs_corrects_2",
        "logs_logs_3",
    ]
    assert inner.plan.alias == "logs_3"


def test_embeds_alone_select_no_column_and_nothing_at_all_selects_all() -> None:
    read = plan("select=logs()").read
    assert (read.outputs, read.embeds[0].plan.outputs) == ((), ALL)
    assert embeds("select=...permits()")[0].plan.outputs == ()


def test_filters_orders_and_limits_are_those_of_the_place() -> None:
    [logs] = embeds("select=logs(id)&logs.day=eq.1&logs.order=day&logs.limit=2&logs.offset=3")
    assert logs.plan.where == (PlannedFilter(PlannedField("day"), Condition("eq"), 0),)
    assert logs.plan.order == (Sort(PlannedField("day"), None, None),)
    assert (logs.plan.limit, logs.plan.offset) == (2, 0)


def test_a_filter_is_read_with_the_columns_of_its_own_table() -> None:
    """``papers`` is JSON in ships and nothing in logs, where it is made JSON first."""
    query = "select=logs(id)&papers->>a=eq.1&logs.papers->>a=eq.1"
    read = plan(query).read
    fields = [read.where[0], read.embeds[0].plan.where[0]]
    assert [each.field.to_json for each in fields if isinstance(each, PlannedFilter)] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("condition", "is_on_embed"),
    [
        ("logs=is.null", True),
        ("logs=not.is.null", True),
        ("or=(logs.is.null,id.eq.1)", True),
        ("logs=is.true", False),
        ("logs=eq.null", False),
        ("logs->a=is.null", False),
        ("log=is.null", False),
    ],
)
def test_null_filters_on_the_name_of_an_embed(condition: str, is_on_embed: bool) -> None:
    [node] = plan(f"select=logs(id)&{condition}").read.where
    first = node.items[0] if isinstance(node, PlannedGroup) else node
    assert isinstance(first, EmbedFilter) is is_on_embed
    if isinstance(first, EmbedFilter):
        assert first == EmbedFilter("ships_logs_1", negated=condition.startswith("logs=not"))


def test_a_related_order_is_on_the_join() -> None:
    query = "select=home:harbours!home(id)&order=home(depth).desc.nullslast"
    assert plan(query).read.order == (
        Sort(PlannedField("depth"), "desc", "nullslast", "ships_home_1"),
    )


@pytest.mark.parametrize("select", ["logs(id)", "...logs(id)", "crews(id)", "sisters(id)"])
def test_a_related_order_needs_a_to_one(select: str) -> None:
    name = select.strip(".").partition("(")[0]
    error = refusal(f"select={select}&order={name}(id)")
    assert (error.code, error.message) == (
        "PGRST118",
        f"A related order on '{name}' is not possible",
    )


def test_max_rows_cap_what_is_many() -> None:
    found = embeds(
        "select=logs(id),...crews(id),permits(fee),...home(id)&logs.limit=9&permits.limit=3",
        db_max_rows=5,
    )
    assert [each.plan.limit for each in found] == [5, 5, 3, None]


@pytest.mark.parametrize(
    ("select", "written"),
    [
        ("permits(*)", False),
        ("permits(*),id.max()", True),
        ("permits(*,fee.max())", True),
        ("permits(*,ships(id.max()))", False),
        ("...logs(ships(*))", True),
    ],
)
def test_a_star_is_written_out_where_something_is_aggregated_at_or_above_it(
    select: str, written: bool
) -> None:
    [embed] = embeds(f"select={select}", db_aggregates_enabled=True)
    innermost = embed.plan if embed.plan.outputs else embed.plan.embeds[0].plan
    names = [output.field.name for output in innermost.outputs]
    assert ("*" not in names) is written


@pytest.mark.parametrize(
    "select", ["logs(count())", "...permits(fee.max())", "logs(ships(id.min()))"]
)
def test_aggregates_are_refused_on_every_level(select: str) -> None:
    assert refusal(f"select={select}").code == "PGRST123"
