"""``pgrest-wsgi serve`` with two workers, as a child process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from pgrest_wsgi.demo.server import open_url, stop
from tests.server.api import SECRET, wait_until
from tests.server.test_command import COMMAND
from tests.server.test_gunicorn import free_port

NO_ANSWER = 0  # the status of a request whose connection ended before the answer


class Server(NamedTuple):
    """Where it serves, and what it says."""

    process: psutil.Process
    address: str
    admin: str
    log: Path

    def workers(self) -> list[psutil.Process]:
        return [worker for worker in self.process.children() if worker.status() != "zombie"]

    def page(self, path: str) -> tuple[int, str]:
        """Status and text of an admin page."""
        try:
            with open_url(self.admin + path, timeout=30) as response:
                return response.status, response.read().decode()
        except OSError as error:
            return getattr(error, "code", NO_ANSWER), ""


@contextmanager
def serving(uri: str, folder: Path, **settings: str) -> Iterator[Server]:
    """Yields once both workers have loaded the catalog; its log is kept in the folder."""
    port, admin_port, log = free_port(), free_port(), folder / "log"
    figures = folder / "figures"
    figures.mkdir()
    variables = {
        "WEB_CONCURRENCY": "2",
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "PGRST_DB_URI": uri,
        "PGRST_DB_SCHEMAS": "api",
        "PGRST_DB_ANON_ROLE": "crowd_0",
        "PGRST_JWT_SECRET": SECRET,
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(port),
        "PGRST_ADMIN_SERVER_PORT": str(admin_port),
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve"], env={**os.environ, **variables}, stdout=output, stderr=output
        )
    address, admin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{admin_port}"
    try:
        wait_until(lambda: log.read_text().count("schema cache loaded") == 2)
        yield Server(psutil.Process(process.pid), address, admin, log)
    finally:
        stop(process)
