"""Schemas of tables and views: columns, comments, notes about keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pgrest_wsgi.catalog.model import Column, Table
from pgrest_wsgi.catalog.relationship import (
    Cardinality,
    ColumnPairs,
    ComputedRelationship,
    Relationship,
)
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.definitions import define_table
from tests.unit.openapi.reading import read
from tests.unit.plan.harbour import SHIPS, make_column

PRIMARY = "This is a Primary Key.<pk/>"
HARBOURS = "This is a Foreign Key to `harbours.id`.<fk table='harbours' column='id'/>"

HOME = Relationship(
    table=SHIPS.name,
    foreign_table=QualifiedName("port", "harbours"),
    cardinality=Cardinality.MANY_TO_ONE,
    constraint="home",
    columns=(("harbour", "id"),),
    junction=None,
    is_self=False,
    table_is_view=False,
    foreign_table_is_view=False,
)
ID = make_column("id", "integer")._replace(nullable=False)
HARBOUR = make_column("harbour", "integer")


def table_of(*columns: Column, comment: str | None = None) -> Table:
    return replace(SHIPS, columns={column.name: column for column in columns}, comment=comment)


def define(table: Table, *rows: Relationship | ComputedRelationship, schema: str = "port") -> Any:
    return read(define_table(table, {(table.name, schema): rows}))


def description_of_harbour(*rows: Relationship | ComputedRelationship, schema: str = "port") -> Any:
    properties = define(table_of(ID, HARBOUR), *rows, schema=schema)["properties"]
    return properties["harbour"].get("description")


def test_a_table_is_an_object_that_needs_what_cannot_be_null() -> None:
    column = make_column("kind", "port.kind")._replace(
        enum_values=("tug", "ferry"), default="'tug'::port.kind", comment="What it is for"
    )
    code = make_column("code", "character")._replace(max_length=5)
    assert define(table_of(ID, column, code, comment="All ships")) == {
        "type": "object",
        "description": "All ships",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "format": "int32", "description": f"Note:\n{PRIMARY}"},
            "kind": {
                "type": "string",
                "format": "port.kind",
                "enum": ["tug", "ferry"],
                "default": "tug",
                "description": "What it is for",
            },
            "code": {"type": "string", "format": "character", "maxLength": 5},
        },
    }


def test_what_is_empty_is_left_out() -> None:
    assert define(table_of()) == {"type": "object"}
    assert "required" not in define(table_of(HARBOUR))


def test_notes_stand_behind_the_comment() -> None:
    told = HARBOUR._replace(comment="Where it lives")
    table = replace(table_of(told), primary_key=("harbour",))
    described = define(table, HOME)["properties"]["harbour"]["description"]
    assert described == f"Where it lives\n\nNote:\n{PRIMARY}\n{HARBOURS}"


@pytest.mark.parametrize("cardinality", [Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_ONE])
def test_a_foreign_key_is_told_by_the_column_that_has_it(cardinality: Cardinality) -> None:
    assert description_of_harbour(HOME._replace(cardinality=cardinality)) == f"Note:\n{HARBOURS}"


@pytest.mark.parametrize(
    "row",
    [
        HOME._replace(cardinality=Cardinality.ONE_TO_MANY, is_inverse=True),
        HOME._replace(cardinality=Cardinality.ONE_TO_ONE, is_inverse=True),
        HOME._replace(columns=(("harbour", "id"), ("id", "berth"))),
        HOME._replace(cardinality=Cardinality.MANY_TO_MANY, columns=()),
        ComputedRelationship(SHIPS.name, SHIPS.name, HOME.foreign_table, True, False),
    ],
)
def test_other_relationships_are_no_foreign_keys(row: Relationship | ComputedRelationship) -> None:
    """Neither what refers to a table, nor a key of several columns."""
    assert description_of_harbour(row) is None


def test_of_several_keys_of_a_column_the_first_to_a_table_is_told() -> None:
    def to(
        name: str, *, is_view: bool = False, columns: ColumnPairs = HOME.columns
    ) -> Relationship:
        return HOME._replace(
            foreign_table=QualifiedName("port", name),
            foreign_table_is_view=is_view,
            columns=columns,
        )

    rows = (to("a_view", is_view=True), to("harbours"), to("ports"))
    assert description_of_harbour(*rows) == f"Note:\n{HARBOURS}"


def test_keys_to_other_schemas_are_not_told() -> None:
    assert description_of_harbour(HOME, schema="hold") is None
