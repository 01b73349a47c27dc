"""The command: what it tells gunicorn, what it signs, and what it says of a wrong configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.cli import gunicorn_arguments, main
from pgrest_wsgi.config import read_config
from tests.unit.auth.tokens import payload_of

SECRET = "a-secret-of-the-command-line-tests"


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


def test_keys_that_cannot_be_used_are_told_and_nothing_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGRST_JWT_SECRET", '{"kty":"RSA"}')
    with pytest.raises(SystemExit, match=r"^pgrest-wsgi: jwt-secret: has a key of type RSA"):
        main([])


def test_the_version_names_both_releases(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert "PostgREST 16.2" in capsys.readouterr().out


class TestToken:
    @pytest.fixture(autouse=True)
    def secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGRST_JWT_SECRET", SECRET)

    def test_it_carries_what_is_asked_and_the_application_accepts_it(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A value that is JSON is that; another one is text."""
        given = ("sub=ida", "exp=9999999999", 'tags=["a"]', 'pin="12"', "note=a=b", "empty=")
        main(["token", "--role", "member", *(f"--claim={claim}" for claim in given)])
        authenticator = Authenticator(read_config(), lambda event: None)
        identity = authenticator.identify(capsys.readouterr().out.strip())
        claims = {"sub": "ida", "exp": 9999999999, "tags": ["a"], "pin": "12"}
        assert identity.claims == {**claims, "note": "a=b", "empty": "", "role": "member"}
        assert identity.role == "member"

    def test_the_role_stands_where_the_configuration_looks(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "api.conf"
        file.write_text('jwt-role-claim-key = "$$.group"\n')
        main(["token", str(file), "--role", "member"])
        payload = payload_of(capsys.readouterr().out.strip(), read_keys(SECRET.encode()))
        assert payload == b'{"group":"member"}'

    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("PGRST_JWT_SECRET", "", "jwt-secret: is not set"),
            ("PGRST_JWT_SECRET", '{"keys":[]}', "jwt-secret: has public keys only"),
            ("PGRST_JWT_ROLE_CLAIM_KEY", "$.a.b", "jwt-role-claim-key: is no single name"),
        ],
    )
    def test_what_is_missing_is_told(
        self, name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit, match=f"^pgrest-wsgi: {problem}"):
            main(["token", "--role", "member"])

    def test_a_claim_without_a_value_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["token", "--claim", "sub"])
        assert "a claim is written name=value" in capsys.readouterr().err
