"""The database goes away and comes back: every answer has a code, and service returns by itself.

Here without a listener, where nobody notices but the requests; with it: `test_storm`.

https://docs.postgrest.org/en/v16/references/connection_pool.html#automatic-recovery
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pgrest_wsgi import App
from pgrest_wsgi.demo.postgres import change_uri, create_database
from tests.server.api import SCRIPT, get, open_app, wait_until
from tests.server.outage import Answer, Postgres, acknowledged, clients

RETURN_SECONDS = 3.0

ACKNOWLEDGED = """
create table api.acknowledged (id bigint, made_at timestamptz default clock_timestamp());
grant select, insert on api.acknowledged to public;
"""

UNAVAILABLE = {
    *((503, code) for code in ("PGRST000", "PGRST001", "PGRST002", "57P01", "57P02", "57P03")),
    (504, "PGRST003"),
}


@pytest.fixture(scope="module")
def postgres(troubled_uri: str) -> Postgres:
    return Postgres(create_database(troubled_uri, "outage", SCRIPT + ACKNOWLEDGED))


@pytest.fixture
def running(postgres: Postgres) -> Iterator[Postgres]:
    """The server, which a test may leave stopped."""
    yield postgres
    postgres.start()


@pytest.fixture
def open_(postgres: Postgres) -> Iterator[Callable[..., App]]:
    apps: list[App] = []

    def create(**settings: Any) -> App:
        uri = change_uri(postgres.uri, user="crowd_login", password="crowd")
        defaults = {"db_pool": 4, "db_pool_acquisition_timeout": 10, "observers": ()}
        apps.append(open_app(uri, **{**defaults, **settings}))
        return apps[-1]

    yield create
    for app in apps:
        app.close()


def check_outage(answers: list[Answer]) -> None:
    """All were answered in time, those that were refused with a code and when to come again."""
    refused = [answer for answer in answers if answer.status not in (200, 201)]
    assert {(answer.status, answer.code) for answer in refused} <= UNAVAILABLE
    assert [answer for answer in refused if answer.status == 503 and not answer.retry_after] == []
    assert max(answer.seconds for answer in answers) < 10


def service_returns(app: App) -> float:
    """How long it takes until a request is answered, by a client that asks often."""
    started = time.monotonic()
    wait_until(lambda: get(app, "/numbers?limit=1").status_code == 200)
    return time.monotonic() - started


def test_a_database_that_comes_late_is_waited_for(
    running: Postgres, open_: Callable[..., App]
) -> None:
    """Also by those who listen for it."""
    running.stop()
    apps = [open_(db_channel_enabled=listens) for listens in (True, False)]
    for _ in range(2):
        for app in apps:
            response = get(app, "/numbers")
            assert (response.status_code, response.get_json()["code"]) == (503, "PGRST002")
            assert int(response.headers["Retry-After"]) in (1, 2)
        time.sleep(1)
    running.start()
    assert sum(map(service_returns, apps)) < RETURN_SECONDS


def test_a_database_that_goes_away_is_waited_for(
    running: Postgres, open_: Callable[..., App]
) -> None:
    """Amid traffic. What was acknowledged is there, once."""
    app = open_()
    assert get(app, "/numbers?limit=1").status_code == 200
    with psycopg.connect(running.uri, autocommit=True) as connection:
        connection.execute("truncate api.acknowledged")
    with clients(app) as end:
        time.sleep(0.5)
        running.stop(immediately=True)
        time.sleep(2)
        running.start()
        returned = time.monotonic()
        time.sleep(RETURN_SECONDS + 0.5)
        answers = end()
    check_outage(answers)
    late = {answer.status for answer in answers if answer.at > returned + RETURN_SECONDS}
    assert late == {200, 201}
    with psycopg.connect(running.uri) as connection:
        rows = connection.execute("select id, count(*) from api.acknowledged group by id")
        kept: dict[int, int] = dict(rows.fetchall())
    assert acknowledged(answers) <= set(kept)
    assert set(kept.values()) == {1}


def test_backends_that_are_ended_again_and_again(
    running: Postgres, open_: Callable[..., App]
) -> None:
    app = open_()
    assert get(app, "/numbers?limit=1").status_code == 200
    query = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'crowd_login' and random() < 0.5"
    )
    with clients(app) as end, psycopg.connect(running.uri, autocommit=True) as connection:
        for _ in range(20):
            connection.execute(query)
            time.sleep(0.1)
        answers = end()
    check_outage(answers)
    assert service_returns(app) < RETURN_SECONDS
    assert len([answer for answer in answers if answer.status in (200, 201)]) > 100
