"""Serving: what each server is told, and how many workers there are."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgrest_wsgi.cli.serve import count_workers
from pgrest_wsgi.cli.servers import SERVERS, Task
from pgrest_wsgi.config import ConfigError, read_config
from pgrest_wsgi.serving.gunicorn import pool_size
from pgrest_wsgi.serving.worker import CONFIG_FILE

every_server = pytest.mark.parametrize("name", SERVERS)

# The options by which they learn how many threads a worker has; gunicorn reads its configuration.
THREADS = {"granian": "--blocking-threads", "uwsgi": "--threads"}
WORKERS = {"gunicorn": "--workers", "granian": "--workers", "uwsgi": "--processes"}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def arguments(
    name: str, listener: socket.socket, file: str | None = None, **settings: str | int
) -> list[str]:
    task = Task(read_config(settings, {}), file, listener, workers=3)
    return SERVERS[name].arguments(task)


def option(given: list[str], name: str) -> str:
    return given[given.index(name) + 1]


@every_server
def test_workers_are_as_many_as_asked_and_threads_as_connections(
    name: str, listener: socket.socket
) -> None:
    given = arguments(name, listener, db_pool=7)
    assert option(given, WORKERS[name]) == "3"
    assert name not in THREADS or option(given, THREADS[name]) == "7"


def test_threads_of_gunicorn_are_as_many_as_the_file_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "api.conf"
    file.write_text("db-pool = 7")
    monkeypatch.setenv(CONFIG_FILE, str(file))
    assert pool_size() == 7


def test_gunicorn_and_uwsgi_inherit_the_socket(listener: socket.socket) -> None:
    place = f"fd://{listener.fileno()}"
    assert option(arguments("gunicorn", listener), "--bind") == place
    assert option(arguments("uwsgi", listener), "--http-socket") == place


def test_granian_is_told_where_the_socket_was(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    given = arguments("granian", listener)
    assert (option(given, "--host"), option(given, "--port")) == ("127.0.0.1", str(port))
    assert listener.fileno() == -1


def test_granian_is_told_the_mode_of_a_unix_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "api.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        given = arguments("granian", listener, server_unix_socket_mode="600")
    assert (option(given, "--uds"), option(given, "--uds-permissions")) == (path, "0600")
    assert not os.path.exists(path)


def test_the_file_reaches_the_application_of_gunicorn(listener: socket.socket) -> None:
    assert arguments("gunicorn", listener)[-1] == "pgrest_wsgi:make_app()"
    application = """pgrest_wsgi:make_app("it's.conf")"""
    assert arguments("gunicorn", listener, "it's.conf")[-1] == application


class TestWorkers:
    def test_the_option_comes_before_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WEB_CONCURRENCY", "4")
        assert count_workers(SERVERS["granian"], 2) == 2
        assert count_workers(SERVERS["granian"], None) == 4
        monkeypatch.delenv("WEB_CONCURRENCY")
        assert count_workers(SERVERS["uwsgi"], None) == 1

    def test_gunicorn_counts_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It has more variables than this one."""
        monkeypatch.setenv("WEB_CONCURRENCY", "4")
        assert count_workers(SERVERS["gunicorn"], None) is None

    @pytest.mark.parametrize("text", ["many", "0", "-1", ""])
    @pytest.mark.parametrize("server", SERVERS)
    def test_a_variable_that_is_no_number_is_told(
        self, server: str, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """gunicorn would show a trace, or begin without any worker."""
        monkeypatch.setenv("WEB_CONCURRENCY", text)
        with pytest.raises(ConfigError, match=f'^WEB_CONCURRENCY: "{text}" is not a whole number'):
            count_workers(SERVERS[server], 2)
