"""The admin application: what it tells of a process, and that it keeps secrets.

https://docs.postgrest.org/en/v16/references/admin_server.html
"""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import jwt
import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import Client, TestResponse

from pgrest_wsgi import App
from pgrest_wsgi.admin import make_admin_app, serve_admin
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.demo.server import open_url
from pgrest_wsgi.observe import CatalogFailed, Event
from tests.server.api import SECRET, allow_connections, end_backends, get, open_app, wait_until
from tests.server.test_command import status
from tests.server.test_gunicorn import free_port, serving
from tests.server.test_listener import notify

ROOT = Path(__file__).parents[2]

Open = Callable[..., App]


@pytest.fixture
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(
        "create schema api; create table api.old as select 1 as id;"
        "create view api.slow as select pg_sleep(2)::text as slept"
    )


@pytest.fixture
def open_(uri: str) -> Iterator[Open]:
    apps: list[App] = []

    def create(**settings: Any) -> App:
        user = str(conninfo_to_dict(uri)["user"])
        apps.append(open_app(uri, **{"db_anon_role": user, "observers": (), **settings}))
        return apps[-1]

    yield create
    for app in apps:
        app.close()


def ask(app: App, page: str, method: str = "GET") -> TestResponse:
    return Client(make_admin_app(app)).open(page, method=method)


def metrics(app: App) -> dict[str, float]:
    """The values by names and labels, those of the process left out."""
    return parsed(ask(app, "/metrics").text)


def parsed(text: str) -> dict[str, float]:
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("pgrst_"))
    return {name: float(value) for name, value in found.items()}


def requests(app: App) -> dict[tuple[str, ...], float]:
    """How many requests were counted, by route, method and status."""
    pattern = r'pgrst_request_duration_seconds_count\{method="(.*)",route="(.*)",status="(.*)"\}'
    found = ((re.fullmatch(pattern, name), value) for name, value in metrics(app).items())
    return {(name[2], name[1], name[3]): value for name, value in found if name}


class TestProbes:
    def test_a_process_that_answers_is_live(self, open_: Open) -> None:
        """Whether it has a database or not."""
        for app in (open_(), open_(db_uri="host=/nowhere")):
            response = ask(app, "/live")
            assert (response.status_code, response.data) == (200, b"")

    @pytest.mark.parametrize("listens", [True, False])
    def test_it_is_ready_before_anybody_asked_for_data(self, open_: Open, listens: bool) -> None:
        """Or else no balancer would ever send a request."""
        app = open_(db_channel_enabled=listens)
        response = ask(app, "/ready")
        assert (response.status_code, response.data) == (200, b"")
        assert metrics(app)['pgrst_schema_cache_loads_total{status="SUCCESS"}'] == 1

    def test_it_is_not_without_a_database(self, open_: Open) -> None:
        assert ask(open_(db_uri="host=/nowhere"), "/ready").status_code == 503

    @pytest.mark.parametrize("listens", [True, False])
    def test_it_is_not_while_the_database_is_away(
        self, open_: Open, uri: str, server_uri: str, listens: bool
    ) -> None:
        app = open_(db_channel_enabled=listens)
        assert ask(app, "/ready").status_code == 200
        allow_connections(server_uri, uri, allowed=False)
        try:
            end_backends(server_uri, uri)
            wait_until(lambda: ask(app, "/ready").status_code == 503)
            assert ask(app, "/live").status_code == 200
        finally:
            allow_connections(server_uri, uri, allowed=True)
        wait_until(lambda: ask(app, "/ready").status_code == 200)

    def test_it_is_not_after_a_reload_that_failed_until_one_succeeds(
        self, open_: Open, uri: str
    ) -> None:
        events: list[Event] = []
        app = open_(db_channel_enabled=True, observers=[events.append])
        assert ask(app, "/ready").status_code == 200
        execute(uri, b"alter schema api rename to away")
        notify(uri)
        wait_until(lambda: CatalogFailed in map(type, events))
        assert ask(app, "/ready").status_code == 503
        execute(uri, b"alter schema away rename to api")
        assert get(app, "/old").status_code == 200
        wait_until(lambda: ask(app, "/ready").status_code == 200)


class TestPages:
    @pytest.fixture
    def app(self, open_: Open) -> App:
        return open_(app_settings={"key": "hunter2"}, db_max_rows=77)

    def test_settings_are_shown_without_secrets(self, app: App, uri: str) -> None:
        response = ask(app, "/config")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "\ndb-max-rows = 77\n" in response.text
        for secret in (SECRET, "hunter2", uri):
            assert secret not in response.text

    def test_the_catalog_is_shown_where_there_is_one(self, app: App) -> None:
        assert ask(app, "/schema_cache").data == b""
        assert ask(app, "/ready").status_code == 200
        response = ask(app, "/schema_cache")
        assert list(response.get_json()["tables"]["api.old"]["columns"]) == ["id"]

    def test_nothing_else_is_found(self, app: App) -> None:
        for page in ("/", "/old", "/live/", "/nope"):
            assert ask(app, page).status_code == 404

    def test_head_has_no_body(self, app: App) -> None:
        response = ask(app, "/config", "HEAD")
        assert response.data == b""
        assert response.headers["Content-Length"] == ask(app, "/config").headers["Content-Length"]


class TestMetrics:
    def test_each_has_its_type_and_meaning(self, open_: Open) -> None:
        app = open_()
        make_admin_app(app)
        assert get(app, "/old").status_code == 200
        response = ask(app, "/metrics")
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        types = dict(re.findall(r"^# TYPE (pgrst_\w+) (\w+)$", response.text, re.MULTILINE))
        assert types == {
            "pgrst_schema_cache_query_time_seconds": "gauge",
            "pgrst_schema_cache_loads_total": "counter",
            "pgrst_db_pool_timeouts_total": "counter",
            "pgrst_db_pool_available": "gauge",
            "pgrst_db_pool_waiting": "gauge",
            "pgrst_db_pool_max": "gauge",
            "pgrst_jwt_cache_requests_total": "counter",
            "pgrst_jwt_cache_hits_total": "counter",
            "pgrst_jwt_cache_evictions_total": "counter",
            "pgrst_request_duration_seconds": "histogram",
            "pgrst_request_duration_seconds_created": "gauge",
        }
        assert "\nprocess_resident_memory_bytes " in response.text

    def test_loads_are_counted(self, open_: Open, uri: str) -> None:
        app = open_()
        assert metrics(app)['pgrst_schema_cache_loads_total{status="SUCCESS"}'] == 0
        assert get(app, "/old").status_code == 200
        app.reload()
        execute(uri, b"alter schema api rename to away")
        with pytest.raises(Exception, match="PGRST002"):
            app.reload()
        found = metrics(app)
        assert found['pgrst_schema_cache_loads_total{status="SUCCESS"}'] == 2
        assert found['pgrst_schema_cache_loads_total{status="FAIL"}'] == 1
        assert 0 < found["pgrst_schema_cache_query_time_seconds"] < 10

    def test_connections_are_counted(self, open_: Open) -> None:
        """One works, one request waits for it, and gives up."""
        app = open_(db_pool=1)
        with ThreadPoolExecutor(2) as threads:
            slow = threads.submit(get, app, "/slow")
            wait_until(lambda: app.process.state)
            late = threads.submit(get, app, "/old")
            wait_until(lambda: metrics(app)["pgrst_db_pool_waiting"] == 1)
            found = metrics(app)
            assert (found["pgrst_db_pool_available"], found["pgrst_db_pool_max"]) == (0, 1)
            assert (slow.result().status_code, late.result().status_code) == (200, 504)
        found = metrics(app)
        assert (found["pgrst_db_pool_available"], found["pgrst_db_pool_waiting"]) == (1, 0)
        assert found["pgrst_db_pool_timeouts_total"] == 1

    def test_tokens_are_counted(self, open_: Open, uri: str) -> None:
        app = open_(jwt_cache_max_entries=2)
        user = conninfo_to_dict(uri)["user"]
        for number in (1, 1, 1, 2, 3):
            token = jwt.encode({"role": user, "number": number}, SECRET, "HS256")
            assert get(app, "/old", Authorization=f"Bearer {token}").status_code == 200
        found = metrics(app)
        assert found["pgrst_jwt_cache_requests_total"] == 5
        assert found["pgrst_jwt_cache_hits_total"] == 2
        assert found["pgrst_jwt_cache_evictions_total"] == 1

    def test_requests_are_counted_by_route_method_and_status(self, open_: Open) -> None:
        """Whatever a client makes up, the labels are few."""
        app = open_()
        before = requests(app)
        asked = [("GET", "/old"), ("GET", "/old"), ("GET", "/old?nope=eq.1"), ("HEAD", "/old")]
        for method, path in [*asked, ("GET", "/nope"), ("MADE", "/up"), ("UP", "/made")]:
            Client(app).open(path, method=method)
        after = requests(app)
        assert {labels: after[labels] - before.get(labels, 0) for labels in after} == {
            **dict.fromkeys(before, 0),
            ("/old", "GET", "200"): 2,
            ("/old", "GET", "400"): 1,
            ("/old", "HEAD", "200"): 1,
            ("", "GET", "404"): 1,
            ("", "_OTHER", "405"): 2,
        }

    def test_requests_are_counted_by_the_time_they_took(self, open_: Open) -> None:
        app = open_()
        found = metrics(app)
        assert get(app, "/slow").status_code == 200
        labels = 'method="GET",route="/slow",status="200"'
        name = "pgrst_request_duration_seconds"
        buckets = {
            bound: metrics(app)[f'{name}_bucket{{le="{bound}",{labels}}}']
            - found.get(f'{name}_bucket{{le="{bound}",{labels}}}', 0)
            for bound in ("1.0", "2.5", "+Inf")
        }
        assert buckets == {"1.0": 0, "2.5": 1, "+Inf": 1}

    def test_a_second_admin_application_counts_nothing_twice(self, open_: Open) -> None:
        app = open_()
        for _ in range(2):
            before = requests(app).get(("/old", "GET", "200"), 0)
            get(app, "/old")
            assert requests(app)["/old", "GET", "200"] == before + 1


class TestServer:
    def test_it_answers_on_a_socket(self, open_: Open) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = serve_admin(open_(), listener)
            with open_url(f"http://127.0.0.1:{listener.getsockname()[1]}/ready") as answer:
                assert answer.status == 200
            server.shutdown()
            server.server_close()

    def test_it_answers_on_a_unix_socket(self, open_: Open, tmp_path: Path) -> None:
        path = str(tmp_path / "admin.sock")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            server = serve_admin(open_(), listener)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
                client.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
                assert client.makefile("rb").readline().split()[1] == b"200"
            server.shutdown()
            server.server_close()

    def test_workers_of_gunicorn_share_a_port(self, gunicorn: OpenGunicorn) -> None:
        """And tell the figures of all; also after a reload by HUP."""

        def connections(address: str) -> float:
            with open_url(f"{address}/metrics", timeout=10) as response:
                return parsed(response.read().decode())["pgrst_db_pool_max"]

        with gunicorn() as (master, address):
            before = workers(master)
            assert [status(f"{address}/ready") for _ in range(8)] == [200] * 8
            wait_until(lambda: connections(address) == 8)
            master.send_signal(signal.SIGHUP)
            wait_until(lambda: not before & workers(master))
            wait_until(lambda: status(f"{address}/ready") == 200)
            wait_until(lambda: connections(address) == 8)


def workers(master: psutil.Process) -> set[int]:
    return {child.pid for child in master.children()}


OpenGunicorn = Callable[..., AbstractContextManager[tuple[psutil.Process, str]]]


@pytest.fixture
def gunicorn(uri: str, tmp_path: Path) -> OpenGunicorn:
    """Call it: two workers with our configuration, and the admin address."""

    @contextmanager
    def start() -> Iterator[tuple[psutil.Process, str]]:
        admin_port, port = free_port(), free_port()
        place = f"127.0.0.1:{port}"
        arguments = [
            *("gunicorn", "--config", "python:pgrest_wsgi.serving.gunicorn", "--workers", "2"),
            *("--bind", place, "--log-level", "error", "pgrest_wsgi:make_app()"),
        ]
        variables = {
            "PGRST_DB_ANON_ROLE": str(conninfo_to_dict(uri)["user"]),
            "PGRST_ADMIN_SERVER_PORT": str(admin_port),
            "TMPDIR": str(tmp_path),
        }
        with serving(arguments, uri, port, path="old", **variables):
            own = psutil.Process().children()
            [master] = [child for child in own if place in child.cmdline()]
            yield master, f"http://127.0.0.1:{admin_port}"

    return start
