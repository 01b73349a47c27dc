"""Hostile tokens over HTTP: each gets the answer that `hostile_tokens` says, and never a 500."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from pgrest_wsgi.auth import authenticator
from pgrest_wsgi.demo.server import SECRET
from tests.spec.api import JSON, Api
from tests.spec.conftest import OpenApi
from tests.spec.hostile_keys import FOREIGN_RSA, MIXED_ROWS, MIXED_SET, RSA_ROWS, RSA_SET, by_key
from tests.spec.hostile_tokens import (
    AUDIENCE,
    MALFORMED,
    MEMBER,
    NO_CLAIMS,
    NOW,
    SECRET_ROWS,
    Answer,
    Row,
    claims,
    header,
)
from tests.unit.auth.provider import Provider, serving_keys

DRAFTS = "/reviews?published=is.false&select=member_id"

DEEPEST = 5_800  # brackets: more make the token too long

TABLES = {
    "secret": (SECRET, SECRET_ROWS),
    "rsa": (RSA_SET, RSA_ROWS),
    "mixed": (MIXED_SET, MIXED_ROWS),
}
ROWS = [
    pytest.param(kind, row, id=f"{kind}-{row.what}")
    for kind, (_, rows) in TABLES.items()
    for row in rows
]


@pytest.fixture(scope="module")
def apis(open_api: OpenApi) -> dict[str, Api]:
    """An application for each table."""
    return {
        kind: open_api(jwt_secret=secret, jwt_aud=AUDIENCE, db_pool=1)
        for kind, (secret, _) in TABLES.items()
    }


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator, "now", lambda: NOW)


def ask(api: Api, authorization: str) -> TestResponse:
    """The answer to a header as it stands: no client repairs it."""
    return api.client.get(DRAFTS, environ_overrides={"HTTP_AUTHORIZATION": authorization})


def told(response: TestResponse) -> Answer:
    assert response.headers["Content-Type"] == JSON
    if response.status_code == 200:
        return Answer(200, rows=tuple(sorted({row["member_id"] for row in response.get_json()})))
    body = response.get_json()
    assert body["hint"] is None
    return Answer(response.status_code, body["code"], body["message"], body["details"])


@pytest.mark.parametrize(("kind", "row"), ROWS)
def test_each_has_its_answer(apis: dict[str, Api], kind: str, row: Row) -> None:
    """Twice the same: what was refused once is not remembered as good."""
    for _ in range(2):
        response = ask(apis[kind], row.authorization)
        assert told(response) == row.answer
        if row.answer.status == 401:
            assert response.headers["WWW-Authenticate"] == challenge(row.answer)


def challenge(answer: Answer) -> str:
    """RFC 6750, 3: what is wrong with the token, unless PostgreSQL was the one to say so."""
    if not answer.code.startswith("PGRST"):
        return "Bearer"
    return f'Bearer error="invalid_token", error_description="{answer.message}"'


def test_rows_are_told_apart() -> None:
    """No row stands twice in the table, neither by its name nor by what is sent."""
    assert len({param.id for param in ROWS}) == len(ROWS)
    for _, rows in TABLES.values():
        assert len({row.authorization for row in rows}) == len(rows)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving_keys() as provider:
        provider.publish(FOREIGN_RSA)
        yield provider


def test_nobody_is_asked_for_the_keys_that_a_token_names(
    apis: dict[str, Api], provider: Provider
) -> None:
    for name in ("jku", "x5u", "kid", "iss"):
        token = by_key(FOREIGN_RSA, "RS256", **{name: provider.url})
        assert ask(apis["rsa"], f"Bearer {token}").status_code == 401
    assert provider.asked == 0


def nested_header(value: str) -> str:
    return header(f'{{"alg":"HS256","x":{value}}}')


def nested_claims(value: str) -> str:
    return claims(f'"x":{value}')


@pytest.mark.parametrize(
    ("make", "refusal"), [(nested_header, MALFORMED), (nested_claims, NO_CLAIMS)]
)
def test_brackets_of_any_depth_are_accepted_or_refused(
    apis: dict[str, Api], make: Callable[[str], str], refusal: Answer
) -> None:
    """What was read has to be written again, at another depth of the stack."""

    def answer(depth: int) -> Answer:
        return told(ask(apis["secret"], f"Bearer {make('[' * depth + ']' * depth)}"))

    border = bisect(range(DEEPEST), False, key=lambda depth: answer(depth) == refusal)
    around = {answer(depth) for depth in range(border - 20, min(border + 20, DEEPEST))}
    assert MEMBER in around
    assert around <= {MEMBER, refusal}
