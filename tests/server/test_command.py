"""``pgrest-wsgi`` as a user runs it: what it serves, says and prints.

https://docs.postgrest.org/en/v16/references/cli.html
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import psutil
import pytest

from pgrest_wsgi.cli.servers import SERVERS
from pgrest_wsgi.config import read_config
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.demo.server import open_url, stop
from tests.server.api import wait_until

COMMAND = [sys.executable, "-c", "from pgrest_wsgi.cli import main; main()"]


def run(environ: dict[str, str], *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, output and complaints of a command that ends."""
    finished = subprocess.run(
        [*COMMAND, *arguments],
        env={**environ, **settings},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return finished.returncode, finished.stdout, finished.stderr


class Running(NamedTuple):
    """A server that runs: its addresses by what is served there, what it said until it was up.

    `output` is the file with its standard output.
    """

    process: subprocess.Popen[bytes]
    addresses: dict[str, str]
    said: str
    output: Path


@contextmanager
def running(environ: dict[str, str], *arguments: str, **settings: str) -> Iterator[Running]:
    """A server that has loaded its catalog, and has ended afterwards."""
    with TemporaryDirectory() as folder:
        output = Path(folder, "output")
        with output.open("w") as file:
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                env={**environ, **settings},
                stdout=file,
                stderr=subprocess.PIPE,
            )
        with process:
            yield from until_stopped(process, output)


def until_stopped(process: subprocess.Popen[bytes], output: Path) -> Iterator[Running]:
    """Wait for the server, and end it afterwards."""
    assert process.stderr is not None
    said = ""
    try:
        while "schema cache loaded" not in said:
            line = process.stderr.readline().decode()
            assert line, said
            said += line
        found = dict(re.findall(r"^(API|admin pages) at (\S+)$", said, re.MULTILINE))
        yield Running(process, found, said, output)
    finally:
        stop(process)


@contextmanager
def serving(environ: dict[str, str], *arguments: str, **settings: str) -> Iterator[dict[str, str]]:
    """The addresses of a server that runs, by what is served there."""
    with running(environ, *arguments, **settings) as server:
        yield server.addresses


def ask(url: str) -> Any:
    with open_url(url, timeout=10) as response:
        return json.load(response)


class TestServe:
    def test_it_serves_the_api_and_the_admin_pages(
        self, environ: dict[str, str], tmp_path: Path
    ) -> None:
        """And ``--ready`` asks the latter, of a server that was told the same."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        file = tmp_path / "api.conf"
        file.write_text(f"db-max-rows = 2\nadmin-server-port = {port}")
        assert run(environ, "--ready", str(file))[:2] == (1, "")
        with serving(environ, "serve", str(file)) as addresses:
            assert ask(f"{addresses['API']}/numbers") == [{"id": 1}, {"id": 2}]
            assert addresses["admin pages"] == f"http://127.0.0.1:{port}"
            with open_url(f"{addresses['admin pages']}/config", timeout=10) as response:
                assert "\ndb-max-rows = 2\n" in response.read().decode()
            ready = f"OK: http://127.0.0.1:{port}/ready\n"
            assert run(environ, "--ready", str(file)) == (0, ready, "")
        status, _, problem = run(environ, "--ready", str(file))
        assert (status, problem.partition(": ")[2][:15]) == (1, "no answer from ")

    def test_the_catalog_is_loaded_before_anybody_asks(self, environ: dict[str, str]) -> None:
        with serving(environ) as addresses:  # returns only when it is
            assert list(addresses) == ["API"]

    @pytest.mark.parametrize("server", SERVERS)
    def test_it_serves_on_a_unix_socket(
        self, environ: dict[str, str], tmp_path: Path, server: str
    ) -> None:
        """Whether it is inherited or opened by the server itself."""
        if not SERVERS[server].command():
            pytest.skip(f"{server} is not installed")
        path = tmp_path / "api.sock"
        admin = tmp_path / "admin.sock"
        variables = {
            "PGRST_SERVER_UNIX_SOCKET": str(path),
            "PGRST_SERVER_UNIX_SOCKET_MODE": "600",
            "PGRST_ADMIN_SERVER_UNIX_SOCKET": str(admin),
        }
        with running(environ, "--server", server, **variables) as (process, addresses, *_):
            assert addresses == {"API": f"unix:{path}", "admin pages": f"unix:{admin}"}
            process.send_signal(signal.SIGUSR1)  # has PostgREST reload, and should end nobody
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(admin.stat().st_mode) == 0o660
            for target, place in (("/numbers?limit=1", path), ("/ready", admin)):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(str(place))
                    client.sendall(f"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
                    assert client.makefile("rb").readline().split()[1] == b"200"

    def test_signals_have_all_workers_reload(self, environ: dict[str, str], tmp_path: Path) -> None:
        """Either of PostgREST's two does both; what fails is tried again until it is mended."""
        file = tmp_path / "api.conf"

        def configure(rows: object) -> None:
            file.write_text(f"db-max-rows = {rows}\ndb-channel-enabled = false")

        configure(1)
        with running(environ, "--workers", "2", str(file)) as (process, addresses, *_):

            def answer_with(rows: int) -> bool:
                numbers = [ask(f"{addresses['API']}/numbers") for _ in range(10)]
                return {len(found) for found in numbers} == {rows}

            for number, rows in ((signal.SIGUSR1, 2), (signal.SIGUSR2, 3)):
                configure(rows)
                process.send_signal(number)
                wait_until(partial(answer_with, rows))
            configure("none")
            process.send_signal(signal.SIGUSR2)
            self.wait_for_line(process, "schema cache not loaded")
            configure(4)
            wait_until(partial(answer_with, 4))
            assert len(psutil.Process(process.pid).children()) == 2

    def wait_for_line(self, process: subprocess.Popen[bytes], text: str) -> None:
        assert process.stderr is not None
        while text not in process.stderr.readline().decode():
            assert process.poll() is None

    def test_it_stays_up_without_a_database(self, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        process = subprocess.Popen(
            COMMAND,
            env={**environ, "PGRST_DB_URI": "host=/nowhere", "PGRST_SERVER_PORT": port},
            stderr=subprocess.DEVNULL,
        )
        with process:
            try:
                wait_until(lambda: status(f"http://127.0.0.1:{port}/numbers") == 503)
                assert process.poll() is None
            finally:
                stop(process)

    def test_it_says_what_it_serves(self, environ: dict[str, str]) -> None:
        """Version, address, and what was found in the database, a line each."""
        with running(environ) as server:
            lines = server.said.splitlines()
        assert re.fullmatch(r"pgrest_wsgi \S+ \(PostgREST 16\.2\)", lines[0])
        assert re.fullmatch(r"API at http://127\.0\.0\.1:[0-9]+", lines[1])
        listening, loaded = (line.partition("] [INFO] ")[2] for line in lines[-2:])
        assert listening == 'listening for notifications on channel "pgrst"'
        assert re.fullmatch(
            r"schema cache loaded in \S+ s: 5 tables, 0 relationships, 0 functions of api"
            r" \(PostgreSQL [0-9]+\)",
            loaded,
        )

    def test_requests_are_logged_on_standard_output(self, environ: dict[str, str]) -> None:
        with running(environ, PGRST_LOG_LEVEL="info") as server:
            assert ask(f"{server.addresses['API']}/numbers?limit=1") == [{"id": 1}]
            assert status(f"{server.addresses['API']}/nope") == 404
            lines = server.output.read_text().splitlines()
        pattern = r'127\.0\.0\.1 - crowd_0 \[.+\] "GET /(\S+) HTTP/1\.1" (\d+) \d+ "" ".+"'
        found = [re.fullmatch(pattern, line) for line in lines]
        assert [line and line.groups() for line in found] == [
            ("numbers?limit=1", "200"),
            ("nope", "404"),
        ]

    def test_lines_may_be_json(self, environ: dict[str, str]) -> None:
        with running(environ, PGRST_LOG_LEVEL="info", PGRST_LOG_FORMAT="json") as server:
            assert ask(f"{server.addresses['API']}/numbers?limit=1") == [{"id": 1}]
            [line] = map(json.loads, server.output.read_text().splitlines())
        assert json.loads(server.said.splitlines()[-1])["logger"] == "pgrest_wsgi"
        assert (line["route"], line["status"], line["role"]) == ("/numbers", 200, "crowd_0")

    def test_what_standard_input_says_reaches_the_workers(
        self, environ: dict[str, str], crowd_uri: str, tmp_path: Path
    ) -> None:
        """Also those that begin later, and those that reload: a pipe can be read but once."""
        process = subprocess.Popen(
            COMMAND,
            env={**environ, "PGRST_DB_URI": "@/dev/stdin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(f"{crowd_uri}\n".encode())
        process.stdin.close()
        with process, contextmanager(until_stopped)(process, tmp_path) as server:
            [worker] = psutil.Process(process.pid).children()
            for number in (signal.SIGUSR2, signal.SIGTERM):
                worker.send_signal(number)
                self.wait_for_line(process, "schema cache loaded")
                assert ask(f"{server.addresses['API']}/numbers?limit=1") == [{"id": 1}]

    def test_with_more_threads_than_connections_who_waits_too_long_is_told(
        self, environ: dict[str, str]
    ) -> None:
        """Who needs no connection is answered meanwhile; and gunicorn's own variable is heeded."""
        variables = {
            "GUNICORN_CMD_ARGS": "--threads 4",
            "PGRST_DB_POOL": "1",
            "PGRST_DB_POOL_ACQUISITION_TIMEOUT": "1",
        }
        with running(environ, **variables) as server, ThreadPoolExecutor(1) as threads:
            api = server.addresses["API"]
            slow = threads.submit(status, f"{api}/slow?seconds=eq.4")
            wait_until(lambda: status(f"{api}/numbers?limit=1") == 504)
            assert status(f"{api}/nope") == 404
            assert not slow.done()
            assert slow.result() == 200

    def test_a_taken_port_is_told_in_a_line(self, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            assert run(environ, PGRST_SERVER_PORT=port) == (
                1,
                "",
                f"pgrest-wsgi: cannot listen at 127.0.0.1:{port}: Address already in use;"
                " choose another address, or end who listens there\n",
            )


def status(url: str) -> int | None:
    """The status of an answer; None where nobody answers."""
    try:
        with open_url(url, timeout=10) as response:
            return int(response.status)
    except OSError as error:
        code: int | None = getattr(error, "code", None)
        return code


class TestDumpConfig:
    def test_it_is_read_back_with_what_the_database_says(
        self, environ: dict[str, str], crowd_superuser_uri: str, tmp_path: Path
    ) -> None:
        name = f"dump_{os.getpid()}"
        script = f"""create function public.{name}() returns void language sql as
          $$ select set_config('pgrst.db_max_rows', '77', true) $$"""
        execute(crowd_superuser_uri, script.encode())
        code, text, problem = run(environ, "--dump-config", PGRST_DB_PRE_CONFIG=f"public.{name}")
        assert (code, problem) == (0, "")
        path = tmp_path / "back.conf"
        path.write_text(text)
        config = read_config({}, {}, path)
        assert config.db_max_rows == 77
        given = {key: value for key, value in environ.items() if key.startswith("PGRST_")}
        expected = read_config({"db_max_rows": 77, "db_pre_config": f"public.{name}"}, given)
        assert config == expected

    def test_what_would_not_be_served_is_refused(self, environ: dict[str, str]) -> None:
        code, text, problem = run(environ, "--dump-config", PGRST_JWT_ROLE_CLAIM_KEY="role.other")
        assert (code, text) == (1, "")
        assert problem.startswith('pgrest-wsgi: jwt-role-claim-key: "role.other" is no JSON path')

    def test_a_database_that_is_away_is_left_out(self, environ: dict[str, str]) -> None:
        code, text, problem = run(environ, "--dump-config", PGRST_DB_URI="host=/nowhere")
        assert (code, 'db-uri = "host=/nowhere"' in text) == (0, True)
        assert problem.startswith("pgrest-wsgi: without the settings of the database: ")


class TestDumpSchema:
    def test_the_catalog_is_printed(self, environ: dict[str, str]) -> None:
        code, text, problem = run(environ, "--dump-schema")
        assert (code, problem) == (0, "")
        assert "api.numbers" in json.loads(text)["tables"]

    def test_there_is_none_without_a_database(self, environ: dict[str, str]) -> None:
        code, text, problem = run(environ, "--dump-schema", PGRST_DB_URI="host=/nowhere")
        assert (code, text, problem[:13]) == (1, "", "pgrest-wsgi: ")
