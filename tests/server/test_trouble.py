"""A database that runs but lets nobody in, or does not answer: what is told, and for how long.

As in PostgREST v16.2 the answers are PGRST000 (503) with PostgreSQL's words, PGRST002 (503) where
there is no catalog yet, and PGRST003 (504). Where a password is refused, PostgREST ends; we wait.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from werkzeug.test import Client, TestResponse

from pgrest_wsgi import App
from pgrest_wsgi.admin import make_admin_app
from pgrest_wsgi.demo.postgres import change_uri, create_database, execute
from tests.server.api import SCRIPT, end_backends, get, open_app, wait_until
from tests.server.outage import Postgres
from tests.server.test_admin import parsed

RETURN_SECONDS = 3.0
PATIENCE = 2  # db-pool-acquisition-timeout, and so the limit to connecting, of which 2 is the least
LIMIT = PATIENCE + 3  # the first load waits a second for the listener, and machines are busy

LOGIN = "troubled_login"
ROLE = f"create role {LOGIN} login noinherit password 'crowd'; grant crowd_0 to {LOGIN};"


class Trouble(NamedTuple):
    """What is done to the database, how it is undone, and what PostgreSQL says meanwhile."""

    done: str
    undone: str
    says: str


TROUBLES = {
    "53300": Trouble(
        f"alter role {LOGIN} connection limit 0",
        f"alter role {LOGIN} connection limit -1",
        "too many connections for role",
    ),
    "28P01": Trouble(
        f"alter role {LOGIN} password 'another'",
        f"alter role {LOGIN} password 'crowd'",
        "password authentication failed",
    ),
    "28000": Trouble(
        f"alter role {LOGIN} nologin", f"alter role {LOGIN} login", "is not permitted to log in"
    ),
    "28000 dropped": Trouble(
        f"alter role {LOGIN} rename to away", f"alter role away rename to {LOGIN}", "authentication"
    ),
    "3D000": Trouble(
        "alter database troubled rename to away",
        "alter database away rename to troubled",
        'database "troubled" does not exist',
    ),
    "42501": Trouble(
        "revoke connect on database troubled from public",
        "grant connect on database troubled to public",
        "permission denied for database",
    ),
}


@pytest.fixture(scope="module")
def postgres(troubled_uri: str) -> Postgres:
    """Its role has to tell its password."""
    postgres = Postgres(create_database(troubled_uri, "troubled", SCRIPT + ROLE))
    with psycopg.connect(troubled_uri, autocommit=True) as connection:
        [(path,)] = connection.execute("show hba_file")
        rules = Path(path).read_text(encoding="utf-8")
        rule = f"local all {LOGIN},away scram-sha-256\n"
        Path(path).write_text(rule + rules, encoding="utf-8")
        connection.execute("select pg_reload_conf()")
    return postgres


@pytest.fixture
def open_(postgres: Postgres) -> Iterator[Callable[..., App]]:
    apps: list[App] = []

    def create(**settings: Any) -> App:
        uri = change_uri(postgres.uri, user=LOGIN, password="crowd")
        defaults = {
            "db_pool": 2,
            "db_pool_acquisition_timeout": PATIENCE,
            "db_channel_enabled": True,
            "observers": (),
        }
        apps.append(open_app(uri, **{**defaults, **settings}))
        return apps[-1]

    yield create
    for app in apps:
        app.close()


@pytest.fixture
def app(open_: Callable[..., App]) -> App:
    """One that has answered before."""
    app = open_()
    wait_until(lambda: serves(app))
    return app


def page(app: App, path: str) -> TestResponse:
    return Client(make_admin_app(app)).get(path)


def check_refusal(response: TestResponse, code: str, says: str = "") -> None:
    body = response.get_json()
    assert (response.status_code, body["code"]) == (503, code)
    assert says in (body["details"] or "")
    assert int(response.headers["Retry-After"]) >= 1


def check_pages(app: App, *, ready: bool) -> None:
    assert page(app, "/live").status_code == 200
    wait_until(lambda: page(app, "/ready").status_code == (200 if ready else 503))
    figures = parsed(page(app, "/metrics").text)
    assert min(figures.values()) >= 0
    assert figures["pgrst_db_pool_available"] <= figures["pgrst_db_pool_max"]


def serves(app: App) -> bool:
    return get(app, "/numbers?limit=1").status_code == 200


def seconds_until_served(*apps: App) -> float:
    started = time.monotonic()
    wait_until(lambda: all(map(serves, apps)))
    return time.monotonic() - started


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_one_that_refuses_is_waited_for(
    postgres: Postgres, troubled_uri: str, open_: Callable[..., App], app: App, trouble: Trouble
) -> None:
    """Its words are told by who was served before; who never was has no catalog."""

    def bring() -> bool:  # nobody must be connected to a database that gets another name
        try:
            end_backends(troubled_uri, postgres.uri)
            execute(troubled_uri, trouble.done.encode())
        except psycopg.errors.ObjectInUse:
            return False
        return True

    wait_until(bring)
    try:
        end_backends(troubled_uri, postgres.uri)
        late = open_()
        started = time.monotonic()
        check_refusal(get(app, "/numbers?limit=1"), "PGRST000", trouble.says)
        check_refusal(get(late, "/numbers?limit=1"), "PGRST002")
        assert time.monotonic() - started < 2 * LIMIT
        check_pages(app, ready=False)
    finally:
        execute(troubled_uri, trouble.undone.encode())
    assert seconds_until_served(app, late) < RETURN_SECONDS
    check_pages(app, ready=True)


def test_one_that_is_full_is_waited_for(postgres: Postgres, troubled_uri: str, app: App) -> None:
    """53300: others have taken all its connections."""
    others = change_uri(postgres.uri, user=LOGIN, password="crowd")
    with ExitStack() as taken:

        def is_refused() -> bool:
            end_backends(troubled_uri, postgres.uri)
            with suppress(psycopg.OperationalError):
                for _ in range(200):
                    taken.enter_context(psycopg.connect(others))
            return not serves(app)

        wait_until(is_refused)
        check_refusal(get(app, "/numbers?limit=1"), "PGRST000", "slots")
        check_pages(app, ready=False)
    assert seconds_until_served(app) < RETURN_SECONDS


def test_one_that_is_about_to_end_is_waited_for(postgres: Postgres, app: App) -> None:
    """57P03: it lets nobody in while somebody is there, who is served to the end."""
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s"
    with psycopg.connect(postgres.uri, autocommit=True) as last, postgres.shutting():
        assert serves(app)
        last.execute(ended, (LOGIN,))
        wait_until(lambda: not serves(app))
        check_refusal(get(app, "/numbers?limit=1"), "PGRST000", "is shutting down")
        check_pages(app, ready=False)
    assert seconds_until_served(app) < RETURN_SECONDS


def test_one_that_is_paused_goes_on_as_if_nothing_had_been(
    postgres: Postgres, open_: Callable[..., App], app: App
) -> None:
    """Who has a connection waits for the answer; the others no longer than for a connection."""
    late = open_()

    def ask(app: App) -> tuple[int, str | None, float]:
        started = time.monotonic()
        response = get(app, "/numbers?id=eq.7")
        code = None if response.status_code == 200 else response.get_json()["code"]
        return response.status_code, code, time.monotonic() - started

    with ThreadPoolExecutor(8) as threads:
        with postgres.paused():
            running = [threads.submit(ask, asked) for asked in (*[app] * 4, *[late] * 4)]
            wait_until(lambda: sum(request.done() for request in running) >= 7)
            check_live(app)
        answers = [request.result() for request in running]
    assert [answer for answer in answers[:4] if answer[:2] == (200, None)]
    refused = [answer for answer in answers if answer[0] != 200]
    assert {answer[:2] for answer in refused} <= {
        *((503, code) for code in ("PGRST000", "PGRST002")),
        (504, "PGRST003"),
    }
    assert max(seconds for *_, seconds in refused) < LIMIT
    assert seconds_until_served(app, late) < RETURN_SECONDS


def check_live(app: App) -> None:
    assert page(app, "/live").status_code == 200
    assert min(parsed(page(app, "/metrics").text).values()) >= 0


def test_one_that_never_answers_is_given_up(open_: Callable[..., App]) -> None:
    """By those who listen, and those who do not."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        uri = f"postgresql://{host}:{port}/x?sslmode=disable&gssencmode=disable"
        apps = [open_(db_uri=uri, db_channel_enabled=listens) for listens in (True, False)]
        started = time.monotonic()
        with ThreadPoolExecutor(6) as threads:
            for response in threads.map(lambda app: get(app, "/numbers"), 3 * apps):
                check_refusal(response, "PGRST002")
        assert time.monotonic() - started < LIMIT
        check_pages(apps[0], ready=False)
