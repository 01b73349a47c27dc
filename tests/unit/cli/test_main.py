"""The command: what it does for which arguments, and what it says of a wrong configuration."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from pgrest_wsgi.cli import main
from pgrest_wsgi.cli.servers import SERVERS


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever becomes another program fails."""

    def refuse(program: str, arguments: list[str]) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(os, "execvp", refuse)


@pytest.mark.parametrize(
    "command", [[], ["serve"], ["--dump-config"], ["--dump-schema"], ["token"]]
)
def test_a_wrong_configuration_is_told_and_nothing_starts(
    command: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "api.conf"
    file.write_text('db-pool = "many"\n')
    with pytest.raises(SystemExit, match=r"^pgrest-wsgi: db-pool: "):
        main([*command, str(file)])


def test_keys_that_cannot_be_used_are_told_and_nothing_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGRST_JWT_SECRET", '{"kty":"RSA"}')
    with pytest.raises(SystemExit, match=r"^pgrest-wsgi: jwt-secret: has a key of type RSA"):
        main([])


@pytest.mark.parametrize("option", ["-v", "--version"])
def test_the_version_names_both_releases(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert "PostgREST 16.2" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["-e", "--example"])
def test_the_example_is_printed(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([option])
    assert "\n# db-anon-role = " in capsys.readouterr().out


def test_the_demo_gets_its_own_arguments() -> None:
    expected = [sys.executable, "-m", "pgrest_wsgi.demo", "--port", "0"]
    with pytest.raises(AssertionError, match=re.escape(str(expected))):
        main(["demo", "--port", "0"])


def test_one_thing_is_done_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--ready", "--dump-config"])
    assert "not allowed with" in capsys.readouterr().err


def test_a_server_that_is_not_installed_is_told_with_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = SERVERS["uwsgi"]._replace(command=lambda: ())
    monkeypatch.setitem(SERVERS, "uwsgi", missing)
    with pytest.raises(SystemExit, match=r"^pgrest-wsgi: uwsgi .*: pip install pyuwsgi$"):
        main(["--server", "uwsgi"])


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_workers_are_one_at_least(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--workers", number])
    assert "--workers: invalid" in capsys.readouterr().err
