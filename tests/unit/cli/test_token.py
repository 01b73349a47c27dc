"""``pgrest-wsgi token``: what it signs, and what it says of a wrong configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.cli import main
from pgrest_wsgi.config import read_config
from tests.unit.auth.tokens import payload_of

SECRET = "a-secret-of-the-command-line-tests"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGRST_JWT_SECRET", SECRET)


def test_it_carries_what_is_asked_and_the_application_accepts_it(
    capsys: pytest.CaptureFixture[str],
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
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
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
    name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"^pgrest-wsgi: {problem}"):
        main(["token", "--role", "member"])


def test_a_claim_without_a_value_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["token", "--claim", "sub"])
    assert "a claim is written name=value" in capsys.readouterr().err
