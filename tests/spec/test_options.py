"""OPTIONS: the methods that a table, a view, a function and the root know.

https://docs.postgrest.org/en/v16/references/api/options.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.spec.api import Api, bearer, user_of
from tests.spec.conftest import OpenApi

ALL = "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"
READ = "OPTIONS,GET,HEAD"

SCRIPT = """
create schema api;
create table api.ships (id int primary key, name text);
create table api.notes (note text);
create view api.keyed as select * from api.ships;
create view api.keyless as select name from api.ships;
create view api.counted as select count(*) from api.ships;
create function api.ignore() returns trigger language plpgsql as 'begin return null; end';
create view api.entered as select count(*) as n from api.ships;
create trigger t instead of insert on api.entered for each row execute function api.ignore();
create view api.amended as select count(*) as n from api.ships;
create trigger t instead of update on api.amended for each row execute function api.ignore();
create view api.struck as select count(*) as n from api.ships;
create trigger t instead of delete on api.struck for each row execute function api.ignore();
create function api.gate() returns void language plpgsql as $$ begin
  raise insufficient_privilege using message = 'the gate is closed';
end $$;
create function api.root() returns json language sql stable as $$ select '{}'::json $$;
"""


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def ships(open_api: OpenApi, uri: str) -> Api:
    return open_api(db_uri=uri, db_anon_role=user_of(uri))


def methods(api: Api, path: str, **headers: Any) -> str:
    """The header Allow of an answer that has no body and may be read by every page."""
    response = api.get(path, method="OPTIONS", **headers)
    assert response.data == b""
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Accept, Prefer, Range"
    return response.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/ships", ALL),
        ("/notes", "OPTIONS,GET,HEAD,POST,PATCH,DELETE"),
        ("/keyed", ALL),
        ("/keyless", "OPTIONS,GET,HEAD,POST,PATCH,DELETE"),
        ("/counted", READ),
        ("/entered", f"{READ},POST"),
        ("/amended", f"{READ},PATCH"),
        ("/struck", f"{READ},DELETE"),
    ],
)
def test_a_relation_knows_what_can_be_done_to_it(ships: Api, path: str, allowed: str) -> None:
    """PUT needs a key; a view needs triggers where PostgreSQL cannot write through it."""
    assert methods(ships, path) == allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/screenings", ALL),  # is partitioned
        ("/ratings", READ),  # is a materialized view
        ("/rpc/films_per_decade", "OPTIONS,GET,HEAD,POST"),
        ("/", READ),
    ],
)
def test_methods_of_the_demo(api: Api, path: str, allowed: str) -> None:
    assert methods(api, path) == allowed


def test_a_function_that_may_write_is_only_posted_to(ships: Api) -> None:
    assert methods(ships, "/rpc/gate") == "OPTIONS,POST"


def test_what_the_role_may_do_does_not_count(api: Api) -> None:
    """Anybody reads, members only write reviews, and editors write all."""
    for authorization in ({}, {"Authorization": bearer("demo_editor")}):
        assert methods(api, "/festivals", **authorization) == ALL


def test_nothing_else_of_the_request_counts_for_a_table(api: Api) -> None:
    headers = {"Accept": "x/y", "Prefer": "handling=strict, x=y"}
    assert methods(api, "/films?nothing=eq.1&select=nobody(*)", **headers) == ALL


def test_a_function_is_asked_for_as_it_would_be_called(api: Api) -> None:
    """In v16.2 without arguments, for those of a query are taken for filters."""
    path = "/rpc/search_films"
    api.refuse(path, 404, "PGRST202", method="OPTIONS")
    api.refuse(f"{path}?words=x", 400, "PGRST100", method="OPTIONS")
    api.refuse("/rpc/films_per_decade", 406, "PGRST107", method="OPTIONS", Accept="x/y")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/film", 404, "PGRST205"),
        ("/a/b/c", 404, "PGRST125"),
        ("/films?year=nonsense", 400, "PGRST100"),
    ],
)
def test_refusals_are_those_of_reading(api: Api, path: str, status: int, code: str) -> None:
    refused = api.refuse(path, status, code, method="OPTIONS")
    assert refused == api.refuse(path, status, code)


def test_the_token_must_be_right(api: Api) -> None:
    api.refuse("/films", 401, "PGRST301", method="OPTIONS", Authorization="Bearer nonsense")


def test_it_makes_no_transaction(open_api: OpenApi, uri: str) -> None:
    """What a pre-request function would refuse is answered all the same."""
    closed = open_api(db_uri=uri, db_anon_role=user_of(uri), db_pre_request="api.gate")
    closed.refuse("/ships", 401, "42501")
    assert methods(closed, "/ships") == ALL


def test_the_root_may_be_a_function(open_api: OpenApi, uri: str) -> None:
    own = open_api(db_uri=uri, db_anon_role=user_of(uri), db_root_spec="root")
    assert methods(own, "/") == "OPTIONS,GET,HEAD,POST"


class TestDescription:
    """``Accept: application/json``, as in PostgREST 0.3"""

    JSON = "application/json"

    def describe(self, api: Api, path: str, **headers: Any) -> Any:
        response = api.get(path, method="OPTIONS", Accept=self.JSON, **headers)
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["Allow"].startswith(READ)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.json

    def test_it_tells_key_and_columns(self, api: Api) -> None:
        found = self.describe(api, "/films")
        assert found["pkey"] == ["id"]
        columns = {column.pop("name"): column for column in found["columns"]}
        assert [column.pop("position") for column in columns.values()] == [*range(1, 15)]
        common = {
            "schema": "api", "nullable": True, "updatable": True, "maxLen": None,
            "precision": None, "references": None, "default": None, "enum": [],
        }  # fmt: skip
        person = {"schema": "api", "table": "people", "column": "id"}
        genres = ["comedy", "crime", "documentary", "drama", "fantasy", "western"]
        number = {**common, "type": "integer", "precision": 32}
        assert columns["writer_id"] == {**number, "references": person}
        assert columns["year"] == {**number, "nullable": False}
        assert columns["genre"] == {
            **common, "type": "USER-DEFINED", "nullable": False, "enum": genres
        }  # fmt: skip
        assert columns["tags"] == {
            **common, "type": "ARRAY", "nullable": False, "default": "'{}'::text[]"
        }  # fmt: skip
        assert columns["licensed"] == {**common, "type": "daterange"}

    def test_a_key_of_two_columns_is_two_references(self, api: Api) -> None:
        found = self.describe(api, "/screenings")
        references = [column["references"] for column in found["columns"]]
        assert {"schema": "api", "table": "festivals", "column": "code"} in references
        assert {"schema": "api", "table": "festivals", "column": "year"} in references

    def test_digits_are_told_as_declared_and_views_have_keys(self, api: Api) -> None:
        columns = self.describe(api, "/box_office")["columns"]
        assert [column["precision"] for column in columns[:2]] == [32, 12]
        credits = self.describe(api, "/credits")
        assert "person_id" in credits["pkey"]
        assert {column["updatable"] for column in credits["columns"]} == {False}

    @pytest.mark.parametrize("accept", ["*/*", "text/html, */*;q=0.1", "text/csv", ""])
    def test_only_who_asks_for_it_gets_it(self, api: Api, accept: str) -> None:
        assert methods(api, "/films", Accept=accept) == ALL

    def test_other_targets_have_none(self, api: Api) -> None:
        assert methods(api, "/", Accept=self.JSON) == READ
        assert methods(api, "/rpc/films_per_decade", Accept=self.JSON) == f"{READ},POST"
        api.refuse("/ghosts", 404, "PGRST205", method="OPTIONS", Accept=self.JSON)

    @pytest.mark.parametrize(
        "setting", [{"url_use_legacy_syntax": False}, {"openapi_mode": "disabled"}]
    )
    def test_it_may_be_switched_off(self, open_api: OpenApi, setting: dict[str, Any]) -> None:
        assert methods(open_api(**setting), "/films", Accept=self.JSON) == ALL

    def test_it_is_for_those_who_may_use_the_table(self, open_api: OpenApi, uri: str) -> None:
        """Others get the methods, which everybody gets."""
        settings = {"db_uri": uri, "db_anon_role": "demo_anon"}
        assert methods(open_api(**settings), "/ships", Accept=self.JSON) == ALL
        told = open_api(**settings, openapi_mode="ignore-privileges")
        assert self.describe(told, "/ships")["pkey"] == ["id"]
