"""Writes that are cut off in the middle: all of the rows or none, an answer, and on it goes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from werkzeug.test import Client, TestResponse

from pgrest_wsgi import App
from pgrest_wsgi.demo.postgres import change_uri
from tests.server.api import SCRIPT, SECONDS, end_backends, get, open_app, wait_until
from tests.server.test_gunicorn import free_port, serving

WRITES = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'crowd_strict') then
    create role crowd_strict nologin;
    alter role crowd_strict set default_transaction_isolation to 'repeatable read';
    grant crowd_strict to crowd_login;
  end if;
end $$;
create table api.crates (id int primary key, label text, weight int not null default 0);
create function api.falter() returns trigger language plpgsql as $$ begin
  if new.label = 'slow' and new.id = 5000 then
    perform pg_sleep(15);
  end if;
  return new;
end $$;
create trigger falter before insert or update on api.crates
  for each row execute function api.falter();
grant all on api.crates to public;
"""
ROWS = 10_000


@pytest.fixture(scope="module")
def superuser_uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT + WRITES)


@pytest.fixture(scope="module")
def uri(superuser_uri: str) -> str:
    return change_uri(superuser_uri, user="crowd_login", password="crowd")


@pytest.fixture
def app(uri: str) -> Iterator[App]:
    app = open_app(uri, db_pool=1)
    yield app
    app.close()


@pytest.fixture
def crates(superuser_uri: str) -> Iterator[psycopg.Connection]:
    """The superuser's view of the table, which is empty before and after."""
    with psycopg.connect(superuser_uri, autocommit=True) as connection:
        connection.execute("truncate api.crates")
        yield connection
        connection.execute("truncate api.crates")


def send(app: App, method: str, path: str, body: object, **headers: str) -> TestResponse:
    client = Client(app, use_cookies=False)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(path, method=method, json=body, headers=sent)


def labelled(label: str) -> list[dict[str, object]]:
    return [{"id": n, "label": label} for n in range(1, ROWS + 1)]


def weights(crates: psycopg.Connection) -> tuple[int, int]:
    [(count, weight)] = crates.execute("select count(*), sum(weight) from api.crates")
    return count, weight or 0


every_way = pytest.mark.parametrize("prefer", ["", "handling=strict, max-affected=20000"])


class TestBackendEnds:
    def cut_off(
        self, server_uri: str, superuser_uri: str, running: Future[TestResponse]
    ) -> TestResponse:
        """The answer to a request whose backend is ended while it sleeps between rows."""
        wait_until(lambda: end_backends(server_uri, superuser_uri, "wait_event = 'PgSleep'"))
        return running.result(SECONDS)

    def test_in_the_middle_of_an_insert(
        self, app: App, server_uri: str, superuser_uri: str, crates: psycopg.Connection
    ) -> None:
        """503, no row is there, and the same rows go in at once."""
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(send, app, "POST", "/crates", labelled("slow"))
            response = self.cut_off(server_uri, superuser_uri, running)
        assert response.status_code == 503
        assert response.get_json()["code"] in ("PGRST001", "57P01")
        assert response.headers["Retry-After"] == "1"
        assert weights(crates) == (0, 0)
        again = send(app, "POST", "/crates", labelled("fast"), Prefer="count=exact")
        assert (again.status_code, again.headers["Content-Range"]) == (201, f"*/{ROWS}")
        assert weights(crates) == (ROWS, 0)

    @every_way
    def test_in_the_middle_of_an_update(
        self, app: App, server_uri: str, superuser_uri: str, crates: psycopg.Connection,
        prefer: str,
    ) -> None:  # fmt: skip
        """Also where the rows are checked before the commit."""
        assert send(app, "POST", "/crates", labelled("fast")).status_code == 201
        change = {"label": "slow", "weight": 1}
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(send, app, "PATCH", "/crates", change, Prefer=prefer)
            response = self.cut_off(server_uri, superuser_uri, running)
        assert response.status_code == 503
        assert weights(crates) == (ROWS, 0)
        again = send(app, "PATCH", "/crates", {"weight": 1, "label": "x"}, Prefer=prefer)
        assert again.status_code == 204
        assert weights(crates) == (ROWS, ROWS)


def test_a_row_that_was_changed_meanwhile_is_told(uri: str, crates: psycopg.Connection) -> None:
    """Under repeatable read, PostgreSQL's 40001; the next request is a new transaction."""
    crates.execute("insert into api.crates values (1, 'x')")
    strict = open_app(uri, db_anon_role="crowd_strict", db_pool=1)
    blocked = "select from pg_stat_activity where wait_event_type = 'Lock'"
    try:
        with ThreadPoolExecutor(1) as threads:
            with crates.transaction():
                crates.execute("update api.crates set weight = 5")
                running = threads.submit(send, strict, "PATCH", "/crates?id=eq.1", {"weight": 9})
                with psycopg.connect(crates.info.dsn, autocommit=True) as onlooker:
                    wait_until(lambda: onlooker.execute(blocked).rowcount)
            response = running.result(SECONDS)
        assert (response.status_code, response.get_json()["code"]) == (500, "40001")
        assert weights(crates) == (1, 5)
        assert send(strict, "PATCH", "/crates?id=eq.1", {"weight": 9}).status_code == 204
        assert weights(crates) == (1, 9)
    finally:
        strict.close()


def test_a_client_that_goes_away_while_it_sends_writes_nothing(
    uri: str, crates: psycopg.Connection
) -> None:
    """Through a real server: half of a body is no body, and others are served on."""
    port = free_port()
    body = json.dumps(labelled("fast")).encode()
    head = (
        "POST /crates HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    command = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    with serving([*command, "--threads", "2", "pgrest_wsgi:make_app()"], uri, port):
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(head + body[: len(body) // 2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(head + body)
            assert client.recv(100).startswith(b"HTTP/1.1 201 ")
    assert weights(crates) == (ROWS, 0)


def test_a_failure_leaves_no_connection_behind(app: App, crates: psycopg.Connection) -> None:
    """Of a pool of one: it is used again after errors of every kind."""
    pid = get(app, "/backend").get_json()
    assert send(app, "POST", "/crates", labelled("fast")[:3]).status_code == 201
    for body, status in (([{"id": 1}], 409), ([{"id": "x"}], 400), ([], 201), ([{"no": 1}], 400)):
        assert send(app, "POST", "/crates", body).status_code == status
    refused = send(app, "DELETE", "/crates", None, Prefer="handling=strict, max-affected=2")
    assert refused.status_code == 400
    assert get(app, "/backend").get_json() == pid
    assert weights(crates) == (3, 0)
