"""Who asks: the role, what is remembered of tokens, and when it is forgotten."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pgrest_wsgi.auth import authenticator
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.config import read_config
from pgrest_wsgi.config.model import ConfigError
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.observe import DeprecatedSetting, Event, Observer
from tests.unit.auth.tokens import SECRET, key_set, make_jwk, public, sign_by_key, token

NOBODY = Identity("nobody", {}, authenticated=False)


def make(**settings: object) -> Authenticator:
    """The authenticator of some settings, which are not deprecated."""
    events: list[Event] = []
    made = make_observed(events.append, **settings)
    assert events == []
    return made


def make_observed(observer: Observer, **settings: object) -> Authenticator:
    defaults: dict[str, object] = {"jwt_secret": SECRET, "db_anon_role": "nobody"}
    return Authenticator(read_config({**defaults, **settings}, {}, None), observer)


def identify(given: str, **settings: object) -> Identity:
    return make(**settings).identify(given)


def refusal(authenticator: Authenticator, given: str | None) -> tuple[str, int, str]:
    with pytest.raises(PgrestError) as caught:
        authenticator.identify(given)
    return caught.value.code, caught.value.status, caught.value.message


class TestRole:
    def test_it_is_the_claim_and_all_claims_are_kept(self) -> None:
        identity = identify(token(role="writer", sub="ida"))
        assert identity == Identity("writer", {"role": "writer", "sub": "ida"}, authenticated=True)

    def test_without_the_claim_it_is_the_anonymous_one(self) -> None:
        assert identify(token(sub="ida")) == Identity("nobody", {"sub": "ida"}, authenticated=False)

    def test_a_token_for_the_anonymous_role_authenticates_nobody(self) -> None:
        assert not identify(token(role="nobody")).authenticated

    def test_an_empty_claim_is_a_role_that_cannot_exist(self) -> None:
        assert identify(token(role="")).role == ""

    def test_the_claim_may_stand_elsewhere(self) -> None:
        given = token(role="writer", realm={"roles": ["reader"]})
        assert identify(given, jwt_role_claim_key="$.realm.roles[0]").role == "reader"

    def test_without_an_anonymous_role_the_claim_is_required(self) -> None:
        expected = ("PGRST302", 401, "Anonymous access is disabled")
        assert refusal(make(db_anon_role=None), token(sub="ida")) == expected


class TestWithoutToken:
    def test_it_is_the_anonymous_role(self) -> None:
        assert make().identify(None) == NOBODY

    def test_without_one_a_token_is_required(self) -> None:
        with pytest.raises(PgrestError) as caught:
            make(db_anon_role=None).identify(None)
        assert (caught.value.code, caught.value.details) == ("PGRST302", None)
        assert caught.value.headers == (("WWW-Authenticate", "Bearer"),)


class TestWithoutSecret:
    @pytest.mark.parametrize("given", ["", "nonsense", token(role="writer")])
    def test_any_token_is_the_servers_fault(self, given: str) -> None:
        with pytest.raises(PgrestError) as caught:
            identify(given, jwt_secret=None)
        assert (caught.value.code, caught.value.status) == ("PGRST300", 500)
        assert caught.value.headers == ()


class TestConfiguration:
    def test_the_secret_may_be_base64(self) -> None:
        encoded = base64.b64encode(SECRET.encode()).decode()
        given = token(role="writer")
        assert identify(given, jwt_secret=encoded, jwt_secret_is_base64=True).role == "writer"

    def test_the_secret_may_be_keys(self) -> None:
        keys = key_set(public(make_jwk("P-256")), public(make_jwk("Ed25519")))
        given = sign_by_key(make_jwk("Ed25519"), "EdDSA")
        assert identify(given, jwt_secret=keys.decode()).role == "writer"

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"jwt_secret": '{"kty":"RSA"}'}, "jwt-secret: has a key of type RSA"),
            ({"jwt_role_claim_key": "role"}, 'jwt-role-claim-key: "role" is no JSON path'),
        ],
    )
    def test_what_cannot_be_used_is_told_at_once(
        self, settings: dict[str, str], problem: str
    ) -> None:
        with pytest.raises(ConfigError, match=problem):
            make(**settings)

    def test_the_older_syntax_is_deprecated(self) -> None:
        events: list[Event] = []
        make_observed(events.append, jwt_role_claim_key=".group")
        advice = "write a JSON path (RFC 9535), such as $.role"
        assert events == [DeprecatedSetting("jwt-role-claim-key", advice)]


class TestMemory:
    def test_a_token_is_verified_once(self) -> None:
        known, given = make(), token(role="writer")
        assert known.identify(given) is known.identify(given)

    def test_it_can_be_switched_off(self) -> None:
        known, given = make(jwt_cache_max_entries=0), token(role="writer")
        assert known.identify(given) is not known.identify(given)

    @pytest.mark.parametrize(
        ("name", "offset", "later", "reason"),
        [
            ("exp", 60, 91, "JWT expired"),
            ("nbf", 0, -31, "JWT not yet valid"),
            ("iat", 0, -31, "JWT issued at future"),
        ],
    )
    def test_times_are_checked_at_every_use(
        self, name: str, offset: int, later: int, reason: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also where the clock was put back."""
        present = int(time.time())
        known, given = make(), token(role="writer", **{name: present + offset})
        assert known.identify(given).role == "writer"
        monkeypatch.setattr(authenticator, "now", lambda: present + later)
        for _ in range(2):
            assert refusal(known, given) == ("PGRST303", 401, reason)

    def test_what_was_refused_is_refused_again(self) -> None:
        known = make(jwt_aud="office")
        for given in (token(aud="shop"), token(exp=1), token(role="writer") + "A"):
            assert refusal(known, given) == refusal(known, given)

    @pytest.mark.parametrize(
        "settings", [{"jwt_secret": SECRET.upper()}, {"jwt_aud": "office"}], ids=str
    )
    def test_another_configuration_remembers_nothing(self, settings: dict[str, str]) -> None:
        given = token(role="writer", aud="shop")
        assert make().identify(given).role == "writer"
        assert refusal(make(**settings), given)[1] == 401

    def test_threads_never_get_each_others_identity(self) -> None:
        """32 threads, 64 users, room for 16 of them."""
        shared = make(jwt_cache_max_entries=16)
        tokens = [token(role=f"role_{n}", sub=str(n)) for n in range(64)]

        def ask(thread: int) -> None:
            for turn in range(300):
                number = (thread * 7 + turn * turn) % 64
                identity = shared.identify(tokens[number])
                assert identity.role == f"role_{number}"
                assert identity.claims["sub"] == str(number)

        with ThreadPoolExecutor(32) as threads:
            assert len(list(threads.map(ask, range(32)))) == 32
