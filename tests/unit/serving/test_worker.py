"""The socket of the admin pages in a worker: inherited, shared, or none."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from pgrest_wsgi import ConfigError
from pgrest_wsgi.config import read_config
from pgrest_wsgi.serving.figures import FOLDER, SHARED_FOLDER
from pgrest_wsgi.serving.worker import ADMIN_SOCKET, open_admin_socket, share_figures
from tests.server.test_gunicorn import free_port


def test_one_that_the_server_opened_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv(ADMIN_SOCKET, str(listener.fileno()))
        taken = open_admin_socket(read_config({}, {}))
        assert taken is not None
        with taken:
            assert taken.getsockname() == listener.getsockname()


def test_workers_share_a_port() -> None:
    config = read_config({"admin_server_host": "127.0.0.1", "admin_server_port": free_port()}, {})
    first, second = open_admin_socket(config), open_admin_socket(config)
    assert first is not None
    assert second is not None
    with first, second:
        assert first.getsockname() == second.getsockname()


def test_they_cannot_share_a_path() -> None:
    config = read_config({"admin_server_unix_socket": "admin.sock"}, {})
    with pytest.raises(ConfigError, match="takes `pgrest-wsgi serve`"):
        open_admin_socket(config)


def test_there_may_be_none() -> None:
    assert open_admin_socket(read_config({}, {})) is None


class TestFigures:
    @pytest.fixture(autouse=True)
    def offered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(FOLDER, "offered")
        monkeypatch.setenv(SHARED_FOLDER, "")  # so that what a test sets is undone
        monkeypatch.delenv(SHARED_FOLDER)

    def test_the_folder_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "prometheus_client", raising=False)
        share_figures()
        assert os.environ[SHARED_FOLDER] == "offered"

    def test_but_not_where_metrics_have_begun_without(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "prometheus_client", sys)
        share_figures()
        assert SHARED_FOLDER not in os.environ
