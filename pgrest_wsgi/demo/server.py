"""The demo's HTTP server: gunicorn as a child process, its settings, and what to ask it.

PostgreSQL and the sample are somebody else's: see `postgres` and `sample`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from pgrest_wsgi.demo.postgres import signals_held

HOST = "127.0.0.1"
DOCS_PATH = "/docs"
START_SECONDS = 30
STOP_SECONDS = 10

# A proxy knows another localhost than ours.
open_url = build_opener(ProxyHandler({})).open

# Public on purpose, and hence worth nothing anywhere else.
SECRET = "demo-secret-known-to-everyone-never-use-it"
# {"role": "demo_editor"}, signed with it by HS256; never expires.
EDITOR_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiZGVtb19lZGl0b3IifQ"
    ".TVOp3UAeF-YNBmcp7ktFt-QDLf_39OcTJjZEwOExOaE"
)


def open_socket(port: int) -> socket.socket:
    """Take a TCP port, 0 for any that is free.

    Raises OSError for one that is taken or forbidden, OverflowError for an impossible number.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


@contextmanager
def running_server(listener: socket.socket, db_uri: str) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the demo's schema with gunicorn on this socket; it has ended afterwards."""
    descriptor = listener.fileno()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "pgrest_wsgi:make_app()"),
            *("--config", "python:pgrest_wsgi.demo.gunicorn_settings"),
            *("--bind", f"fd://{descriptor}"),
        ],
        env={**os.environ, **settings(db_uri)},
        pass_fds=[descriptor],
    )
    try:
        yield process
    finally:
        with signals_held():
            stop(process)


def settings(db_uri: str) -> dict[str, str]:
    """Give the demo's settings as environment variables."""
    return {
        "PGRST_DB_URI": db_uri,
        "PGRST_DB_SCHEMAS": "api",
        "PGRST_DB_ANON_ROLE": "demo_anon",
        "PGRST_JWT_SECRET": SECRET,
        "PGRST_OPENAPI_DOCS_PATH": DOCS_PATH,
        "PGRST_OPENAPI_SECURITY_ACTIVE": "true",
    }


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, with force where asking does not help."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_answer(process: subprocess.Popen[bytes], url: str) -> None:
    """Return once the URL is answered; RuntimeError if the server ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with status {process.returncode}")
        try:
            with open_url(url, timeout=START_SECONDS):
                return
        except HTTPError as error:
            error.close()
            last: Exception = error
        except OSError as error:
            last = error
        time.sleep(0.1)
    raise RuntimeError(f"no answer from {url} within {START_SECONDS} s: {last}")


def curl_lines(port: int) -> tuple[str, ...]:
    """Say what to try; the first one is the URL that the demo waits for."""
    base = f"http://localhost:{port}"
    token = f"-H 'Authorization: Bearer {EDITOR_TOKEN}'"
    return (
        f"curl '{base}/films?select=title,year,director:people!director_id(name)&limit=5'",
        f"curl '{base}/films?search=fts.lantern&select=title,summary'",
        f"curl {token} '{base}/reviews?published=is.false&select=film_id,member_id,stars'",
    )
