"""Hints tell no more than the role may know."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client

from pgrest_wsgi import make_app
from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.catalog.missing import RoutineNotFoundError
from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.introspection import read_catalog
from pgrest_wsgi.database.transaction import Database
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.overload import choose_routine
from pgrest_wsgi.visibility import visibility_work

SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'hint_anon') then
    create role hint_anon nologin;
  end if;
end $$;
create schema api;
grant usage on schema api to hint_anon;
create table api.harbours (id int);
create table api.payrolls (id int, note text);
create table api.journals (id int, note text);
grant select on api.harbours to hint_anon;
grant select (note) on api.journals to hint_anon;
create function api.tide(at_hour int) returns int return 1;
create function api.wages(of_sailor int) returns int return 1;
create function api.toll(of_ship int) returns int return 1;
create function api.toll(of_guest text) returns int return 1;
create procedure api.toll() language sql as 'select 1';
revoke execute on function api.wages, api.toll(text) from public;
revoke execute on procedure api.toll() from public;
create function api.berth_fee(a int) returns int return 1;
create procedure api.berth_fee() language sql as 'select 1';
revoke execute on procedure api.berth_fee() from public;
create schema hold;
create function hold.ballast(a int) returns int return 1;
"""


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def client(uri: str) -> Iterator[Client]:
    app = make_app(db_uri=uri, db_schemas="api", db_anon_role="hint_anon")
    yield Client(app)
    app.close()


HintOf = Callable[..., bool]


@pytest.fixture(scope="module")
def may_hint(uri: str) -> Iterator[HintOf]:
    """Call it with a schema, a function that is not there and names of arguments."""
    config = read_config({"db_uri": uri, "db_schemas": "api, hold"}, {}, None)
    catalog = read_catalog(config).catalog
    database = Database(config)
    database.renew(config)
    call = read_call(Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/any"}), config)

    def may_hint(schema: str, name: str, *arguments: str) -> bool:
        with pytest.raises(RoutineNotFoundError) as caught:
            choose_routine(catalog, QualifiedName(schema, name), {*arguments}, None)
        work = visibility_work(caught.value, config, call, Identity("hint_anon"))
        assert work is not None
        return database.confirm(work)

    yield may_hint
    database.close()


def test_a_table_that_the_role_may_read_is_hinted_at(client: Client) -> None:
    body = client.get("/harbour").get_json()
    assert body["hint"] == "Perhaps you meant the table 'api.harbours'"


def test_a_table_of_which_the_role_may_read_one_column_is_hinted_at(client: Client) -> None:
    body = client.get("/journal").get_json()
    assert body["hint"] == "Perhaps you meant the table 'api.journals'"


def test_a_table_that_the_role_may_not_touch_is_not_hinted_at(client: Client) -> None:
    body = client.get("/payroll").get_json()
    assert (body["code"], body["hint"]) == ("PGRST205", None)


def test_a_function_that_the_role_may_call_is_hinted_at(may_hint: HintOf) -> None:
    assert may_hint("api", "tides")
    assert may_hint("api", "tide", "hour")


def test_a_function_that_the_role_may_not_call_is_not_hinted_at(may_hint: HintOf) -> None:
    assert not may_hint("api", "wage")
    assert not may_hint("api", "wages", "sailor")


def test_functions_are_not_hinted_at_where_one_of_the_name_may_not_be_called(
    may_hint: HintOf,
) -> None:
    """The hint would tell the arguments of any. Procedures of the name do not count."""
    assert not may_hint("api", "toll", "ship")
    assert may_hint("api", "berthfee")


def test_functions_of_a_schema_that_the_role_may_not_use_are_not_hinted_at(
    may_hint: HintOf,
) -> None:
    assert not may_hint("hold", "ballasts")
