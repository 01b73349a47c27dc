"""Keys that are fetched from their issuers, over HTTP on both sides.

Ours: PostgREST has no such setting. See docs/authentication.md, "Keys that are fetched".
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import jwt
import pytest

from pgrest_wsgi import ConfigError
from tests.spec.conftest import OpenApi
from tests.unit.auth.provider import KEYS, Provider, page, serving_keys
from tests.unit.auth.tokens import make_jwk

DRAFTS = "/reviews?published=is.false&select=member_id"
JWK = {**make_jwk("P-256"), "kid": "one"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving_keys() as provider:
        provider.publish(JWK)
        yield provider


def bearer(**claims: object) -> str:
    claims = {"role": "demo_member", "sub": "alba", **claims}
    return f"Bearer {jwt.encode(claims, jwt.PyJWK(JWK, 'ES256'), headers={'kid': 'one'})}"


def test_tokens_are_verified_by_what_a_url_answers(open_api: OpenApi, provider: Provider) -> None:
    api = open_api(jwt_secret=provider.url)
    for _ in range(3):
        rows = api.rows(DRAFTS, Authorization=bearer())
        assert {row["member_id"] for row in rows} == {"alba"}
    assert provider.asked == 1


def test_or_by_what_issuers_publish(open_api: OpenApi, provider: Provider) -> None:
    api = open_api(jwt_secret=json.dumps({"issuer": provider.name, "audience": "films"}))
    assert api.rows(DRAFTS, Authorization=bearer(iss=provider.name, aud="films"))
    for claims in ({"iss": "https://id.example.com", "aud": "films"}, {"iss": provider.name}):
        api.get(DRAFTS, 401, Authorization=bearer(**claims))


def test_without_keys_tokens_are_put_off_and_nobody_else(
    open_api: OpenApi, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells why; the answer does not."""
    provider.pages[KEYS] = page(b"down for maintenance", 503)
    api = open_api(jwt_secret=provider.url)
    body = api.refuse(DRAFTS, 503, "PGRSTJ01", Authorization=bearer())
    assert body["message"] == "The keys to verify the JWT with could not be fetched yet"
    assert (body["details"], body["hint"]) == (None, None)
    assert api.get(DRAFTS, 503, Authorization=bearer()).headers["Retry-After"] == "1"
    assert api.rows("/films?limit=1")
    assert f"no keys from {provider.url}, retrying in 1 s: HTTP Error 503" in caplog.text


def test_that_keys_came_is_logged(
    open_api: OpenApi, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "pgrest_wsgi"):
        open_api(jwt_secret=provider.url).rows(DRAFTS, Authorization=bearer())
    assert f"1 keys fetched from {provider.url} in 0." in caplog.text


def test_urls_that_may_not_be_asked_stop_the_start(open_api: OpenApi) -> None:
    with pytest.raises(ConfigError, match=r"^jwt-secret: must name https URLs"):
        open_api(jwt_secret="http://id.example.com/keys")
