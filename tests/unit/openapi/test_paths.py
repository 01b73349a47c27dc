"""Paths: the methods of tables and functions, and what belongs to each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.catalog.routine import Argument, Volatility
from pgrest_wsgi.openapi.paths import query_parameter, routine_path, split_comment, table_path
from pgrest_wsgi.openapi.types import Json
from tests.unit.openapi.reading import read
from tests.unit.plan.harbour import SHIPS, make_column
from tests.unit.routines import make_argument, make_routine

TABLE = replace(SHIPS, columns={"id": make_column("id", "integer")}, comment="Ships\n\nAll of them")
READABLE = replace(TABLE, insertable=False, updatable=False, deletable=False)
STABLE = make_routine("toll", "ship integer", "note text default")._replace(
    volatility=Volatility.STABLE
)
JSON_TYPES = [
    "application/json",
    "application/vnd.pgrst.object+json;nulls=stripped",
    "application/vnd.pgrst.object+json",
]


def references(names: str) -> list[Json]:
    return [{"$ref": f"#/parameters/{name}"} for name in names.split()]


class TestTables:
    def test_a_table_is_read_and_written(self) -> None:
        told = {"tags": ["ships"], "summary": "Ships", "description": "All of them"}
        rows = {"type": "array", "items": {"$ref": "#/definitions/ships"}}
        page = "select order range rangeUnit offset limit preferCount"
        assert table_path(TABLE) == {
            "get": {
                **told,
                "parameters": references(f"rowFilter.ships.id {page}"),
                "responses": {
                    "200": {"description": "OK", "schema": rows},
                    "206": {"description": "Partial Content"},
                },
            },
            "post": {
                **told,
                "parameters": references("body.ships select preferPost"),
                "responses": {"201": {"description": "Created"}},
            },
            "patch": {
                **told,
                "parameters": references("rowFilter.ships.id body.ships preferReturn"),
                "responses": {"204": {"description": "No Content"}},
            },
            "delete": {
                **told,
                "parameters": references("rowFilter.ships.id preferReturn"),
                "responses": {"204": {"description": "No Content"}},
            },
        }

    def test_what_cannot_be_written_is_only_read(self) -> None:
        assert list(table_path(READABLE)) == ["get"]

    @pytest.mark.parametrize(
        "table",
        [
            replace(READABLE, insertable=True),
            replace(READABLE, updatable=True),
            replace(READABLE, deletable=True),
        ],
    )
    def test_what_can_be_written_in_one_way_tells_all_ways(self, table: Table) -> None:
        """So does v16.2; OPTIONS is exact."""
        assert list(table_path(table)) == ["get", "post", "patch", "delete"]


class TestFunctions:
    def test_a_function_that_reads_has_both_methods(self) -> None:
        path = read(routine_path(STABLE._replace(comment="What a ship pays")))
        told = {
            "tags": ["(rpc) toll"],
            "summary": "What a ship pays",
            "produces": JSON_TYPES,
            "responses": {"200": {"description": "OK"}},
        }
        ship = {"type": "integer", "format": "int32"}
        note = {"type": "string", "format": "text"}
        schema = {
            "type": "object",
            "description": "What a ship pays",
            "required": ["ship"],
            "properties": {"ship": ship, "note": note},
        }
        assert path["get"] == {
            **told,
            "parameters": [
                {"name": "ship", "required": True, "in": "query", **ship},
                {"name": "note", "required": False, "in": "query", **note},
            ],
        }
        body = {"name": "args", "required": True, "in": "body", "schema": schema}
        assert path["post"] == {**told, "parameters": [body, *references("preferParams")]}

    @pytest.mark.parametrize("volatility", Volatility)
    def test_a_function_that_may_write_is_only_posted_to(self, volatility: Volatility) -> None:
        methods = set(routine_path(STABLE._replace(volatility=volatility)))
        assert methods == ({"post"} if volatility is Volatility.VOLATILE else {"get", "post"})

    def test_a_function_without_arguments_has_an_empty_object(self) -> None:
        path = read(routine_path(STABLE._replace(arguments=())))
        assert "parameters" not in path["get"]
        body = path["post"]["parameters"][0]
        assert body["schema"] == {"type": "object"}

    @pytest.mark.parametrize(
        ("argument", "described"),
        [
            ("a boolean", {"type": "boolean", "format": "boolean"}),
            ("a integer[]", {"type": "string", "format": "integer[]"}),
            ("a jsonb", {"type": "string", "format": "jsonb"}),
        ],
    )
    def test_in_a_query_arrays_and_json_are_texts(self, argument: str, described: Json) -> None:
        parameter = {"name": "a", "required": True, "in": "query", **described}
        assert query_parameter(make_argument(argument)) == parameter

    @pytest.mark.parametrize(
        ("element", "items"),
        [
            ("bigint", {"type": "integer", "format": "int64"}),
            ("json", {"format": "json"}),
        ],
    )
    def test_variadic_arguments_are_repeated(self, element: str, items: Json) -> None:
        argument = Argument("a", f"{element}[]", f"{element}[]", required=True, variadic=True)
        assert query_parameter(argument) == {
            "name": "a",
            "required": True,
            "in": "query",
            "type": "array",
            "items": items,
            "collectionFormat": "multi",
        }


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        (None, {}),
        ("One line", {"summary": "One line"}),
        ("One\nTwo\nThree", {"summary": "One", "description": "Two\nThree"}),
        ("One\n\n\nTwo", {"summary": "One", "description": "Two"}),
        ("One\n\n", {"summary": "One"}),
        ("\nTwo", {"summary": "", "description": "Two"}),
        ("", {"summary": ""}),
    ],
)
def test_the_first_line_of_a_comment_is_its_summary(comment: str | None, told: Json) -> None:
    assert split_comment(comment) == told
