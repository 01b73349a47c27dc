"""Memory: what one large answer or body took does not stay with the process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import Client

from pgrest_wsgi import App
from pgrest_wsgi.database.pipeline import LARGEST_KEPT
from tests.server.api import get, open_app

LARGE = 4 * LARGEST_KEPT

SCRIPT = """
create schema api;
create view api.backend as select pg_backend_pid() as pid;
create function api.repeat(size int) returns text language sql as $$ select repeat('x', size) $$;
create function api.measure(json) returns int language sql as $$ select length($1::text) $$;
"""


@pytest.fixture
def app(new_database: Callable[[str], str]) -> Iterator[App]:
    uri = new_database(SCRIPT)
    app = open_app(
        uri,
        db_anon_role=str(conninfo_to_dict(uri)["user"]),
        db_pool=1,
        db_pool_acquisition_timeout=10,
        db_tx_end="commit-allow-override",
    )
    yield app
    app.close()


def backend(app: App) -> int:
    return int(get(app, "/backend").get_json()[0]["pid"])


def answer(app: App, size: int) -> int:
    return len(get(app, f"/rpc/repeat?size={size}").data)


def send(app: App, size: int, **headers: str) -> int:
    body = b'{"x": "' + b"x" * (size - 9) + b'"}'
    answer = Client(app).post(
        "/rpc/measure", data=body, headers=headers, content_type="application/json"
    )
    return int(answer.get_json())


def send_undone(app: App, size: int) -> int:
    """In an explicit transaction, which has other steps around that of the body."""
    return send(app, size, Prefer="tx=rollback")


@pytest.mark.parametrize("move", [answer, send, send_undone])
def test_it_goes_with_the_connection(app: App, move: Callable[[App, int], int]) -> None:
    before, resident = backend(app), psutil.Process().memory_info().rss
    assert move(app, LARGE) >= LARGE
    assert backend(app) != before
    gc.collect()
    assert psutil.Process().memory_info().rss < resident + LARGE // 2


@pytest.mark.parametrize("move", [answer, send, send_undone])
def test_what_is_usual_costs_no_connection(app: App, move: Callable[[App, int], int]) -> None:
    before = backend(app)
    assert move(app, LARGEST_KEPT // 2) >= LARGEST_KEPT // 2
    assert backend(app) == before
