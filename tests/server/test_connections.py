"""Connections: broken ones are never lent, waiting ends, and service returns by itself."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import Client

from pgrest_wsgi import App, ConfigError, PgrestError
from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.pool import LatestFirst, PooledSession, Sessions, connection_string
from pgrest_wsgi.demo.postgres import change_uri, execute
from tests.server.api import (
    SECONDS,
    allow_connections,
    end_backends,
    get,
    open_app,
    wait_until,
)


@pytest.fixture
def app(crowd_uri: str) -> Iterator[App]:
    app = open_app(crowd_uri, db_pool=2)
    yield app
    app.close()


def backend(app: App) -> int:
    """The process of PostgreSQL that serves a request."""
    response = get(app, "/backend")
    assert response.status_code == 200, response.text
    return int(response.get_json()[0]["pid"])


class TestIdle:
    def test_a_connection_is_used_again(self, app: App) -> None:
        assert len({backend(app) for _ in range(5)}) == 1

    def test_the_one_that_came_back_last_is_lent_first(self, crowd_uri: str) -> None:
        """The others rest, and those that have rested longest are the first to be closed for it."""
        ended: list[PooledSession] = []

        class Watched(PooledSession):
            def close(self) -> None:
                ended.append(self)
                super().close()

        with LatestFirst(
            crowd_uri,
            connection_class=Watched,
            kwargs={"on_failure": pytest.fail},
            min_size=0,
            max_size=3,
            max_idle=0.2,
            open=True,
        ) as pool:
            first, second, third = (pool.getconn() for _ in range(3))
            for session in (third, first, second):
                pool.putconn(session)
            for _ in range(3):
                assert pool.getconn() is second
                pool.putconn(second)
            wait_until(lambda: len(ended) == 3)
        assert ended == [third, first, second]

    @pytest.mark.parametrize("rest_seconds", [0.0, 1.2])
    def test_one_that_was_ended_is_not_lent_again(
        self, app: App, server_uri: str, crowd_superuser_uri: str, rest_seconds: float
    ) -> None:
        """However short it rested: the next request, and the one after, are answered."""
        first = backend(app)
        time.sleep(rest_seconds)
        assert end_backends(server_uri, crowd_superuser_uri) == 1
        assert first not in {backend(app) for _ in range(3)}

    def test_nor_any_of_many(
        self, crowd_uri: str, server_uri: str, crowd_superuser_uri: str
    ) -> None:
        app = open_app(crowd_uri, db_pool=8)
        try:
            with ThreadPoolExecutor(8) as threads:
                list(threads.map(lambda _: get(app, "/slow?seconds=eq.1"), range(8)))
                assert end_backends(server_uri, crowd_superuser_uri) > 1
                answers = list(threads.map(lambda _: get(app, "/backend"), range(16)))
            assert [answer.status_code for answer in answers] == [200] * 16
        finally:
            app.close()


class TestInTheMiddle:
    def test_the_request_is_503_and_the_next_one_200(
        self, app: App, server_uri: str, crowd_superuser_uri: str
    ) -> None:
        assert get(app, "/backend").status_code == 200
        with ThreadPoolExecutor(1) as threads:
            slow = threads.submit(get, app, "/slow?seconds=eq.15")
            wait_until(
                lambda: end_backends(server_uri, crowd_superuser_uri, "query like '%%slow%%'")
            )
            response = slow.result(SECONDS)
        assert (response.status_code, response.get_json()["code"]) == (503, "57P01")
        assert response.headers["Retry-After"] == "1"
        assert get(app, "/backend").status_code == 200

    def test_a_connection_that_ends_by_a_limit_is_no_reason_to_try_again(
        self, app: App, server_uri: str
    ) -> None:
        """PostgreSQL says which limit, and so do we, with its status."""
        with psycopg.connect(server_uri) as connection:
            if connection.info.server_version < 170000:
                pytest.skip("transaction_timeout is new in PostgreSQL 17")
        execute(server_uri, b"alter role crowd_login set transaction_timeout = '200ms'")
        try:
            response = get(app, "/slow?seconds=eq.15")
        finally:
            execute(server_uri, b"alter role crowd_login reset transaction_timeout")
        assert (response.status_code, response.get_json()["code"]) == (500, "25P04")

    def test_a_failed_statement_costs_no_connection(self, app: App) -> None:
        first = backend(app)
        for path in ("/broken", "/numbers?id=eq.x", "/numbers?nope=eq.1"):
            assert get(app, path).status_code == 400
        assert backend(app) == first


class TestBusy:
    def test_waiting_for_a_connection_ends(self, crowd_uri: str) -> None:
        """After db-pool-acquisition-timeout, with 504; who holds it is not disturbed."""
        app = open_app(crowd_uri, db_pool=1, db_pool_acquisition_timeout=1)
        try:
            assert get(app, "/backend").status_code == 200
            with ThreadPoolExecutor(1) as threads:
                slow = threads.submit(get, app, "/slow?seconds=eq.3")
                time.sleep(0.5)
                started = time.monotonic()
                response = get(app, "/numbers?limit=1")
                assert 0.9 <= time.monotonic() - started < 2
                assert response.status_code == 504
                assert response.get_json()["code"] == "PGRST003"
                assert slow.result(SECONDS).status_code == 200
            assert get(app, "/numbers?limit=1").status_code == 200
        finally:
            app.close()

    def test_more_requests_than_connections_take_turns(self, crowd_uri: str) -> None:
        app = open_app(crowd_uri, db_pool=2, db_pool_acquisition_timeout=SECONDS)
        try:
            with ThreadPoolExecutor(32) as threads:
                paths = [f"/numbers?id=eq.{number}" for number in range(1, 201)]
                answers = list(threads.map(lambda path: get(app, path), paths))
            rows = [[{"id": number}] for number in range(1, 201)]
            assert [answer.get_json() for answer in answers] == rows
        finally:
            app.close()


@contextmanager
def no_database(server_uri: str, uri: str) -> Iterator[None]:
    """While this holds, nobody can connect."""
    allow_connections(server_uri, uri, allowed=False)
    try:
        yield
    finally:
        allow_connections(server_uri, uri, allowed=True)


class TestUri:
    @pytest.mark.parametrize(
        "uri",
        [
            *("nonsense://hunter2", "hunter2", "host=a hunter2=b"),
            *("postgresql://me:a@hunter2@host/x", "postgresql://me:a@hunter2@host,other/x"),
        ],
    )
    def test_one_that_cannot_be_read_is_told_at_once_but_not_shown(self, uri: str) -> None:
        with pytest.raises(ConfigError, match=r"^db-uri: ") as caught:
            open_app(uri)
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("host", ["@abstract", "/run/a@b", "db,@abstract", ""])
    def test_a_socket_may_have_an_at(self, host: str) -> None:
        config = read_config({"db_uri": f"host='{host}'"}, {}, None)
        assert conninfo_to_dict(connection_string(config)).get("host", "") == host

    def test_its_own_limit_to_connecting_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before that of the environment, and that before the pool's."""

        def limit(uri: str) -> str:
            config = read_config({"db_uri": uri, "db_pool_acquisition_timeout": 7}, {}, None)
            return str(conninfo_to_dict(connection_string(config))["connect_timeout"])

        assert limit("postgresql://host/x") == "7"
        assert limit("postgresql://host,other/x") == "2"  # the other waits to be asked
        monkeypatch.setenv("PGCONNECT_TIMEOUT", "5")
        assert limit("postgresql://host/x") == "5"
        assert limit("postgresql://host/x?connect_timeout=3") == "3"


class TestEncoding:
    def test_it_is_utf_8_whatever_others_prefer(
        self, new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is written and read, and what is found by."""
        uri = new_database("create schema api; create table api.words (word text)")
        given = conninfo_to_dict(uri)
        name = sql.Identifier(str(given["dbname"]))
        with psycopg.connect(uri) as connection:
            preferring = sql.SQL("alter database {} set client_encoding to latin1")
            connection.execute(preferring.format(name))
        monkeypatch.setenv("PGCLIENTENCODING", "latin1")
        app = open_app(change_uri(uri, client_encoding="latin1"), db_anon_role=str(given["user"]))
        try:
            assert Client(app).post("/words", json={"word": "é€"}).status_code == 201
            assert get(app, "/words?word=eq.é€").get_json() == [{"word": "é€"}]
        finally:
            app.close()
        with psycopg.connect(change_uri(uri, client_encoding="utf8")) as connection:
            assert connection.execute("select word from api.words").fetchall() == [("é€",)]


class TestNoDatabase:
    @pytest.mark.parametrize(
        "uri",
        ["postgresql://127.0.0.1:1/nothing", "host=does-not-exist.invalid", "host=/nowhere"],
    )
    def test_nobody_there_is_told_quickly(self, uri: str) -> None:
        app = open_app(uri)
        started = time.monotonic()
        responses = [get(app, "/numbers") for _ in range(3)]
        assert time.monotonic() - started < 5
        for response in responses:
            assert (response.status_code, response.get_json()["code"]) == (503, "PGRST002")
            assert int(response.headers["Retry-After"]) >= 1
        app.close()

    def test_it_is_no_secret_what_is_wrong_but_the_password_is(self) -> None:
        """Neither the URI nor what is in it gets into an answer."""
        app = open_app("postgresql://me:hunter2@127.0.0.1:1/nothing")
        assert "hunter2" not in get(app, "/numbers").text
        app.close()

    def test_another_host_is_asked_soon(self, crowd_uri: str) -> None:
        """Where the first one, a primary that lost its power, never answers."""
        given = conninfo_to_dict(crowd_uri)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            hosts = f"127.0.0.1,{given['host']}"
            ports = f"{silent.getsockname()[1]},{given.get('port', 5432)}"
            uri = change_uri(crowd_uri, host=hosts, port=ports, sslmode="disable")
            sessions = Sessions(read_config({"db_uri": uri}, {}, None))
            sessions.renew()
            started = time.monotonic()
            sessions.release(sessions.acquire())
            assert time.monotonic() - started < 3
            sessions.close()

    def test_service_begins_when_the_database_comes(
        self, server_uri: str, crowd_superuser_uri: str, app: App
    ) -> None:
        with no_database(server_uri, crowd_superuser_uri):
            response = get(app, "/numbers?limit=1")
            assert (response.status_code, response.get_json()["code"]) == (503, "PGRST002")
            pause = int(response.headers["Retry-After"])
        time.sleep(pause)
        assert get(app, "/numbers?limit=1").status_code == 200

    def test_service_returns_when_the_database_does(
        self,
        server_uri: str,
        crowd_superuser_uri: str,
        app: App,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Without a catalog to load again: only the connections were lost.

        psycopg's pool logs nothing of its own.
        """
        assert get(app, "/numbers?limit=1").status_code == 200
        with no_database(server_uri, crowd_superuser_uri):
            end_backends(server_uri, crowd_superuser_uri)
            started = time.monotonic()
            for _ in range(2):
                response = get(app, "/numbers?limit=1")
                assert response.status_code == 503
                assert response.get_json()["code"] in ("PGRST000", "PGRST001")
                assert int(response.headers["Retry-After"]) >= 1
            assert time.monotonic() - started < 5
        wait_until(lambda: get(app, "/numbers?limit=1").status_code == 200)
        assert [record for record in caplog.records if record.name == "psycopg.pool"] == []

    def test_pools_of_others_log_as_ever(self, caplog: pytest.LogCaptureFixture) -> None:
        logger = logging.getLogger("psycopg.pool")
        for name in ("pgrest_wsgi", "pool-1"):
            logger.warning("error connecting in %r: %s", name, "refused")
        assert caplog.messages == ["error connecting in 'pool-1': refused"]


class TestClose:
    def test_all_connections_end_and_the_next_request_makes_new_ones(
        self, app: App, server_uri: str, crowd_superuser_uri: str
    ) -> None:
        first = backend(app)
        app.close()
        wait_until(lambda: end_backends(server_uri, crowd_superuser_uri) == 0)
        assert backend(app) != first

    def test_requests_that_run_meanwhile_are_answered_or_told_to_come_again(self, app: App) -> None:
        def work(number: int) -> int:
            if number % 10 == 5:
                app.close()
            return get(app, "/numbers?limit=1").status_code

        with ThreadPoolExecutor(8) as threads:
            statuses = set(threads.map(work, range(40), timeout=3 * SECONDS))
        assert {200} <= statuses <= {200, 503, 504}

    def test_a_closed_application_may_be_closed_again(self, app: App) -> None:
        backend(app)
        app.close()
        app.close()

    def test_what_was_closed_connects_no_more(self, app: App) -> None:
        """Not even where it was about to be loaded: nobody would close it again."""
        process = app.process
        app.close()
        for connect in (process.load, process.reload, process.database.ping):
            with pytest.raises(PgrestError, match="PGRST000"):
                connect()
