"""Operations of OpenAPI 3.1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pgrest_wsgi.catalog.routine import Volatility
from pgrest_wsgi.openapi.paths31 import (
    TAKEN,
    path_of,
    routine_operations,
    table_filters,
    table_operations,
)
from tests.unit.openapi.reading import read
from tests.unit.plan.harbour import SHIPS, make_column
from tests.unit.routines import make_routine

TABLE = replace(SHIPS, columns={"id": make_column("id", "integer")}, primary_key=("id",))
NO_BODY = {"description": "No Content"}


def operations(**changes: Any) -> Any:
    return read(table_operations(replace(TABLE, **changes)))


def test_a_table_has_the_methods_that_it_knows() -> None:
    assert set(operations()) == {"get", "post", "put", "patch", "delete"}
    assert set(operations(primary_key=())) == {"get", "post", "patch", "delete"}
    assert set(operations(insertable=False, updatable=False)) == {"get", "delete"}


@pytest.mark.parametrize(
    ("method", "filtered", "body", "statuses"),
    [
        ("get", True, False, ["200", "206"]),
        ("post", False, True, ["200", "201"]),
        ("put", False, True, ["200", "201", "204"]),
        ("patch", True, True, ["200", "204"]),
        ("delete", True, False, ["200", "204"]),
    ],
)
def test_methods_differ_in_what_they_take_and_answer(
    method: str, filtered: bool, body: bool, statuses: list[str]
) -> None:
    told = operations()[method]
    assert (
        {"$ref": "#/components/parameters/rowFilter.ships.id"} in told["parameters"]
    ) == filtered
    assert ("requestBody" in told) == body
    assert list(told["responses"]) == [*statuses, "default"]
    rows = {"$ref": "#/components/responses/ships"}
    assert {status: told["responses"][status] for status in statuses} == {
        status: NO_BODY if status == "204" else rows for status in statuses
    }


def test_put_must_name_the_row_by_its_key() -> None:
    required = [row["name"] for row in operations()["put"]["parameters"] if row.get("required")]
    assert required == ["id"]


def test_columns_that_are_called_like_parameters_have_no_filter() -> None:
    columns = {name: make_column(name, "text") for name in (*TAKEN, "name")}
    assert list(table_filters(replace(TABLE, columns=columns))) == ["rowFilter.ships.name"]


def test_functions_that_only_read_have_two_methods() -> None:
    routine = make_routine("toll", "ship integer")
    assert list(routine_operations(routine, frozenset())) == ["post"]
    stable = routine._replace(volatility=Volatility.STABLE)
    told: Any = read(routine_operations(stable, frozenset()))
    assert list(told) == ["get", "post"]
    [argument] = told["get"]["parameters"]
    assert argument["schema"] == {"type": "integer", "format": "int32"}
    assert told["post"]["requestBody"]["required"]


def test_paths_have_no_characters_that_mean_something_there() -> None:
    assert path_of("rpc", "a/b{c}?é") == "/rpc/a%2Fb%7Bc%7D%3F%C3%A9"
