"""Hints tell no more than the role may know."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client

from pgrest_wsgi import make_app

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
"""


@pytest.fixture(scope="module")
def client(new_database: Callable[[str], str]) -> Iterator[Client]:
    app = make_app(db_uri=new_database(SCRIPT), db_schemas="api", db_anon_role="hint_anon")
    yield Client(app)
    app.close()


def test_a_table_that_the_role_may_read_is_hinted_at(client: Client) -> None:
    body = client.get("/harbour").get_json()
    assert body["hint"] == "Perhaps you meant the table 'api.harbours'"


def test_a_table_of_which_the_role_may_read_one_column_is_hinted_at(client: Client) -> None:
    body = client.get("/journal").get_json()
    assert body["hint"] == "Perhaps you meant the table 'api.journals'"


def test_a_table_that_the_role_may_not_touch_is_not_hinted_at(client: Client) -> None:
    body = client.get("/payroll").get_json()
    assert (body["code"], body["hint"]) == ("PGRST205", None)
