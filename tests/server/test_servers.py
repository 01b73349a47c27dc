"""``pgrest-wsgi serve`` with each of its servers: all do the same for those who ask."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from pgrest_wsgi.cli.servers import SERVERS
from pgrest_wsgi.demo.server import open_url, stop
from pgrest_wsgi.serving.figures import PREFIX
from tests.server.api import SECONDS, wait_until
from tests.server.test_admin import parsed, workers
from tests.server.test_command import COMMAND, Running, running, status
from tests.server.test_gunicorn import REQUESTS, ask, check_answers, free_port

LOADS = 'pgrst_schema_cache_loads_total{status="SUCCESS"}'
ANSWERED = 'pgrst_request_duration_seconds_count{method="GET",route="/numbers",status="200"}'
POOL = 4

every_server = pytest.mark.parametrize(
    "server",
    [
        pytest.param(
            name, marks=pytest.mark.skipif(not row.command(), reason=f"{name} is not installed")
        )
        for name, row in SERVERS.items()
    ],
)


def figures(server: Running) -> dict[str, float]:
    with open_url(f"{server.addresses['admin pages']}/metrics", timeout=SECONDS) as response:
        return parsed(response.read().decode())


@contextmanager
def ends_in_the_middle(server: Running, superuser_uri: str) -> Iterator[None]:
    """A request is under way when this begins, and is answered although the server ends."""
    query = "select from pg_stat_activity where state = 'active' and query like '%\"slow\"%'"
    with ThreadPoolExecutor(1) as threads, psycopg.connect(superuser_uri) as connection:
        connection.autocommit = True
        slow = threads.submit(ask, f"{server.addresses['API']}/slow?seconds=eq.1")
        wait_until(lambda: connection.execute(query).rowcount > 1)  # one is this query itself
        yield
        assert slow.result(SECONDS) == (200, [{"seconds": 1, "slept": ""}])


@every_server
def test_each_serves_with_several_workers(
    server: str, environ: dict[str, str], crowd_superuser_uri: str, tmp_path: Path
) -> None:
    """Where it says that it does; a worker that dies is replaced; figures are those of all.

    A request under way is answered before the end.
    """
    settings = {
        "PGRST_ADMIN_SERVER_PORT": str(free_port()),
        "PGRST_DB_POOL": str(POOL),
        "PGRST_DB_POOL_ACQUISITION_TIMEOUT": str(SECONDS),
        "TMPDIR": str(tmp_path),
    }
    with running(environ, "--server", server, "--workers", "2", **settings) as started:
        check_answers(started.addresses["API"])
        wait_until(lambda: figures(started)[LOADS] == 2)
        assert figures(started)["pgrst_db_pool_max"] == 2 * POOL
        assert figures(started)[ANSWERED] == sum(
            number % 10 > 0 for number in range(1, REQUESTS + 1)
        )
        before = workers(psutil.Process(started.process.pid))
        psutil.Process(min(before)).kill()
        wait_until(lambda: figures(started).get(LOADS) == 3)
        assert figures(started)["pgrst_db_pool_max"] == 2 * POOL
        with ends_in_the_middle(started, crowd_superuser_uri):
            started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(SECONDS) == 0
    [folder] = tmp_path.iterdir()  # removed by the next start
    assert folder.name.startswith(PREFIX)


@every_server
def test_workers_end_with_their_server(server: str, environ: dict[str, str]) -> None:
    """Also where that is killed, and can tell them nothing."""
    with running(environ, "--server", server, "--workers", "2") as started:
        master = psutil.Process(started.process.pid)
        wait_until(lambda: len(master.children()) == 2)
        children = master.children()
        started.process.kill()
        gone, alive = psutil.wait_procs(children, SECONDS)
    assert (len(gone), alive) == (2, [])


@pytest.mark.skipif(not SERVERS["granian"].command(), reason="granian is not installed")
def test_granian_ends_at_once_while_its_workers_are_being_loaded(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """Here they wait for a configuration that nobody writes."""
    file = tmp_path / "api.conf"
    os.mkfifo(file)
    with subprocess.Popen([*COMMAND, "--server", "granian", str(file)], env=environ) as process:
        file.write_text("")  # the command itself reads it as well
        try:
            wait_until(psutil.Process(process.pid).children)
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            stop(process)


@pytest.mark.skipif(not SERVERS["granian"].command(), reason="granian is not installed")
def test_granian_serves_at_all_addresses(environ: dict[str, str]) -> None:
    with running(environ, "--server", "granian", PGRST_SERVER_HOST="*") as server:
        port = server.addresses["API"].rpartition(":")[2]
        for host in ("127.0.0.1", "[::1]"):
            assert ask(f"http://{host}:{port}/numbers?limit=1") == (200, [{"id": 1}])


def test_workers_of_gunicorn_that_come_after_hup_read_the_file_again(
    environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "api.conf"
    file.write_text("db-max-rows = 1")
    with running(environ, str(file)) as server:
        url = f"{server.addresses['API']}/numbers"
        assert ask(url) == (200, [{"id": 1}])
        file.write_text("db-max-rows = 2")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: ask(url) == (200, [{"id": 1}, {"id": 2}]))


def test_another_server_takes_over_on_the_same_port(environ: dict[str, str]) -> None:
    """With server-reuseport, and no request fails.

    The kernel resets a connection that comes just when the last socket of gunicorn is closed.
    Like a browser or a proxy the client tries that again, once.
    """
    variables = {"PGRST_SERVER_PORT": str(free_port()), "PGRST_SERVER_REUSEPORT": "true"}
    answers: list[int | None] = []
    over = Event()
    with running(environ, **variables) as first, ThreadPoolExecutor(1) as threads:
        url = f"{first.addresses['API']}/numbers?limit=1"
        with running(environ, **variables) as second:
            assert second.addresses == first.addresses

            def ask_on() -> None:
                while not over.is_set():
                    answers.append(status(url) or status(url))

            asking = threads.submit(ask_on)
            try:
                wait_until(lambda: len(answers) > 10)
                first.process.send_signal(signal.SIGTERM)
                assert first.process.wait(SECONDS) == 0
                so_far = len(answers)
                wait_until(lambda: len(answers) > so_far + 10)
            finally:
                over.set()
            asking.result(SECONDS)
    assert set(answers) == {200}
