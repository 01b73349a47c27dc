"""Resources named by the beginning of a foreign key's column, as the original grammar has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from pgrest_wsgi.api.select import SelectedRelation
from pgrest_wsgi.catalog.relationship import Cardinality, ComputedRelationship, Relationship
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.embed import AnyRelationship, find_relationship
from tests.unit.plan.harbour import CATALOG, SHIPS

OWNERS = QualifiedName("port", "owners")


def to_one(column: str, target: str = "owners", *, is_view: bool = False) -> Relationship:
    """What a foreign key of ships makes."""
    foreign_table = QualifiedName("port", target)
    return Relationship(
        SHIPS.name, foreign_table, Cardinality.MANY_TO_ONE, f"ships_{column}",
        ((column, "id"),), None, foreign_table == SHIPS.name, False, is_view,
    )  # fmt: skip


def find(
    name: str, *known: AnyRelationship, hint: str | None = None, by_beginning: bool = True
) -> AnyRelationship:
    relationships = {(SHIPS.name, "port"): known}
    catalog = replace(CATALOG, relationships=relationships)
    wanted = SelectedRelation(name, (), hint=hint, by_beginning=by_beginning)
    return find_relationship(catalog, SHIPS.name, wanted)


def refusal(name: str, known: Iterable[AnyRelationship], hint: str | None = None) -> str:
    with pytest.raises(PgrestError) as caught:
        find(name, *known, hint=hint)
    return caught.value.code


@pytest.mark.parametrize(
    "column",
    ["client_id", "client_fk", "clientId", "clientID", "clientFk", "clientid", "client_", "client"],
)
def test_a_column_is_found_without_its_ending(column: str) -> None:
    wanted = to_one(column)
    assert find("client", to_one("home_id"), wanted) == wanted


@pytest.mark.parametrize("column", ["client_key", "client__id", "my_client_id", "Client_id"])
def test_other_columns_are_not(column: str) -> None:
    assert refusal("client", [to_one(column)]) == "PGRST200"


def test_only_the_old_grammar_looks_for_beginnings() -> None:
    with pytest.raises(PgrestError, match="relationship between 'ships' and 'client'"):
        find("client", to_one("client_id"), by_beginning=False)


def test_todays_meaning_of_a_name_goes_first() -> None:
    """A table, a constraint or a whole column of that name."""
    table = to_one("owner_id", "client")
    assert find("client", to_one("client_id"), table) == table


def test_a_table_may_lead_to_itself() -> None:
    wanted = to_one("parent_id", "ships")
    back = wanted._replace(cardinality=Cardinality.ONE_TO_MANY, columns=(("id", "parent_id"),))
    assert find("parent", back, wanted) == wanted


def test_a_view_of_the_target_is_not_meant() -> None:
    """It shows the same key, but a column names the table, as it does today."""
    wanted = to_one("client_id")
    assert find("client", to_one("client_id", "owner_view", is_view=True), wanted) == wanted


def test_beginnings_are_of_columns_that_lead_to_one_row() -> None:
    many = to_one("client_id")._replace(cardinality=Cardinality.ONE_TO_MANY)
    pair = to_one("client_id")._replace(columns=(("client_id", "a"), ("year", "b")))
    computed = ComputedRelationship(QualifiedName("port", "f"), SHIPS.name, OWNERS, True, False)
    assert refusal("client", [many, pair, computed]) == "PGRST200"


def test_several_columns_are_ambiguous() -> None:
    assert refusal("client", [to_one("client_id"), to_one("client_fk")]) == "PGRST201"


def test_no_hint_goes_with_a_beginning() -> None:
    assert refusal("client", [to_one("client_id")], hint="ships_client_id") == "PGRST200"
