"""What a process holds: one catalog however many ask, and nothing shared over a fork."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi import App, PgrestError, make_app
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DoubtfulSetting,
    Event,
    UnknownSetting,
)
from tests.server.api import SECONDS, SECRET, about_the_server, get, open_app

ROOT = Path(__file__).parents[2]
THREADS = 32


def together(work: Callable[[int], object]) -> list[object]:
    """Do work in many threads that begin at the same moment; its results by their number."""
    start = threading.Barrier(THREADS, timeout=SECONDS)

    def begin(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(begin, range(THREADS), timeout=3 * SECONDS))


class TestCatalog:
    def test_it_is_loaded_once_however_many_ask(self, crowd_uri: str) -> None:
        events: list[Event] = []
        app = open_app(crowd_uri, observers=[events.append], db_pool_acquisition_timeout=SECONDS)
        statuses = together(lambda _: get(app, "/numbers?limit=1").status_code)
        app.close()
        assert statuses == [200] * THREADS
        assert [type(event) for event in about_the_server(events)] == [CatalogLoaded]

    def test_one_attempt_fails_for_all_who_ask(self) -> None:
        """And nobody tries again before the time that Retry-After tells."""
        events: list[Event] = []
        app = open_app("host=/nowhere", observers=[events.append])
        statuses = together(lambda _: get(app, "/numbers").status_code)
        app.close()
        assert statuses == [503] * THREADS
        assert [type(event) for event in about_the_server(events)] == [CatalogFailed]

    def test_nothing_is_connected_before_the_first_request(self) -> None:
        events: list[Event] = []
        app = open_app("host=/nowhere", observers=[events.append])
        app.close()
        assert events == []

    def test_unknown_settings_are_told_once(self, tmp_path: Path) -> None:
        """When the process begins its work, whether there is a database or not."""
        path = tmp_path / "old.conf"
        path.write_text("jwt-cache-max-lifetime = 3600")
        events: list[Event] = []
        app = make_app(path, db_uri="host=/nowhere", observers=[events.append])
        assert events == []
        assert not app.process.is_ready()
        assert not app.process.is_ready()
        app.close()
        advice = "jwt-cache-max-lifetime: unknown setting; did you mean jwt-cache-max-entries?"
        assert events[0] == UnknownSetting(advice)
        assert events.count(events[0]) == 1

    def test_what_is_in_it_is_told(self, crowd_uri: str) -> None:
        events: list[Event] = []
        app = open_app(crowd_uri, observers=[events.append])
        assert app.process.is_ready()
        app.close()
        [loaded] = events
        assert isinstance(loaded, CatalogLoaded)
        assert (loaded.tables, loaded.relationships, loaded.functions) == (5, 0, 0)
        assert loaded.schemas == ("api",)

    @pytest.mark.parametrize(
        ("settings", "doubt"),
        [
            ({"db_anon_role": "no_such"}, 'role "no_such" does not exist; create role "no_such"'),
            ({"db_anon_role": "pg_monitor"}, '; grant "pg_monitor" to "crowd_login"'),
            ({"db_pool": 10_000}, "takes up to 10002 connections, PostgreSQL allows "),
        ],
        ids=["missing", "foreign", "pool"],
    )
    def test_what_does_not_fit_to_it_is_told_once(
        self, crowd_uri: str, settings: dict[str, Any], doubt: str
    ) -> None:
        events: list[Event] = []
        app = open_app(crowd_uri, observers=[events.append], **settings)
        assert app.process.is_ready()
        app.reload()
        app.close()
        [told] = [event for event in events if isinstance(event, DoubtfulSetting)]
        assert told.setting == next(iter(settings)).replace("_", "-")
        assert doubt in told.doubt


class TestReload:
    @pytest.fixture
    def uri(self, new_database: Callable[[str], str]) -> str:
        return new_database("create schema api; create table api.old as select 1 as id")

    @pytest.fixture
    def app(self, uri: str) -> Iterator[App]:
        app = open_app(uri, db_anon_role=str(conninfo_to_dict(uri)["user"]))
        assert get(app, "/old").status_code == 200
        yield app
        app.close()

    def test_a_new_table_is_seen_after_it(self, app: App, uri: str) -> None:
        execute(uri, b"create table api.new as select 2 as id")
        assert get(app, "/new").status_code == 404
        app.reload()
        assert get(app, "/new").get_json() == [{"id": 2}]

    def test_a_changed_table_is_read_right_even_without_it(self, app: App, uri: str) -> None:
        """Statements that were prepared for the old table are none for the new one."""
        assert [get(app, "/old").get_json() for _ in range(3)] == [[{"id": 1}]] * 3
        execute(uri, b"alter table api.old add column name text default 'x'")
        expected = [{"id": 1, "name": "x"}]
        assert [get(app, "/old").get_json() for _ in range(3)] == [expected] * 3
        execute(uri, b"drop table api.old; create table api.old as select 'a' as id")
        assert [get(app, "/old").get_json() for _ in range(3)] == [[{"id": "a"}]] * 3

    def test_what_was_in_force_serves_on_where_it_fails(self, app: App, uri: str) -> None:
        execute(uri, b"alter schema api rename to away")
        with pytest.raises(PgrestError, match="PGRST002"):
            app.reload()
        execute(uri, b"alter schema away rename to api")
        assert get(app, "/old").get_json() == [{"id": 1}]
        app.reload()
        assert get(app, "/old").get_json() == [{"id": 1}]

    def test_requests_are_answered_meanwhile(self, app: App) -> None:
        def work(number: int) -> int:
            if number % 8 == 0:
                app.reload()
            return get(app, "/old").status_code

        assert together(work) == [200] * THREADS


class TestThreads:
    def test_nobody_ever_sees_what_is_anothers(self, crowd_uri: str) -> None:
        """32 threads of as many roles on few connections, with errors in between."""
        app = open_app(crowd_uri, db_pool=3, db_pool_acquisition_timeout=3 * SECONDS)

        def work(number: int) -> None:
            role = f"crowd_{number}"
            token = jwt.encode({"role": role, "sub": f"member {number}"}, SECRET, "HS256")
            own = {
                "role": role,
                "claims": {"role": role, "sub": f"member {number}"},
                "header": str(number),
                "zone": f"Etc/GMT+{number % 12}",
            }
            headers = {
                "Authorization": f"Bearer {token}",
                "X_Number": str(number),
                "Prefer": f"timezone={own['zone']}",
            }
            for turn in range(12):
                if turn % 3 == number % 3:
                    assert get(app, "/broken", **headers).status_code == 400
                [row] = get(app, "/seen", **headers).get_json()
                assert {**row, "claims": json.loads(row["claims"])} == own

        try:
            assert together(work) == [None] * THREADS
        finally:
            app.close()


FORKING = """
import json, os, sys
from tests.server.api import get, open_app

def backends():
    return sorted({get(app, "/backend").get_json()[0]["pid"] for _ in range(3)})

app = open_app(sys.argv[1], db_pool=1)
before = backends() if sys.argv[2] == "used" else []
children = []
for _ in range(2):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, json.dumps(backends()).encode())
        app.close()
        os._exit(0)
    os.close(writer)
    children.append((child, reader))
parent = backends()
found = [json.loads(os.read(reader, 1000)) for _, reader in children]
endings = [os.waitpid(child, 0)[1] for child, _ in children]
after = backends()
app.close()
print(json.dumps([before, parent, after, found, endings]))
"""


class TestFork:
    @pytest.mark.parametrize("state", ["used", "fresh"])
    def test_each_process_has_connections_of_its_own(self, crowd_uri: str, state: str) -> None:
        """Children neither use those of their parent nor end them."""
        finished = subprocess.run(
            # A fork beside threads (those of the pool) is what newer Pythons warn of.
            [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING, crowd_uri, state],
            cwd=ROOT,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=3 * SECONDS,
            check=False,
        )
        assert (finished.returncode, finished.stderr) == (0, "")
        before, parent, after, children, endings = json.loads(finished.stdout)
        assert endings == [0, 0]
        assert [len(backends) for backends in (parent, *children)] == [1, 1, 1]
        assert len({parent[0], children[0][0], children[1][0]}) == 3
        assert after == parent
        assert before in ([], parent)
