"""The command: what it tells gunicorn, and what it says of a wrong configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pgrest_wsgi.cli import gunicorn_arguments, main
from pgrest_wsgi.config import read_config


def arguments(file: str | None = None, **settings: str | int) -> list[str]:
    return gunicorn_arguments(read_config(settings, {}), file)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "0.0.0.0:3000"),
        ({"server_host": "127.0.0.1", "server_port": 4000}, "127.0.0.1:4000"),
        ({"server_host": "*"}, "[::]:3000"),
        ({"server_unix_socket": "/run/api.sock"}, "unix:/run/api.sock"),
    ],
)
def test_the_address_is_that_of_the_settings(settings: dict[str, Any], address: str) -> None:
    given = arguments(**settings)
    assert given[given.index("--bind") + 1] == address


def test_there_are_as_many_threads_as_connections() -> None:
    given = arguments(db_pool=7)
    assert given[given.index("--threads") + 1] == "7"


def test_the_file_reaches_the_application() -> None:
    assert arguments()[-1] == "pgrest_wsgi:make_app()"
    assert arguments("it's.conf")[-1] == """pgrest_wsgi:make_app("it's.conf")"""


def test_a_wrong_configuration_is_told_and_nothing_starts(tmp_path: Path) -> None:
    file = tmp_path / "api.conf"
    file.write_text('db-pool = "many"\n')
    with pytest.raises(SystemExit, match=r"pgrest-wsgi: .*db-pool"):
        main([str(file)])


def test_the_version_names_both_releases(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert "PostgREST 16.2" in capsys.readouterr().out
