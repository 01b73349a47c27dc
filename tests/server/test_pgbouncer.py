"""Behind PgBouncer: `examples/pgbouncer.ini`, with one connection to PostgreSQL for all.

One PgBouncer serves all tests: ``app`` in transaction mode, ``app_session`` in session mode.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import TestResponse

from pgrest_wsgi import App
from pgrest_wsgi.demo.postgres import change_uri, execute
from pgrest_wsgi.observe import CatalogLoaded, Event, ListenerStarted
from tests.server.api import SCRIPT, about_the_server, end_backends, get, open_app, wait_until
from tests.server.programs import NOBODY, adapt, find_program, open_folder, running
from tests.server.test_gunicorn import free_port, serving
from tests.server.test_isolation import ACTIONS, OWN_SCRIPT, Member, read_notes

FUNCTIONS = """
create function api.careful() returns text language sql volatile
  set default_transaction_isolation = 'serializable'
  as $$ select current_setting('transaction_isolation') $$;
"""

# What a pooler in transaction mode takes.
SHARED = {"db_prepared_statements": False, "db_channel_enabled": False}


class Pooler(NamedTuple):
    """A PgBouncer: where it is, how old it is, and the superuser of the database behind it."""

    port: int
    version: tuple[int, ...]
    superuser: str

    def uri(self, database: str) -> str:
        login = {"user": "crowd_login", "password": "crowd"}
        return change_uri("", host="127.0.0.1", port=str(self.port), dbname=database, **login)

    @property
    def tracks_statements(self) -> bool:
        return self.version >= (1, 21)


@pytest.fixture(scope="module")
def pooler(new_database: Callable[[str], str]) -> Iterator[Pooler]:
    program = find_program("pgbouncer")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, re.findall(r"\d+", said.splitlines()[0])))
    superuser = new_database(SCRIPT + OWN_SCRIPT + FUNCTIONS)
    given = conninfo_to_dict(superuser)
    server = " ".join(f"{key}={given[key]}" for key in ("host", "port", "dbname") if key in given)
    port = free_port()
    with open_folder() as folder:
        users = folder / "userlist.txt"
        users.write_text('"crowd_login" "crowd"\n')
        text = adapt(
            "pgbouncer.ini",
            app=f"{server} pool_size=1\napp_session = {server} pool_mode=session pool_size=8",
            listen_port=str(port),
            auth_file=str(users),
        )
        if version >= (1, 21):
            text = text.replace("; max_prepared_statements =", "max_prepared_statements =")
        path = folder / "pgbouncer.ini"
        path.write_text(text)
        with running([program, *other_user(str(given.get("host"))), str(path)], port):
            yield Pooler(port, version, superuser)


def other_user(host: str) -> list[str]:
    """The option for somebody who reaches PostgreSQL: PgBouncer refuses to be root."""
    if os.geteuid() != 0:
        return []
    return ["--user", Path(host).owner() if host.startswith("/") else NOBODY]


@pytest.fixture
def open_(pooler: Pooler) -> Iterator[Callable[..., App]]:
    apps: list[App] = []

    def create(database: str = "app", **settings: Any) -> App:
        defaults = {"db_pool_acquisition_timeout": 10, "observers": ()}
        apps.append(open_app(pooler.uri(database), **{**defaults, **settings}))
        return apps[-1]

    yield create
    for app in apps:
        app.close()


def code(response: TestResponse) -> object:
    """The status, and the code of an error."""
    body = response.get_json()
    return response.status_code, body.get("code") if isinstance(body, dict) else None


def test_nobody_gets_what_is_anothers(pooler: Pooler) -> None:
    """Two workers, and eight connections of theirs take turns on a single one to PostgreSQL.

    Reads, writes, errors, timeouts, rollbacks, checks before the commit, clients that hang up. With
    prepared statements where PgBouncer takes them.
    """
    port = free_port()
    arguments = [
        *("gunicorn", "--worker-class", "gthread", "--threads", "4", "--workers", "2"),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "critical", "pgrest_wsgi:make_app()"),
    ]
    settings = {
        "PGRST_DB_TX_END": "commit-allow-override",
        "PGRST_APP_SETTINGS_HOUSE": "ours",
        "PGRST_DB_CHANNEL_ENABLED": "false",
        "PGRST_DB_PREPARED_STATEMENTS": str(pooler.tracks_statements),
    }

    def live(number: int) -> int:
        member = Member(port, number)
        chance = random.Random(number)
        for action in chance.sample(ACTIONS, len(ACTIONS)):
            action(member)
            chance.choice(ACTIONS)(member)
        read_notes(member)
        member.connection.close()
        return member.notes

    with serving(arguments, pooler.uri("app"), port, **settings), ThreadPoolExecutor(8) as threads:
        assert all(threads.map(live, range(8)))
    # What the connection to PostgreSQL was left with.
    with psycopg.connect(pooler.uri("app"), autocommit=True) as connection:
        query = """select current_user::text, current_setting('role'),
                          coalesce(current_setting('request.jwt.claims', true), ''),
                          exists (select from pg_prepared_statements)"""
        [left] = connection.execute(query).fetchall()
    assert left == ("crowd_login", "none", "", pooler.tracks_statements)


def test_a_transaction_has_the_isolation_that_its_function_asks_for(
    open_: Callable[..., App],
) -> None:
    app = open_(**SHARED)
    assert get(app, "/rpc/careful").get_json() == "serializable"
    assert get(app, "/seen").status_code == 200


def test_the_catalog_is_read_anew(open_: Callable[..., App], pooler: Pooler) -> None:
    app = open_(**SHARED)
    assert code(get(app, "/later")) == (404, "PGRST205")
    script = b"create table api.later as select 1 as id; grant select on api.later to public"
    execute(pooler.superuser, script)
    app.reload()
    assert get(app, "/later").get_json() == [{"id": 1}]


def test_a_lost_server_is_a_code_and_then_forgotten(
    open_: Callable[..., App], server_uri: str, pooler: Pooler
) -> None:
    app = open_(**SHARED)
    assert get(app, "/numbers?id=eq.1").status_code == 200
    assert end_backends(server_uri, pooler.superuser) == 1
    assert get(app, "/numbers?id=eq.1").status_code == 200


class TestPreparedStatements:
    """PgBouncer knows of them from 1.21 on; before, it has to be told to us."""

    def test_what_was_prepared_elsewhere(
        self, open_: Callable[..., App], server_uri: str, pooler: Pooler
    ) -> None:
        app = open_(db_channel_enabled=False)
        for _ in range(3):
            assert get(app, "/numbers?id=eq.7").get_json() == [{"id": 7}]
        end_backends(server_uri, pooler.superuser)  # the next connection knows nothing of it
        response = get(app, "/numbers?id=eq.7")
        if pooler.tracks_statements:
            assert response.get_json() == [{"id": 7}]
        else:
            assert code(response) == (500, "26000")
            assert "set db-prepared-statements to false" in response.get_json()["hint"]

    def test_no_statement_is_taken_for_another(self, open_: Callable[..., App]) -> None:
        """Two applications that prepare other things in the same order, on the same connection."""
        queries = ("/numbers?id=eq.7", "/numbers?id=gt.499")
        expected = ([{"id": 7}], [{"id": 500}])
        apps = [open_(db_channel_enabled=False, db_pool=1) for _ in queries]
        for _ in range(4):
            answers = tuple(get(*each).get_json() for each in zip(apps, queries, strict=True))
            assert answers == expected


def test_in_session_mode_all_works(open_: Callable[..., App], pooler: Pooler) -> None:
    """Prepared statements, and listening."""
    events: list[Event] = []
    app = open_("app_session", db_channel_enabled=True, db_pool=2, observers=[events.append])
    for _ in range(4):
        assert get(app, "/numbers?id=eq.7").get_json() == [{"id": 7}]
    assert [type(event) for event in about_the_server(events)] == [ListenerStarted, CatalogLoaded]
    script = b"""create table api.heard as select 1 as id; grant select on api.heard to public;
      notify pgrst, 'reload schema'"""
    execute(pooler.superuser, script)
    wait_until(lambda: get(app, "/heard").get_json() == [{"id": 1}])
