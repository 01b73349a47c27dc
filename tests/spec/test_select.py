"""Vertical filtering: which columns, under which names and types.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#vertical-filtering
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.spec.api import Api, user_of
from tests.spec.conftest import OpenApi


@pytest.mark.parametrize(
    ("select", "row"),
    [
        ("id,title", '{"id":1,"title":"Quiet Harbour"}'),
        ("title,id", '{"title":"Quiet Harbour","id":1}'),
        ("name:title", '{"name":"Quiet Harbour"}'),
        ("year::text", '{"year":"1948"}'),
        ("born:year::numeric", '{"born":1948}'),
        ("a:id,b:id", '{"a":1,"b":1}'),
        ('"title"', '{"title":"Quiet Harbour"}'),
        ("%20id%20,%20title%20", '{"id":1,"title":"Quiet Harbour"}'),
        ("label", '{"label":"Quiet Harbour (1948)"}'),
        ("licensed::text", '{"licensed":null}'),
        ("year::varchar", '{"year":"1948"}'),
        ("année:year", '{"année":1948}'),
        ("id::BIGINT", '{"id":1}'),
    ],
)
def test_columns_in_the_order_and_under_the_names_asked_for(
    api: Api, select: str, row: str
) -> None:
    """Also casts, and a computed column."""
    assert api.get(f"/films?id=eq.1&select={select}").text == f"[{row}]"


@pytest.mark.parametrize("select", ["*", "", None])
def test_all_columns_where_none_are_named(api: Api, select: str | None) -> None:
    query = "" if select is None else f"&select={select}"
    [row] = api.rows(f"/festivals?code=eq.lumen&year=eq.2022{query}")
    assert list(row) == ["code", "year", "name", "city", "held"]


def test_all_columns_and_one_more(api: Api) -> None:
    [row] = api.rows("/members?id=eq.alba&select=*,since:joined")
    assert list(row) == ["id", "name", "joined", "since"]


def test_the_first_select_counts(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=id&select=title") == [{"id": 1}]


@pytest.mark.parametrize("select", ["id,", "id(", "id::", "a:b:c", "id,,title"])
def test_what_does_not_parse_says_where(api: Api, select: str) -> None:
    body = api.refuse(f"/films?select={select}", 400, "PGRST100")
    assert "(line 1, column" in body["message"]
    assert body["details"]


@pytest.mark.parametrize(
    "cast",
    ["text%3Bselect 1", "int/**/", "(select 1)", "'a'", "numeric(3,1)", "a.b", '"text"', "text--"],
)
def test_a_cast_is_to_the_name_of_a_type_and_nothing_else(api: Api, cast: str) -> None:
    """What else is refused here, or PostgreSQL knows no type of that name."""
    response = api.get(f"/films?select=id::{cast}", 400)
    assert response.get_json()["code"] in ("PGRST100", "42704")


def test_names_may_hold_anything(open_api: OpenApi, new_database: Callable[[str], str]) -> None:
    """Quotes, blanks, percent signs, placeholders and letters beyond ASCII are all only names."""
    names = [
        'a "b"',
        "100%",
        "%s",
        "$1",
        "naïve 小麦",
        "select",
        "x;y",
        "{0}",
        "a'b",
        "back\\slash",
    ]
    columns = ", ".join(f"{quoted(name)} int default {n}" for n, name in enumerate(names))
    uri = new_database(
        f"create table public.{quoted('odd ?&= %s')} ({columns});"
        f"insert into public.{quoted('odd ?&= %s')} default values"
    )
    odd = open_api(db_uri=uri, db_schemas="public", db_anon_role=user_of(uri))
    path = "/odd%20%3F%26%3D%20%25s"
    assert odd.rows(path) == [{name: n for n, name in enumerate(names)}]
    escaped = [name.replace("\\", "\\\\").replace('"', '\\"') for name in names]
    asked = ",".join(f'"{name}"' for name in escaped)
    query = urlencode({"select": asked, '"x;y"': "eq.6", "order": f'"{escaped[0]}"'})
    assert odd.rows(f"{path}?{query}") == [{name: n for n, name in enumerate(names)}]


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
