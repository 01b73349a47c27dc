"""The parameters that paths refer to."""

from __future__ import annotations

from dataclasses import replace

from pgrest_wsgi.openapi.parameters import COMMON, body_name, filter_names, table_parameters
from tests.unit.openapi.reading import read
from tests.unit.plan.harbour import SHIPS, make_column


def test_a_table_has_a_body_and_a_filter_for_each_column() -> None:
    name = make_column("name", "text")._replace(comment="Painted on the bow")
    table = replace(SHIPS, columns={"id": make_column("id", "integer"), "name": name})
    assert dict(table_parameters(table)) == {
        "body.ships": {
            "name": "ships",
            "description": "ships",
            "required": False,
            "in": "body",
            "schema": {"$ref": "#/definitions/ships"},
        },
        "rowFilter.ships.id": {"name": "id", "required": False, "in": "query", "type": "string"},
        "rowFilter.ships.name": {
            "name": "name",
            "description": "Painted on the bow",
            "required": False,
            "in": "query",
            "type": "string",
        },
    }
    assert [body_name(table), *filter_names(table)] == list(dict(table_parameters(table)))


def test_preferences_tell_their_values_where_they_have_some() -> None:
    assert read(COMMON["preferCount"]) == {
        "name": "Prefer",
        "description": "Preference",
        "required": False,
        "in": "header",
        "type": "string",
        "enum": ["count=none"],
    }
    assert "enum" not in read(COMMON["preferParams"])


def test_the_unit_of_ranges_has_a_default() -> None:
    assert read(COMMON["rangeUnit"])["default"] == "items"
