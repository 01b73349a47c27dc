"""Several exposed schemas, and the headers that choose one.

https://docs.postgrest.org/en/v16/references/api/schemas.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.spec.api import Api, user_of
from tests.spec.conftest import OpenApi

SCRIPT = """
create schema first; create schema "Second one"; create schema hidden;
create table first.things as select 'first' as place, current_schemas(false)::text as path;
create table "Second one".things as select 'second' as place;
create table hidden.secrets as select 'hidden' as place;
create table first.only_here as select 1 as id;
create view first.path as select current_setting('search_path') as path;
create view "Second one".path as select current_setting('search_path') as path;
"""


@pytest.fixture(scope="module")
def schemas(open_api: OpenApi, new_database: Callable[[str], str]) -> Api:
    uri = new_database(SCRIPT)
    return open_api(db_uri=uri, db_schemas=["first", "Second one"], db_anon_role=user_of(uri))


@pytest.mark.parametrize(
    ("headers", "profile", "place"),
    [
        ({}, "first", "first"),
        ({"Accept_Profile": "first"}, "first", "first"),
        ({"Accept_Profile": "Second one"}, "Second one", "second"),
        ({"Content_Profile": "Second one"}, "first", "first"),
    ],
)
def test_the_first_is_read_where_none_is_named(
    schemas: Api, headers: Mapping[str, Any], profile: str, place: str
) -> None:
    """Content-Profile is for writing."""
    response = schemas.get("/things?select=place", **headers)
    assert response.get_json() == [{"place": place}]
    assert response.headers["Content-Profile"] == profile


def test_a_single_schema_is_not_told(api: Api) -> None:
    assert "Content-Profile" not in api.get("/members?limit=1").headers


@pytest.mark.parametrize("name", ["hidden", "First", "pg_catalog", "", "first,hidden"])
def test_a_schema_that_is_not_exposed_is_refused(schemas: Api, name: str) -> None:
    body = schemas.refuse("/things", 406, "PGRST106", Accept_Profile=name)
    assert body["message"] == f"Invalid schema: {name}"
    assert body["hint"] == "Only the following schemas are exposed: first, Second one"


def test_a_table_of_another_schema_is_not_found(schemas: Api) -> None:
    body = schemas.refuse("/only_here", 404, "PGRST205", Accept_Profile="Second one")
    expected = "Could not find the table 'Second one.only_here' in the schema cache"
    assert body["message"] == expected
    schemas.refuse("/secrets", 404, "PGRST205")


@pytest.mark.parametrize(
    ("profile", "path"),
    [("first", '"first", "public"'), ("Second one", '"Second one", "public"')],
)
def test_the_search_path_begins_with_it(schemas: Api, profile: str, path: str) -> None:
    assert schemas.rows("/path", Accept_Profile=profile) == [{"path": path}]
