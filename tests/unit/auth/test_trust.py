"""Trust: a key counts for its issuer alone, and what is verified is forgotten with its key."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from pgrest_wsgi.auth import keyring
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.auth.issuers import DISCOVERY
from pgrest_wsgi.config import read_config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.observe import Event
from tests.unit.auth.provider import Provider, serving_keys, wait_until
from tests.unit.auth.tokens import make_jwk

OURS = {**make_jwk("P-256"), "kid": "key"}
THEIRS = {**make_jwk("P-256", 2), "kid": "key"}  # of the same name


@pytest.fixture
def other() -> Iterator[Provider]:
    with serving_keys() as provider:
        provider.publish(THEIRS)
        yield provider


@pytest.fixture
def trusted(provider: Provider, other: Provider) -> Authenticator:
    """Two issuers are trusted, the second for one audience alone."""
    provider.publish(OURS)
    second = {"issuer": other.name, "jwks": other.url, "audience": "films"}
    return make(json.dumps([{"issuer": provider.name}, second]), jwt_aud="office")


def make(secret: str, **settings: object) -> Authenticator:
    events: list[Event] = []
    return Authenticator(read_config({"jwt_secret": secret, **settings}, {}, None), events.append)


def signed(jwk: dict[str, Any], **claims: object) -> str:
    key = jwt.PyJWK(jwk, "ES256")
    return jwt.encode({"role": "writer", **claims}, key, headers={"kid": jwk["kid"]})


def refusal(authenticator: Authenticator, given: str) -> tuple[str, object]:
    with pytest.raises(PgrestError) as caught:
        authenticator.identify(given)
    assert caught.value.status == 401
    return caught.value.message, caught.value.details


NO_KEY = "No suitable key or wrong key type"


class TestIssuers:
    def test_each_is_trusted_for_its_own_tokens(
        self, trusted: Authenticator, provider: Provider, other: Provider
    ) -> None:
        for slash in ("", "/"):
            given = signed(OURS, iss=provider.name + slash, sub="ida")
            assert trusted.identify(given).claims["sub"] == "ida"
        assert trusted.identify(signed(THEIRS, iss=other.name, aud="films")).role == "writer"

    def test_but_not_for_anothers(
        self, trusted: Authenticator, provider: Provider, other: Provider
    ) -> None:
        answer = (NO_KEY, "None of the keys was able to decode the JWT")
        assert refusal(trusted, signed(THEIRS, iss=provider.name)) == answer
        assert refusal(trusted, signed(OURS, iss=other.name, aud="films")) == answer

    @pytest.mark.parametrize(
        "claims",
        [
            {},
            {"iss": None},
            {"iss": 1},
            {"iss": ""},
            {"iss": ["x"]},
            {"iss": "https://evil.example"},
        ],
    )
    def test_a_stranger_is_refused(self, trusted: Authenticator, claims: dict[str, object]) -> None:
        """Without asking anybody."""
        answer = (NO_KEY, "The issuer of the JWT is not trusted")
        assert refusal(trusted, free_token(claims)) == answer

    def test_an_audience_of_its_own_must_be_named(
        self, trusted: Authenticator, other: Provider
    ) -> None:
        """An issuer serves many: its tokens for others are not for us."""
        assert refusal(trusted, signed(THEIRS, iss=other.name)) == ("JWT not in audience", None)
        for audience in ([], "shop", "office", ["shop", "office"], None):
            given = signed(THEIRS, iss=other.name, aud=audience)
            assert refusal(trusted, given) == ("JWT not in audience", None)
        given = signed(THEIRS, iss=other.name, aud=["shop", "films"])
        assert trusted.identify(given).role == "writer"

    def test_the_usual_audience_counts_for_the_others(
        self, trusted: Authenticator, provider: Provider
    ) -> None:
        given = signed(OURS, iss=provider.name, aud="films")
        assert refusal(trusted, given) == ("JWT not in audience", None)
        assert trusted.identify(signed(OURS, iss=provider.name, aud="office")).role == "writer"

    def test_one_may_be_away_while_the_other_serves(
        self, trusted: Authenticator, provider: Provider, other: Provider
    ) -> None:
        del provider.pages[DISCOVERY]
        assert trusted.identify(signed(THEIRS, iss=other.name, aud="films")).role == "writer"
        with pytest.raises(PgrestError, match="PGRSTJ01"):
            trusted.identify(signed(OURS, iss=provider.name))

    def test_keys_at_a_url_are_for_any_issuer(self, provider: Provider) -> None:
        provider.publish(OURS)
        known = make(provider.url)
        for claims in ({}, {"iss": "anybody"}, {"iss": provider.name}):
            assert known.identify(signed(OURS, **claims)).role == "writer"

    def test_the_document_of_an_issuer_names_it(self, provider: Provider) -> None:
        provider.publish(OURS)
        known = make(provider.name + DISCOVERY)
        assert known.identify(signed(OURS, iss=provider.name)).role == "writer"
        assert refusal(known, signed(OURS))[1] == "The issuer of the JWT is not trusted"

    def test_the_text_of_the_setting_signs_nothing(self, provider: Provider) -> None:
        provider.publish(OURS)
        token = jwt.encode({"role": "writer"}, provider.url.ljust(32), "HS256")
        assert refusal(make(provider.url), token)[0] == NO_KEY


def free_token(claims: dict[str, object]) -> str:
    """A token with claims that PyJWT would not sign."""
    key = jwt.PyJWK(OURS, "ES256")
    return jwt.api_jws.encode(json.dumps(claims).encode(), key, headers={"kid": "key"})


def let_keys_grow_old(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.monotonic() + keyring.FRESH_SECONDS + 1
    monkeypatch.setattr(keyring, "monotonic", lambda: later)


class TestMemory:
    def test_verified_tokens_are_forgotten_when_the_keys_change(
        self, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Even if nobody sends another token than those that are remembered."""
        provider.publish(OURS)
        known, given = make(provider.url), signed(OURS)
        known.identify(given)  # fetches, which changes the keys
        assert known.identify(given) is known.identify(given)
        provider.publish(THEIRS)
        let_keys_grow_old(monkeypatch)
        known.identify(given)
        wait_until(lambda: provider.asked == 2)
        time.sleep(0.1)
        assert refusal(known, given)[0] == NO_KEY

    def test_they_are_kept_while_the_keys_are_the_same(
        self, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        provider.publish(OURS)
        known, given = make(provider.url), signed(OURS)
        known.identify(given)
        first = known.identify(given)
        let_keys_grow_old(monkeypatch)
        known.identify(given)
        wait_until(lambda: provider.asked == 2)
        time.sleep(0.1)
        assert known.identify(given) is first
