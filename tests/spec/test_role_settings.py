"""What ``alter role … set …`` gives a role holds in its requests, and in no other's.

https://docs.postgrest.org/en/v16/references/transactions.html#impersonated-role-settings
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import jwt
import pytest
from werkzeug.test import Client

from pgrest_wsgi import make_app
from pgrest_wsgi.demo.postgres import change_uri

SECRET = "a-secret-of-this-test-that-is-long-enough"

SCRIPT = """
do $$ declare r text; begin
  foreach r in array array['set_anon', 'set_hasty', 'set_careful'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then
      execute format('create role %I nologin', r);
    end if;
  end loop;
  if not exists (select from pg_catalog.pg_roles where rolname = 'set_login') then
    create role set_login login noinherit password 'set';
  end if;
end $$;
grant set_anon, set_hasty, set_careful to set_login;
alter role set_hasty set statement_timeout = '1234ms';
alter role set_hasty set "my.colour" = 'red';
alter role set_careful set default_transaction_isolation = 'serializable';
create schema api;
grant usage on schema api to set_anon, set_hasty, set_careful;
create view api.facts as
  select current_user as role, current_setting('statement_timeout') as timeout,
         current_setting('transaction_isolation') as isolation,
         current_setting('transaction_read_only') as read_only,
         current_setting('my.colour', true) as colour;
create view api.broken as select 1 / (select count(*) - count(*) from pg_class) as number;
grant select on api.facts, api.broken to set_anon, set_hasty, set_careful;
"""


@pytest.fixture(scope="module")
def client(new_database: Callable[[str], str]) -> Iterator[Client]:
    login = change_uri(new_database(SCRIPT), user="set_login", password="set")
    app = make_app(
        db_uri=login, db_schemas="api", db_anon_role="set_anon", jwt_secret=SECRET, db_pool=1
    )
    yield Client(app)
    app.close()


def facts(client: Client, role: str | None = None) -> dict[str, str]:
    headers = {}
    if role is not None:
        headers["Authorization"] = f"Bearer {jwt.encode({'role': role}, SECRET, 'HS256')}"
    response = client.get("/facts", headers=headers)
    assert response.status_code == 200, response.text
    [row] = response.get_json()
    return dict(row)


def test_a_setting_of_the_role_holds(client: Client) -> None:
    assert facts(client, "set_hasty")["timeout"] == "1234ms"


def test_a_setting_that_postgresql_does_not_know_is_left_out(client: Client) -> None:
    assert facts(client, "set_hasty")["colour"] in (None, "")


def test_the_next_request_of_another_role_has_not_the_setting(client: Client) -> None:
    facts(client, "set_hasty")
    assert facts(client)["timeout"] == "0"


def test_the_isolation_level_of_the_role_holds_in_a_read_only_transaction(client: Client) -> None:
    row = facts(client, "set_careful")
    assert (row["isolation"], row["read_only"]) == ("serializable", "on")
    assert facts(client)["isolation"] == "read committed"


def test_an_error_at_a_higher_isolation_level_leaves_the_connection_usable(client: Client) -> None:
    headers = {"Authorization": f"Bearer {jwt.encode({'role': 'set_careful'}, SECRET, 'HS256')}"}
    assert client.get("/broken", headers=headers).get_json()["code"] == "22012"
    assert facts(client)["role"] == "set_anon"
