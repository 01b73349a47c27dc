"""Which relationship is meant, what is told where none or several are, and what is joined."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.select import SelectedRelation, parse_select
from pgrest_wsgi.catalog.relationship import ComputedRelationship
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.embed import find_relationship, form_of, is_shown, related_rows
from pgrest_wsgi.plan.model import Form, JoinedColumns, ReadPlan, RowFunction
from tests.unit.plan.harbour import CATALOG, SISTERS, port


def relation(text: str) -> SelectedRelation:
    [item] = parse_select(f"{text}(id)").value
    assert isinstance(item, SelectedRelation)
    return item


def find(origin: str, text: str) -> str:
    """The relationship found, by its cardinality and what it goes by."""
    found = find_relationship(CATALOG, port(origin), relation(text))
    if isinstance(found, ComputedRelationship):
        return f"by {found.function.name}"
    way = found.junction.table.name if found.junction else found.constraint
    return f"{found.cardinality.value} {way}"


@pytest.mark.parametrize(
    ("origin", "text", "found"),
    [
        ("ships", "harbours!home_port", "many-to-one home_port"),
        ("ships", "harbours!home", "many-to-one home_port"),
        ("ships", "last", "many-to-one last_port"),
        ("ships", "last_port", "many-to-one last_port"),
        ("harbours", "ships!last", "one-to-many last_port"),
        ("harbours", "last_port", "one-to-many last_port"),
        ("ships", "permits", "one-to-one permit"),
        ("ships", "permits!ship", "one-to-one permit"),
        ("permits", "ships", "one-to-one permit"),
        ("permits", "ship", "one-to-one permit"),
        ("ships", "logs", "one-to-many log"),
        ("ships", "crews", "many-to-many shifts"),
        ("ships", "crews!shifts", "many-to-many shifts"),
        ("crews", "ships", "many-to-many shifts"),
        ("shifts", "crews", "many-to-one on_duty"),
        ("logs", "logs", "one-to-many correction"),
        ("logs", "logs!corrects", "one-to-many correction"),
        ("logs", "corrects", "many-to-one correction"),
        ("ships", "sisters", "by sisters"),
        ("ships", "sisters!any", "by sisters"),
    ],
)
def test_names_and_hints(origin: str, text: str, found: str) -> None:
    """v16.2 asks nothing of a hint beside the name of a function."""
    assert find(origin, text) == found


def refusal(origin: str, text: str) -> PgrestError:
    with pytest.raises(PgrestError) as caught:
        find(origin, text)
    return caught.value


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ("ships", "log_"),
        ("ships", "ship"),  # the column of others
        ("harbours", "home"),
        ("ships", "crews!at_work"),  # a constraint of the junction
        ("ships", "crews!ship"),
        ("shifts", "crews!crews"),
        ("logs", "logs!id"),
        ("logs", "logs!correction"),
        ("logs", "corrects!correction"),
        ("ships", "sister"),
        ("boats", "logs"),
    ],
)
def test_what_is_no_name_and_no_hint(origin: str, text: str) -> None:
    assert refusal(origin, text).code == "PGRST200"


def test_several_are_told_with_what_leads_to_each() -> None:
    error = refusal("ships", "harbours")
    assert (error.code, error.status) == ("PGRST201", 300)
    assert error.details == [
        {
            "cardinality": "many-to-one",
            "embedding": "ships with harbours",
            "relationship": "home_port using ships(home) and harbours(id)",
        },
        {
            "cardinality": "many-to-one",
            "embedding": "ships with harbours",
            "relationship": "last_port using ships(last) and harbours(id)",
        },
    ]
    assert "'harbours!home_port', 'harbours!last_port'" in str(error.hint)


def test_relationships_of_other_schemas_are_none() -> None:
    """The request's schema is the one of the origin and the target."""
    with pytest.raises(PgrestError) as caught:
        find_relationship(CATALOG, QualifiedName("coast", "ships"), relation("logs"))
    assert caught.value.code == "PGRST200"


# -- what is joined -------------------------------------------------------------------------------


SHIPS = ReadPlan(port("ships"))


def rows(text: str, parent: ReadPlan = SHIPS, depth: int = 1) -> ReadPlan:
    found = find_relationship(CATALOG, parent.table, relation(text))
    return related_rows(found, parent, depth)


def test_rows_have_an_alias_with_their_depth_and_the_columns_that_are_equal() -> None:
    assert rows("logs", depth=3) == ReadPlan(
        port("logs"),
        alias="logs_3",
        joined=(JoinedColumns((QualifiedName("", "logs_3"), "ship"), (port("ships"), "id")),),
    )


def test_the_parents_columns_go_by_its_alias() -> None:
    [joined] = rows("corrects", ReadPlan(port("logs"), alias="logs_1"), 2).joined
    assert joined == JoinedColumns(
        (QualifiedName("", "logs_2"), "id"), (QualifiedName("", "logs_1"), "corrects")
    )


def test_a_junction_is_joined_to_both() -> None:
    assert rows("crews") == ReadPlan(
        port("crews"),
        junction=port("shifts"),
        joined=(
            JoinedColumns((port("shifts"), "crew"), (port("crews"), "id")),
            JoinedColumns((port("shifts"), "ship"), (port("ships"), "id")),
        ),
    )


def test_a_function_is_given_the_parents_row() -> None:
    parent = ReadPlan(port("ships"), alias="ships_1")
    assert rows("sisters", parent, 2) == ReadPlan(
        port("ships"),
        alias="ships_2",
        function=RowFunction(SISTERS.function, "ships_1", port("ships")),
    )


@pytest.mark.parametrize(
    ("text", "form", "spread"),
    [
        ("permits", Form.OBJECT, Form.COLUMNS),
        ("home", Form.OBJECT, Form.COLUMNS),
        ("logs", Form.ARRAY, Form.COLUMN_ARRAYS),
        ("crews", Form.ARRAY, Form.COLUMN_ARRAYS),
        ("sisters", Form.ARRAY, Form.COLUMN_ARRAYS),
    ],
)
def test_forms(text: str, form: Form, spread: Form) -> None:
    found = find_relationship(CATALOG, port("ships"), relation(text))
    assert (form_of(found, is_spread=False), form_of(found, is_spread=True)) == (form, spread)


@pytest.mark.parametrize(
    ("select", "shown"),
    [("", False), ("id", True), ("logs()", False), ("logs(id)", True), ("logs(ships())", False)],
)
def test_what_selects_no_column_is_not_shown(select: str, shown: bool) -> None:
    assert is_shown(parse_select(select).value) is shown
