"""Components of OpenAPI 3.1."""

from __future__ import annotations

from dataclasses import replace
from re import fullmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.operators import OPERATORS
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.schemas31 import (
    FILTER_SCHEMA,
    as_parameter,
    component_name,
    result_schema,
    table_schemas,
)
from pgrest_wsgi.openapi.types import Json
from tests.unit.plan.harbour import SHIPS, make_column
from tests.unit.routines import make_routine

NAMES = st.lists(st.text(st.sampled_from("ab.-_2 é"), max_size=4), min_size=1, max_size=3)


@given(NAMES, NAMES)
def test_names_of_components_are_allowed_and_stay_apart(one: list[str], other: list[str]) -> None:
    names = component_name(*one), component_name(*other)
    assert (names[0] == names[1]) == (one == other)
    assert fullmatch(r"[a-zA-Z0-9._-]*", names[0])


def test_usual_names_stay_as_they_are() -> None:
    assert component_name("rowFilter", "ship_logs", "Id2") == "rowFilter.ship_logs.Id2"


def test_a_parameter_keeps_what_is_said_of_it_and_its_values_get_a_schema() -> None:
    old: Json = {
        "name": "n", "in": "query", "required": False, "type": "array",
        "items": {"type": "integer"}, "collectionFormat": "multi",
    }  # fmt: skip
    schema = {"type": "array", "items": {"type": "integer"}}
    assert as_parameter(old) == {"name": "n", "in": "query", "required": False, "schema": schema}


def test_what_may_be_null_says_so_and_what_is_generated_is_not_written() -> None:
    kind = make_column("kind", "port.kind")._replace(enum_values=("tug", "ferry"), nullable=True)
    facts = make_column("facts", "jsonb")._replace(nullable=True)
    total = make_column("total", "integer")._replace(generated=True, nullable=False)
    columns = {column.name: column for column in (kind, facts, total)}
    [(name, row), (input_name, written)] = table_schemas(replace(SHIPS, columns=columns), {})
    assert (name, input_name) == ("ships", "ships.input")
    number = {"type": "integer", "format": "int32"}
    nullable = {
        "kind": {
            "type": ["string", "null"],
            "format": "port.kind",
            "enum": ["tug", "ferry", None],
        },
        "facts": {"format": "jsonb"},
    }
    assert row["required"] == ["total"]
    assert row["properties"] == {**nullable, "total": number}
    assert written == {
        "type": "object", "additionalProperties": False, "properties": nullable
    }  # fmt: skip


@pytest.mark.parametrize("text", [f"{row.name}.x" for row in OPERATORS])
def test_the_form_of_filters_fits_every_operator(text: str) -> None:
    pattern = str(FILTER_SCHEMA["pattern"])
    for condition in (text, f"not.{text}", text.replace(".", "(any).")):
        assert fullmatch(pattern + ".*", condition)
    assert not fullmatch(pattern + ".*", "x" + text)


@pytest.mark.parametrize(
    ("schema", "name", "result"),
    [
        ("pg_catalog", "bool", {"type": ["boolean", "null"], "format": "boolean"}),
        ("pg_catalog", "text", {"type": ["string", "null"], "format": "text"}),
        (
            "pg_catalog",
            "_int8",
            {"type": ["array", "null"], "format": "bigint[]", "items": {"type": "integer"}},
        ),
        ("pg_catalog", "jsonb", {}),
        ("port", "kind", {}),
    ],
)
def test_results_have_the_types_of_columns(schema: str, name: str, result: Json) -> None:
    routine = make_routine("toll")._replace(
        returns=QualifiedName(schema, name), returns_set=False, returns_composite=False
    )
    assert result_schema(routine, frozenset()) == result


def test_rows_refer_to_their_table_if_the_document_has_it() -> None:
    routine = make_routine("toll")._replace(
        returns=SHIPS.name, returns_set=True, returns_composite=True
    )
    known = {"type": "array", "items": {"$ref": "#/components/schemas/ships"}}
    assert result_schema(routine, frozenset((SHIPS.name,))) == known
    assert result_schema(routine, frozenset()) == {"type": "array", "items": {"type": "object"}}
