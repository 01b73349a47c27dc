"""A primary and its streaming replica: reading from the one, listening on the other, failover.

https://docs.postgrest.org/en/v16/references/listener.html#listener-on-read-replicas
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import psycopg
import pytest
from werkzeug.test import Client

from pgrest_wsgi import App, make_app
from pgrest_wsgi.demo.postgres import change_uri, create_database, execute, temporary_server
from tests.server.api import SCRIPT, SECONDS, get, open_app, wait_until
from tests.server.outage import Postgres, clients
from tests.server.programs import adapt, example_value, open_folder
from tests.server.test_recovery import ACKNOWLEDGED, RETURN_SECONDS, check_outage, service_returns

OWN_SCRIPT = """
create view api.place as select pg_is_in_recovery() as is_replica;
create table api.disputed as select 1 as id;
create view api.long_look as select id, pg_sleep(15)::text from api.disputed;
create function api.add() returns void language sql volatile as
  'insert into api.acknowledged values (0)';
create function api.watch() returns int language sql volatile as 'select 7';
grant select on all tables in schema api to public;
"""


@pytest.fixture(scope="module")
def primary() -> Iterator[Postgres]:
    with temporary_server() as uri:
        yield Postgres(create_database(uri, "replicated", SCRIPT + ACKNOWLEDGED + OWN_SCRIPT))


@pytest.fixture(scope="module")
def replica(primary: Postgres) -> Iterator[Postgres]:
    with primary.replica() as replica:
        yield replica


def both(*servers: Postgres, **parameters: str) -> str:
    """A string that leads to several servers."""
    hosts = ",".join(str(server.folder) for server in servers)
    login = {"user": "crowd_login", "password": "crowd", "host": hosts}
    return change_uri(servers[0].uri, **login, **parameters)


@pytest.fixture(scope="module")
def reading(primary: Postgres, replica: Postgres) -> Iterator[App]:
    """The application of ``examples/replica.conf``."""
    given = example_value("replica.conf", "db-uri")
    assert given.count("target_session_attrs=read-only") == 1
    uri = both(replica, primary, target_session_attrs="read-only")
    text = adapt("replica.conf", **{"db-uri": f'"{uri}"', "db-anon-role": '"crowd_0"'})
    with open_folder() as folder:
        path = folder / "replica.conf"
        path.write_text(text)
        app = make_app(path, observers=())
        yield app
    app.close()


def add_table(primary: Postgres, name: str) -> None:
    statements = f"create table api.{name} as select 1 as id; grant select on api.{name} to public"
    execute(primary.uri, f"{statements}; notify pgrst, 'reload schema'".encode())


def test_the_pool_reads_from_the_replica_and_the_listener_is_on_the_primary(
    reading: App, primary: Postgres
) -> None:
    assert get(reading, "/place").get_json() == [{"is_replica": True}]
    with psycopg.connect(primary.uri, autocommit=True) as connection:
        query = "select query from pg_stat_activity where usename = 'crowd_login'"
        only = [('LISTEN "pgrst"',)]
        wait_until(lambda: connection.execute(query).fetchall() == only)


def test_a_table_of_the_primary_is_known_once_it_has_arrived(
    reading: App, primary: Postgres, replica: Postgres
) -> None:
    """However late that is; one notification is enough."""
    assert get(reading, "/arriving").status_code == 404
    with psycopg.connect(replica.uri, autocommit=True) as connection:
        connection.execute("select pg_wal_replay_pause()")
        try:
            add_table(primary, "arriving")
            time.sleep(0.5)  # a reload would be over
            assert get(reading, "/arriving").status_code == 404
        finally:
            connection.execute("select pg_wal_replay_resume()")
    wait_until(lambda: get(reading, "/arriving").get_json() == [{"id": 1}])


@contextmanager
def always_behind(primary: Postgres, replica: Postgres) -> Iterator[None]:
    """The primary is written to all the time, and what it writes arrives 300 ms later."""
    over = Event()

    def write() -> None:
        with psycopg.connect(primary.uri, autocommit=True) as connection:
            while not over.wait(0.01):
                connection.execute("insert into api.acknowledged values (0)")

    delay = b"alter system set recovery_min_apply_delay = %d"
    with ThreadPoolExecutor(1) as threads:
        try:
            for statement in (delay % 300, b"select pg_reload_conf()"):
                execute(replica.uri, statement)
            writing = threads.submit(write)
            yield
        finally:
            over.set()
            for statement in (delay % 0, b"select pg_reload_conf()"):
                execute(replica.uri, statement)
        writing.result(SECONDS)


def test_a_table_is_known_although_the_replica_never_has_all_that_is_written(
    reading: App, primary: Postgres, replica: Postgres
) -> None:
    assert get(reading, "/late").status_code == 404
    with always_behind(primary, replica):
        behind = "select pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()"
        with psycopg.connect(replica.uri, autocommit=True) as connection:
            wait_until(lambda: connection.execute(behind).fetchone() == (True,))
        add_table(primary, "late")
        wait_until(lambda: get(reading, "/late").get_json() == [{"id": 1}])


@pytest.mark.parametrize("path", ["/acknowledged", "/rpc/add"])
def test_a_write_is_refused(reading: App, path: str) -> None:
    response = Client(reading).post(path, json={})
    body = response.get_json()
    assert (response.status_code, body["code"]) == (405, "25006")
    assert body["message"].endswith(" in a read-only transaction")


def test_a_function_that_might_write_but_does_not_is_called(reading: App) -> None:
    assert Client(reading).post("/rpc/watch", json={}).get_json() == 7


def test_a_conflict_with_what_arrives_is_told_and_not_tried_again(
    reading: App, primary: Postgres, replica: Postgres
) -> None:
    assert get(reading, "/place").status_code == 200
    with (
        ThreadPoolExecutor(1) as threads,
        psycopg.connect(replica.uri, autocommit=True) as connection,
    ):
        looking = threads.submit(get, reading, "/long_look")
        active = (
            "select from pg_stat_activity where query like '%long_look%' and wait_event = 'PgSleep'"
        )
        wait_until(lambda: connection.execute(active).rowcount)
        execute(primary.uri, b"update api.disputed set id = id + 1")
        execute(primary.uri, b"vacuum api.disputed")
        response = looking.result(SECONDS)
    assert (response.status_code, response.get_json()["code"]) == (500, "40001")


@pytest.fixture
def successor(primary: Postgres) -> Iterator[Postgres]:
    """A second replica. The primary, which a test may leave stopped, is as before in the end."""
    with primary.replica() as successor:
        yield successor
    primary.start()


def test_writing_goes_on_after_a_failover(primary: Postgres, successor: Postgres) -> None:
    """Amid traffic: the primary crashes, its replica is promoted."""
    uri = both(primary, successor, target_session_attrs="read-write")
    app = open_app(
        uri, db_channel_enabled=True, db_pool=4, db_pool_acquisition_timeout=10, observers=()
    )
    try:
        assert get(app, "/numbers?limit=1").status_code == 200
        with clients(app) as end:
            time.sleep(0.3)
            primary.stop(immediately=True)
            time.sleep(0.5)
            execute(successor.uri, b"select pg_promote()")
            assert service_returns(app) < RETURN_SECONDS
            # What was refused just now may still be on its way to its client.
            returned = time.monotonic() + 0.3
            time.sleep(0.6)
            answers = end()
        check_outage(answers)
        assert {answer.status for answer in answers if answer.at > returned} == {200, 201}
        assert get(app, "/place").get_json() == [{"is_replica": False}]
        add_table(successor, "afterwards")  # the listener has followed
        wait_until(lambda: get(app, "/afterwards").status_code == 200)
    finally:
        app.close()
