"""A small database for tests of connections and processes, and ways to disturb it."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import Client, TestResponse

from pgrest_wsgi import App, make_app
from pgrest_wsgi.observe import Event, RequestFinished

SECONDS = 20  # no test waits longer for anything

SECRET = "a-secret-of-the-server-tests-long-enough"

SCRIPT = """
do $$ begin
  for n in 0..31 loop
    if not exists (select from pg_catalog.pg_roles where rolname = 'crowd_' || n) then
      execute format('create role %I nologin', 'crowd_' || n);
    end if;
  end loop;
  if not exists (select from pg_catalog.pg_roles where rolname = 'crowd_login') then
    create role crowd_login login noinherit password 'crowd';
    for n in 0..31 loop
      execute format('grant %I to crowd_login', 'crowd_' || n);
    end loop;
  end if;
end $$;
create schema api;
grant usage on schema api to public;
create table api.numbers as select n as id from generate_series(1, 500) as n;
create view api.backend as select pg_backend_pid() as pid;
create view api.slow as
  select seconds, pg_sleep(seconds)::text as slept from generate_series(1, 15) as seconds;
create view api.seen as
  select current_user::text as role, current_setting('request.jwt.claims') as claims,
         current_setting('request.headers')::json ->> 'x-number' as header,
         current_setting('TimeZone') as zone;
create view api.broken as select 1 / (select count(*) - count(*) from api.numbers) as number;
grant select on all tables in schema api to public;
"""


def open_app(uri: str, **settings: object) -> App:
    """An application whose pool gives up after a second, and that does not listen."""
    defaults: dict[str, object] = {
        "db_uri": uri,
        "db_schemas": "api",
        "db_anon_role": "crowd_0",
        "jwt_secret": SECRET,
        "db_pool_acquisition_timeout": 1,
        "db_channel_enabled": False,
    }
    return make_app(**{**defaults, **settings})  # type: ignore[arg-type]


def about_the_server(events: list[Event]) -> list[Event]:
    """All events but those of requests."""
    return [event for event in events if not isinstance(event, RequestFinished)]


def get(app: App, path: str, **headers: str) -> TestResponse:
    """The answer of an application, in-process; header names as keywords."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(app, use_cookies=False).get(path, headers=sent)


def end_backends(server_uri: str, uri: str, condition: str = "true") -> int:
    """End the application's backends on a database; how many these were, once they are gone."""
    query = (
        "select pid from pg_stat_activity where datname = %s"
        f" and application_name like 'pgrest_wsgi%%' and {condition}"
    ).encode()
    name = conninfo_to_dict(uri)["dbname"]
    with psycopg.connect(server_uri, autocommit=True) as connection:
        pids = [pid for (pid,) in connection.execute(query, (name,))]
        for pid in pids:
            connection.execute("select pg_terminate_backend(%s)", (pid,))
        gone = "select from pg_stat_activity where pid = any(%s)"
        wait_until(lambda: not connection.execute(gone, (pids,)).rowcount)
    return len(pids)


def allow_connections(server_uri: str, uri: str, *, allowed: bool) -> None:
    """Shut a database to everybody, or open it again: to a client, a server that is down."""
    name = sql.Identifier(str(conninfo_to_dict(uri)["dbname"]))
    with psycopg.connect(server_uri, autocommit=True) as connection:
        statement = sql.SQL("alter database {} allow_connections {}")
        connection.execute(statement.format(name, sql.Literal(allowed)))


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for a condition; fail where it does not come true."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
