"""The WSGI servers under which the application is measured, with two workers of four threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.request import Request

import psutil

from benchmarks.database import settings
from benchmarks.scenarios import DRAWN, Scenario
from benchmarks.tokens import make_token
from pgrest_wsgi.demo.server import HOST, open_socket, open_url, stop, wait_for_answer


class Server(NamedTuple):
    """A row: arguments of python; the port is appended to the last one."""

    name: str
    arguments: tuple[str, ...]


SERVERS = (
    Server(
        "gthread",
        (
            *("-m", "gunicorn", "pgrest_wsgi:make_app()"),
            *("--config", "python:pgrest_wsgi.demo.gunicorn_settings"),  # quiet, quick to stop
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            f"--bind={HOST}:",
        ),
    ),
    Server(
        "granian",
        (
            *("-m", "granian", "pgrest_wsgi:make_app", "--factory", "--interface", "wsgi"),
            *("--workers", "2", "--blocking-threads", "4", "--log-level", "warning"),
            *("--http", "1"),  # not to look at each connection for HTTP/2
            *("--host", HOST),
            "--port=",
        ),
    ),
)


class Running(NamedTuple):
    """A server that answers; whether it remembers tokens."""

    name: str
    url: str
    process: psutil.Process
    cached: bool


@contextmanager
def running(server: Server, db_uri: str, *, cached: bool) -> Iterator[Running]:
    """Serve the database; no ``PGRST_`` variable of the environment has a say."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("PGRST_")}
    process = subprocess.Popen(
        [sys.executable, *server.arguments[:-1], f"{server.arguments[-1]}{port}"],
        env={**foreign, **settings(db_uri, cached=cached)},
    )
    try:
        wait_for_answer(process, f"{url}/clients?limit=1")
        yield Running(server.name, url, psutil.Process(process.pid), cached)
    finally:
        stop(process)


def free_port() -> int:
    with open_socket(0) as listener:
        port: int = listener.getsockname()[1]
    return port


def check_answer(server: Running, scenario: Scenario) -> None:
    """Ask once. Raises OSError for an error status, RuntimeError for another number of rows."""
    lowest = str(scenario.lowest)
    headers = {"Prefer": scenario.prefer, "Content-Type": "application/json"}
    if token := make_token(scenario.token):
        headers["Authorization"] = f"Bearer {token}"
    request = Request(
        server.url + scenario.path.replace(DRAWN, lowest),
        scenario.body.replace(DRAWN, lowest).encode() or None,
        headers,
        method=scenario.method,
    )
    with open_url(request) as answer:
        written = answer.headers["Content-Range"].partition("/")[2]
        read = json.load(answer) if scenario.method == "GET" else None
    rows = int(written) if read is None else len(read) if isinstance(read, list) else 1
    if rows != scenario.rows:
        raise RuntimeError(f"{server.name} answers {scenario.name} with {rows} rows")
