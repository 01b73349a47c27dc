"""Real servers: many requests at once, each answered with what it asked for."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import site
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

import jwt
import psycopg
import pytest

from pgrest_wsgi.cli.servers import SERVERS
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.demo.server import open_url, stop
from tests.server.api import SECONDS, SECRET, wait_until
from tests.unit.auth.provider import serving_keys
from tests.unit.auth.tokens import make_jwk

REQUESTS = 200
ROOT = Path(__file__).parents[2]


@contextmanager
def serving(
    arguments: list[str], uri: str, port: int, path: str = "numbers", **variables: str
) -> Iterator[str]:
    """A server as a child process; its address, once it answers at a path.

    It is a module of this Python, or a program by its path.
    """
    settings = {
        "PGRST_DB_URI": uri,
        "PGRST_DB_SCHEMAS": "api",
        "PGRST_DB_ANON_ROLE": "crowd_0",
        "PGRST_DB_POOL": "4",
        "PGRST_JWT_SECRET": SECRET,
        **variables,
    }
    process = subprocess.Popen(
        arguments if os.path.isabs(arguments[0]) else [sys.executable, "-m", *arguments],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    with process:
        try:
            wait_for(process, f"{address}/{path}?limit=1")
            yield address
        finally:
            stop(process)


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    """Return once the server answers; fail where it ends, or takes too long."""
    deadline = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            open_url(url, timeout=SECONDS).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str) -> tuple[int, object]:
    """Status and body of an answer."""
    try:
        with open_url(url, timeout=SECONDS) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["code"]


def expected(number: int) -> tuple[int, object]:
    return (400, "22012") if number % 10 == 0 else (200, [{"id": number}])


def path(number: int) -> str:
    """Every tenth request fails in its transaction."""
    return "/broken" if number % 10 == 0 else f"/numbers?id=eq.{number}"


def check_answers(address: str) -> None:
    with ThreadPoolExecutor(16) as threads:
        urls = [f"{address}{path(number)}" for number in range(1, REQUESTS + 1)]
        answers = list(threads.map(ask, urls, timeout=3 * SECONDS))
    assert answers == [expected(number) for number in range(1, REQUESTS + 1)]


@pytest.mark.parametrize(
    "options",
    [
        ["--worker-class", "sync"],
        ["--config", "python:pgrest_wsgi.serving.gunicorn"],
        ["--worker-class", "gthread", "--threads", "8", "--preload"],
    ],
    ids=["sync", "ours", "preload"],
)
def test_gunicorn_answers_many_requests_at_once(crowd_uri: str, options: list[str]) -> None:
    port = free_port()
    arguments = [
        *("gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        *(*options, "pgrest_wsgi:make_app()"),
    ]
    with serving(arguments, crowd_uri, port) as address:
        check_answers(address)
        backends = {json.dumps(ask(f"{address}/backend")) for _ in range(20)}
        assert all(backend.startswith("[200, ") for backend in backends)


@pytest.mark.parametrize(("options", "status"), [([], 4), (["--preload"], 1)])
def test_gunicorn_says_in_a_line_what_is_wrong_with_the_configuration(
    options: list[str], status: int
) -> None:
    """Without a trace of its insides, and with its status for what cannot be loaded."""
    bind = ("--bind", "127.0.0.1:0")
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", *bind, *options, "pgrest_wsgi:make_app()"],
        env={**os.environ, "PGRST_DB_POOL": "many"},
        stderr=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.stderr.count('PGRST_DB_POOL: "many" is not a whole number, 1 or more\n') == 1
    assert "Traceback" not in ended.stderr
    assert ended.returncode == status


@contextmanager
def new_view(superuser_uri: str, name: str) -> Iterator[None]:
    """While this holds there is another view, and everybody who listens has been told."""
    script = f"create view api.{name} as select 1 as id; grant select on api.{name} to public;"
    execute(superuser_uri, f"{script} notify pgrst".encode())
    try:
        yield
    finally:
        execute(superuser_uri, f"drop view api.{name}; notify pgrst".encode())


@pytest.mark.skipif(importlib.util.find_spec("gevent") is None, reason="gevent is not installed")
def test_gunicorn_with_gevent_answers_and_listens(
    crowd_uri: str, crowd_superuser_uri: str, tmp_path: Path
) -> None:
    """As docs/deployment.md has it; also an application that was made before the fork."""
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    file = tmp_path / "gunicorn.conf.py"
    file.write_text(page[page.index("from gevent import") :].partition("```")[0])
    port = free_port()
    arguments = [
        *("gunicorn", "--config", str(file), "--workers", "2", "--bind", f"127.0.0.1:{port}"),
        *("--preload", "--log-level", "error", "pgrest_wsgi:make_app()"),
    ]
    with serving(
        arguments, crowd_uri, port, PGRST_DB_POOL_ACQUISITION_TIMEOUT=str(SECONDS)
    ) as address:
        check_answers(address)
        check_together(address, crowd_superuser_uri)
        with new_view(crowd_superuser_uri, "for_gevent"):
            wait_until(lambda: ask(f"{address}/for_gevent")[0] == 200)


def check_together(address: str, superuser_uri: str) -> None:
    """Requests wait for the database beside each other, more of them than there are workers."""
    query = b"select from pg_stat_activity where state = 'active' and query like '%\"slow\"%'"
    with ThreadPoolExecutor(6) as threads, psycopg.connect(superuser_uri) as connection:
        connection.autocommit = True
        slow = [threads.submit(ask, f"{address}/slow?seconds=eq.1") for _ in range(6)]
        wait_until(lambda: connection.execute(query).rowcount > 4)  # one is this query itself
        assert [request.result()[0] for request in slow] == [200] * 6


@pytest.mark.skipif(not SERVERS["uwsgi"].command(), reason="uWSGI is not installed")
@pytest.mark.parametrize("options", [[], ["--lazy-apps"]], ids=["forked", "lazy"])
def test_uwsgi_answers_and_listens(
    crowd_uri: str, crowd_superuser_uri: str, options: list[str]
) -> None:
    """Whether the application was made before the fork or after it."""
    port = free_port()
    [program] = SERVERS["uwsgi"].command()
    arguments = [
        *("--http-socket", f"127.0.0.1:{port}", "--master", "--processes", "2", "--threads", "4"),
        *("--enable-threads", "--virtualenv", sys.prefix, "--die-on-term", "--disable-logging"),
        *(*options, "--need-app", "--module", "pgrest_wsgi:make_app()"),
    ]
    variables = {"PGRST_DB_POOL_ACQUISITION_TIMEOUT": str(SECONDS)}
    with serving([program, *arguments], crowd_uri, port, **variables) as address:
        check_answers(address)
        with new_view(crowd_superuser_uri, "for_uwsgi"):
            wait_until(lambda: ask(f"{address}/for_uwsgi")[0] == 200)


SYSTEM_UWSGI = shutil.which("uwsgi", path="/usr/bin:/usr/local/bin")


@pytest.mark.skipif(SYSTEM_UWSGI is None, reason="the system has no uWSGI")
def test_uwsgi_without_threads_says_what_is_missing() -> None:
    """One before 2.0.22: later ones always have threads."""
    paths = (part for path in (ROOT, *site.getsitepackages()) for part in ("--pythonpath", path))
    finished = subprocess.run(
        [
            *(str(SYSTEM_UWSGI), "--plugin", "python3", *map(str, paths), "--need-app"),
            *("--http-socket", "127.0.0.1:0", "--module", "pgrest_wsgi:make_app()"),
        ],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if f"Python version: {sys.version_info.major}.{sys.version_info.minor}." not in finished.stderr:
        pytest.skip("the system's uWSGI runs another Python")
    if "threads support is disabled" not in finished.stderr:
        pytest.skip("the system's uWSGI has threads")
    assert finished.returncode != 0
    assert "uWSGI runs without threads, which are needed: give --enable-threads" in finished.stderr


def test_each_worker_fetches_keys_for_itself(crowd_uri: str) -> None:
    """Also where the application was made before they were forked; and only once."""
    jwk = make_jwk("P-256")
    token = jwt.encode({"role": "crowd_7"}, jwt.PyJWK(jwk, "ES256"))
    port = free_port()
    arguments = [
        *("gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        *("--worker-class", "gthread", "--threads", "4", "--preload", "pgrest_wsgi:make_app()"),
    ]
    with (
        serving_keys() as provider,
        serving(arguments, crowd_uri, port, PGRST_JWT_SECRET=provider.url) as address,
        ThreadPoolExecutor(8) as threads,
    ):
        provider.publish(jwk)
        request = Request(f"{address}/seen", headers={"Authorization": f"Bearer {token}"})

        def role(_: int) -> object:
            with open_url(request, timeout=SECONDS) as response:
                return json.load(response)[0]["role"]

        def both_have_asked() -> bool:
            assert set(threads.map(role, range(32))) == {"crowd_7"}
            return provider.asked == 2

        wait_until(both_have_asked)
        assert both_have_asked()


@pytest.mark.skipif(importlib.util.find_spec("granian") is None, reason="granian is not installed")
def test_granian_answers_many_requests_at_once(crowd_uri: str) -> None:
    port = free_port()
    arguments = [
        *("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        *("--factory", "pgrest_wsgi:make_app"),
    ]
    with serving(arguments, crowd_uri, port) as address:
        check_answers(address)
