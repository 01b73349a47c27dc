"""Reloading by NOTIFY: heard by every process, debounced, made up for after an outage.

https://docs.postgrest.org/en/v16/references/listener.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi import App, make_app
from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.listener import listener_string
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    Event,
    ListenerFailed,
    ListenerStarted,
)
from tests.server.api import (
    about_the_server,
    allow_connections,
    end_backends,
    get,
    open_app,
    wait_until,
)
from tests.server.test_gunicorn import ask, free_port, serving

ROOT = Path(__file__).parents[2]
# In the letters of PostgREST, by which a team may look for it.
LISTENING = "query like 'LISTEN \"%%\"'"


@pytest.fixture
def uri(new_database: Callable[[str], str]) -> str:
    return new_database("create schema api; create table api.old as select 1 as id")


@pytest.fixture
def events() -> list[Event]:
    return []


Open = Callable[..., App]


@pytest.fixture
def open_listening(uri: str, events: list[Event]) -> Iterator[Open]:
    """Call it with settings: an application that listens, and has answered once."""
    apps: list[App] = []

    def create(**settings: Any) -> App:
        defaults = {
            "db_channel_enabled": True,
            "db_anon_role": str(conninfo_to_dict(uri)["user"]),
            "observers": [events.append],
        }
        app = open_app(uri, **{**defaults, **settings})
        apps.append(app)
        assert get(app, "/old").status_code == 200
        return app

    yield create
    for app in apps:
        app.close()


def types(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in about_the_server(events)]


def count(events: list[Event], kind: type[Event]) -> int:
    return types(events).count(kind)


def notify(uri: str, payload: str = "reload schema", channel: str = "pgrst") -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("select pg_notify(%s, %s)", (channel, payload))


def listeners(uri: str) -> int:
    """How many connections of the application listen."""
    query = f"select from pg_stat_activity where datname = current_database() and {LISTENING}"
    with psycopg.connect(uri) as connection:
        return connection.execute(query.replace("%%", "%").encode()).rowcount


class TestNotifications:
    @pytest.mark.parametrize("payload", ["reload schema", "reload config", ""])
    def test_one_makes_a_new_table_known_soon(
        self, open_listening: Open, uri: str, payload: str
    ) -> None:
        app = open_listening()
        execute(uri, b"create table api.new as select 2 as id")
        assert get(app, "/new").status_code == 404
        started = time.monotonic()
        notify(uri, payload)
        wait_until(lambda: get(app, "/new").get_json() == [{"id": 2}])
        assert time.monotonic() - started < 2

    def test_settings_follow_too(self, open_listening: Open, uri: str) -> None:
        script = """
          create function public.choose() returns void language sql as $$
            select set_config('pgrst.db_max_rows', '%s', true) $$"""
        execute(uri, (script % 0).encode())
        app = open_listening(db_pre_config="choose")
        assert get(app, "/old").get_json() == []
        execute(uri, (script % 1).replace("create", "create or replace").encode())
        notify(uri, "reload config")
        wait_until(lambda: get(app, "/old").get_json() == [{"id": 1}])

    def test_others_are_ignored(self, open_listening: Open, uri: str, events: list[Event]) -> None:
        open_listening()
        notify(uri, "reload everything")
        notify(uri, channel="another")
        time.sleep(0.5)
        assert count(events, CatalogLoaded) == 1

    def test_a_burst_is_at_most_a_few_reloads(
        self, open_listening: Open, uri: str, events: list[Event]
    ) -> None:
        """One at once, one for what came during it and the 100 ms after it, and so on."""
        loaded: list[float] = []

        def note(event: Event) -> None:
            if isinstance(event, CatalogLoaded):
                loaded.append(time.monotonic())

        app = open_listening(observers=[note])
        with psycopg.connect(uri, autocommit=True) as connection:
            for number in range(60):
                connection.execute(f"create table api.new{number} (id int)".encode())
                connection.execute("notify pgrst, 'reload schema'")
        wait_until(lambda: get(app, "/new59").status_code == 200)
        time.sleep(0.3)
        assert len(loaded) <= 10
        assert all(third - first > 0.1 for first, third in zip(loaded, loaded[2:], strict=False))

    def test_the_channel_has_any_name(self, open_listening: Open, uri: str) -> None:
        app = open_listening(db_channel='My "channel"')
        execute(uri, b"create table api.new as select 2 as id")
        notify(uri, channel='My "channel"')
        wait_until(lambda: get(app, "/new").status_code == 200)

    def test_the_database_can_notify_of_every_change_by_itself(
        self, open_listening: Open, uri: str
    ) -> None:
        """By the script of docs/reloading.md."""
        page = (ROOT / "docs" / "reloading.md").read_text(encoding="utf-8")
        script = page[page.index("create function public.notify_api") :].partition("```")[0]
        execute(uri, script.encode())
        app = open_listening()
        execute(uri, b"create table api.new as select 2 as id")
        wait_until(lambda: get(app, "/new").status_code == 200)
        execute(uri, b"drop table api.new")
        wait_until(lambda: get(app, "/new").get_json()["code"] == "PGRST205")

    def test_no_request_sees_a_change_half_done(self, open_listening: Open, uri: str) -> None:
        """Columns change their types and functions theirs, while eight threads ask."""
        execute(
            uri,
            b"create table api.moving (id int, at text); insert into api.moving values (1, '1');"
            b"create function api.moved() returns setof api.moving language sql stable "
            b"as 'select * from api.moving'",
        )
        app = open_listening(db_pool=4, db_pool_acquisition_timeout=20)
        over = Signal()

        def work(number: int) -> set[tuple[int, str | None]]:
            seen = set()
            while not over.is_set():
                path = ("/moving", "/rpc/moved", "/moving?select=at,id")[number % 3]
                answer = get(app, path)
                body = answer.get_json()
                seen.add((answer.status_code, body["code"] if isinstance(body, dict) else None))
            return seen

        with ThreadPoolExecutor(8) as threads:
            running = [threads.submit(work, number) for number in range(8)]
            try:
                for type_name in ("int", "bigint", "text", "numeric", "text"):
                    change = f"alter table api.moving alter at type {type_name} using at::text::"
                    execute(uri, f"{change}{type_name}; notify pgrst".encode())
                    time.sleep(0.3)
            finally:
                over.set()
            assert set().union(*(work.result(20) for work in running)) == {(200, None)}


class TestConnection:
    def test_there_is_one_for_each_process_and_none_before_it_is_used(
        self, uri: str, events: list[Event]
    ) -> None:
        user = str(conninfo_to_dict(uri)["user"])
        app = open_app(uri, db_channel_enabled=True, db_anon_role=user, observers=[events.append])
        time.sleep(0.2)
        assert (listeners(uri), events) == (0, [])
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: get(app, "/old").status_code, range(16)))
        assert answers == [200] * 16
        assert listeners(uri) == 1
        # First the listener, then the catalog: no change can slip in between.
        assert types(events) == [ListenerStarted, CatalogLoaded]
        app.close()
        wait_until(lambda: listeners(uri) == 0)

    def test_there_is_none_where_it_is_not_wanted(self, open_listening: Open, uri: str) -> None:
        open_listening(db_channel_enabled=False)
        assert listeners(uri) == 0

    def test_it_goes_to_the_primary(self) -> None:
        """The pool may be on a replica, where nothing can be heard."""
        given = "postgresql://replica,primary/app?target_session_attrs=read-only&keepalives_idle=9"
        parameters = conninfo_to_dict(listener_string(read_config({"db_uri": given}, {})))
        assert parameters["host"] == "replica,primary"
        assert parameters["target_session_attrs"] == "primary"
        assert parameters["keepalives_idle"] == "9"

    def test_when_it_was_lost_what_was_missed_is_made_up_for(
        self, open_listening: Open, uri: str, server_uri: str, events: list[Event]
    ) -> None:
        app = open_listening()
        allow_connections(server_uri, uri, allowed=False)
        try:
            assert end_backends(server_uri, uri, LISTENING) == 1
            wait_until(lambda: count(events, ListenerFailed) == 1)
            time.sleep(1)  # several attempts, of which nothing more is told
        finally:
            allow_connections(server_uri, uri, allowed=True)
        execute(uri, b"create table api.new as select 2 as id")
        started = time.monotonic()
        wait_until(lambda: get(app, "/new").status_code == 200)
        assert time.monotonic() - started < 3
        assert types(events) == [
            *(ListenerStarted, CatalogLoaded, ListenerFailed, ListenerStarted, CatalogLoaded)
        ]

    def test_the_first_load_happens_without_a_request(
        self, uri: str, server_uri: str, events: list[Event]
    ) -> None:
        """Where the database was away when somebody asked."""
        user = str(conninfo_to_dict(uri)["user"])
        app = open_app(uri, db_channel_enabled=True, db_anon_role=user, observers=[events.append])
        allow_connections(server_uri, uri, allowed=False)
        try:
            assert get(app, "/old").status_code == 503
        finally:
            allow_connections(server_uri, uri, allowed=True)
        wait_until(lambda: count(events, CatalogLoaded) == 1)
        assert get(app, "/old").status_code == 200
        app.close()


class TestFailure:
    def test_what_was_in_force_serves_until_it_succeeds(
        self, open_listening: Open, uri: str, events: list[Event]
    ) -> None:
        """It is tried again without another notification."""
        app = open_listening()
        execute(uri, b"alter schema api rename to away; notify pgrst")
        wait_until(lambda: count(events, CatalogFailed) > 0)
        execute(uri, b"alter schema away rename to api")
        execute(uri, b"create table api.new as select 2 as id")
        assert get(app, "/old").get_json() == [{"id": 1}]
        wait_until(lambda: get(app, "/new").status_code == 200)

    def test_a_channel_that_changes_is_left(self, uri: str, tmp_path: Path) -> None:
        path = tmp_path / "app.conf"
        path.write_text('db-channel = "one"')
        user = str(conninfo_to_dict(uri)["user"])
        app = make_app(path, db_uri=uri, db_schemas="api", db_anon_role=user, observers=())
        assert get(app, "/old").status_code == 200
        path.write_text('db-channel = "two"')
        notify(uri, channel="one")
        wait_until(lambda: app.config.db_channel == "two")
        wait_until(lambda: listeners(uri) == 1)
        execute(uri, b"create table api.new as select 2 as id")
        notify(uri, channel="two")
        wait_until(lambda: get(app, "/new").status_code == 200)
        path.write_text("db-channel-enabled = false")
        notify(uri, channel="two")
        wait_until(lambda: listeners(uri) == 0)
        app.close()


@pytest.mark.parametrize("options", [[], ["--preload"]], ids=["fork", "preload"])
def test_every_worker_of_gunicorn_hears_it(uri: str, options: list[str]) -> None:
    port = free_port()
    arguments = [
        *("gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4"),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "error", *options),
        "pgrest_wsgi:make_app()",
    ]
    user = str(conninfo_to_dict(uri)["user"])
    with serving(arguments, uri, port, PGRST_DB_ANON_ROLE=user, path="old") as address:
        with ThreadPoolExecutor(8) as threads:
            wait_until(lambda: [*threads.map(ask, [f"{address}/old"] * 8)] and listeners(uri) == 2)
        execute(uri, b"create table api.new as select 2 as id; notify pgrst, 'reload schema'")
        time.sleep(1)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(ask, [f"{address}/new"] * 64))
        assert answers == [(200, [{"id": 2}])] * 64
