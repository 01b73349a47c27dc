"""Tokens: who they say asks, and in which words they are refused.

https://docs.postgrest.org/en/v16/references/auth.html and the tests' own clock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from pgrest_wsgi.auth.jwt import authenticate, check_claims, read_claims
from pgrest_wsgi.config import read_config
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.identity import Identity

SECRET = "a-secret-of-thirty-two-bytes-or-more"
NO_KEY = "No suitable key or wrong key type"
BROKEN = "JWT cryptographic operation failed"
NOW = 1_800_000_000


def make_config(**settings: object) -> Config:
    defaults: dict[str, object] = {"jwt_secret": SECRET, "db_anon_role": "nobody"}
    return read_config({**defaults, **settings}, {}, None)


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sign(
    payload: bytes,
    header: object = None,
    *,
    secret: str = SECRET,
    digest: str = "sha256",
) -> str:
    """A token made by hand: the header may say what it likes."""
    head = json.dumps({"alg": "HS256"} if header is None else header).encode()
    signed = f"{segment(head)}.{segment(payload)}"
    return f"{signed}.{segment(hmac.digest(secret.encode(), signed.encode(), digest))}"


def token(**claims: Any) -> str:
    return sign(json.dumps(claims).encode())


def identify(given: str, **settings: object) -> Identity:
    return authenticate(f"Bearer {given}", make_config(**settings))


def refuse(given: str, **settings: object) -> PgrestError:
    """The error of a token that must be refused with 401 and a challenge that says why."""
    with pytest.raises(PgrestError) as caught:
        identify(given, **settings)
    error = caught.value
    challenge = f'Bearer error="invalid_token", error_description="{error.message}"'
    assert (error.status, error.headers) == (401, (("WWW-Authenticate", challenge),))
    return error


def words(error: PgrestError) -> tuple[str, str, object]:
    return error.code, error.message, error.details


class TestRole:
    def test_it_is_the_claim_and_all_claims_are_kept(self) -> None:
        identity = identify(token(role="writer", sub="ida"))
        assert identity == Identity("writer", {"role": "writer", "sub": "ida"}, authenticated=True)

    def test_without_the_claim_it_is_the_anonymous_one(self) -> None:
        assert identify(token(sub="ida")) == Identity("nobody", {"sub": "ida"}, authenticated=False)

    def test_a_token_for_the_anonymous_role_authenticates_nobody(self) -> None:
        assert not identify(token(role="nobody")).authenticated

    @pytest.mark.parametrize(
        ("claim", "role"),
        [({"a": 1}, '{"a":1}'), ([1, "é"], '[1,"é"]'), (None, "null"), (True, "true"), (5, "5")],
    )
    def test_what_is_no_text_is_a_role_that_cannot_exist(self, claim: object, role: str) -> None:
        """It must never be taken for a missing claim: that would let the token in as anonymous."""
        assert identify(token(role=claim)).role == role

    def test_the_claim_may_have_another_name(self) -> None:
        given = token(role="writer", group="reader")
        assert identify(given, jwt_role_claim_key="$.group").role == "reader"
        assert identify(given, jwt_role_claim_key=".group").role == "reader"

    def test_without_an_anonymous_role_the_claim_is_required(self) -> None:
        with pytest.raises(PgrestError) as caught:
            identify(token(sub="ida"), db_anon_role=None)
        assert words(caught.value) == ("PGRST302", "Anonymous access is disabled", None)
        assert caught.value.headers == (("WWW-Authenticate", "Bearer"),)


class TestHeader:
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
    def test_the_scheme_has_any_case(self, scheme: str) -> None:
        identity = authenticate(f"{scheme} {token(role='writer')}", make_config())
        assert identity.role == "writer"

    @pytest.mark.parametrize("header", [None, "", "abc.def.ghi", "Basic dTpw", "Bearerabc.def.ghi"])
    def test_another_scheme_is_nobodys(self, header: str | None) -> None:
        assert authenticate(header, make_config()) == Identity("nobody", {}, authenticated=False)

    def test_without_an_anonymous_role_a_token_is_required(self) -> None:
        with pytest.raises(PgrestError) as caught:
            authenticate(None, make_config(db_anon_role=None))
        assert words(caught.value) == ("PGRST302", "Anonymous access is disabled", None)

    @pytest.mark.parametrize("given", ["", "nonsense"])
    def test_without_a_secret_any_token_is_the_servers_fault(self, given: str) -> None:
        with pytest.raises(PgrestError) as caught:
            identify(given, jwt_secret=None)
        assert (caught.value.code, caught.value.status) == ("PGRST300", 500)
        assert caught.value.headers == ()


class TestForm:
    def test_an_empty_token(self) -> None:
        assert refuse("").message == "Empty JWT is sent in Authorization header"

    @pytest.mark.parametrize(("given", "parts"), [("a", 1), ("a.b", 2), ("a.b.c.d", 4)])
    def test_three_parts_are_expected(self, given: str, parts: int) -> None:
        expected = ("PGRST301", f"Expected 3 parts in JWT; got {parts}", None)
        assert words(refuse(given)) == expected

    @pytest.mark.parametrize(
        "given",
        [
            "..",
            "!!!.???.###",
            "x.y.z",
            "é.é.é",
            f"{segment(b'[]')}.e30.AA",
            f"{segment(b'{')}.e30.AA",
            f"{segment(b'[' * 100_000)}.e30.AA",
            f"{segment(b'1' * 10_000)}.e30.AA",
            token(role="writer") + "!",
            "A" * 300_000 + ".e30.AA",
        ],
        ids=["dots", "signs", "letters", "accents", "array", "open", "deep", "long", "!", "huge"],
    )
    def test_what_is_no_token_is_refused_in_the_same_words(self, given: str) -> None:
        assert words(refuse(given)) == ("PGRST301", BROKEN, None)

    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"role=writer",
            b'["role"]',
            b"5",
            b"null",
            b"\xff",
            b'{"exp":NaN}',
            b'{"exp":Infinity}',
            b'{"sub":"\\ud800"}',
            b"[" * 100_000,
        ],
        ids=lambda payload: payload[:20].decode("latin-1"),
    )
    def test_claims_must_be_an_object_of_json(self, payload: bytes) -> None:
        assert words(refuse(sign(payload))) == ("PGRST303", "Parsing claims failed", None)

    def test_claims_keep_every_character(self) -> None:
        assert read_claims('{"sub":"Zoë 🎬\\u0000"}'.encode()) == {"sub": "Zoë 🎬\0"}


class TestSignature:
    def test_another_secret(self) -> None:
        given = sign(b'{"role":"writer"}', secret=SECRET.upper())
        details = "None of the keys was able to decode the JWT"
        assert words(refuse(given)) == ("PGRST301", NO_KEY, details)

    def test_a_changed_payload(self) -> None:
        head, _, signature = token(role="writer").split(".")
        forged = segment(b'{"role":"owner"}')
        assert refuse(f"{head}.{forged}.{signature}").message == NO_KEY

    def test_no_signature(self) -> None:
        head, payload, _ = token(role="writer").split(".")
        assert refuse(f"{head}.{payload}.").message == NO_KEY

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS256", "ES256", "EdDSA"])
    def test_a_secret_is_a_key_for_hs256_only(self, algorithm: str) -> None:
        """As in v16.2, even where the signature would be right."""
        digest = {"HS384": "sha384", "HS512": "sha512"}.get(algorithm, "sha256")
        given = sign(b'{"role":"writer"}', {"alg": algorithm}, digest=digest)
        details = "No suitable key was found to decode the JWT"
        assert words(refuse(given)) == ("PGRST301", NO_KEY, details)

    def test_no_algorithm_is_no_signature(self) -> None:
        head, payload = segment(b'{"alg":"none"}'), segment(b'{"role":"owner"}')
        details = "JWT is unsecured but expected 'alg' was not 'none'"
        for signature in ("", segment(b"x")):
            error = refuse(f"{head}.{payload}.{signature}")
            message = "Wrong or unsupported encoding algorithm"
            assert words(error) == ("PGRST301", message, details)

    @pytest.mark.parametrize("algorithm", [None, "XX999", "hs256", "NONE", ["HS256"], {}, 5])
    def test_an_unknown_algorithm(self, algorithm: object) -> None:
        given = sign(b'{"role":"writer"}', {"alg": algorithm})
        assert words(refuse(given)) == ("PGRST301", BROKEN, None)

    def test_a_named_key_is_not_the_secret(self) -> None:
        given = sign(b'{"role":"writer"}', {"alg": "HS256", "kid": "one"})
        assert refuse(given).details == "No suitable key was found to decode the JWT"

    def test_what_a_header_calls_critical_must_be_understood(self) -> None:
        """RFC 7515, 4.1.11; v16.2 does not look."""
        given = sign(b'{"role":"writer"}', {"alg": "HS256", "crit": ["exp"], "exp": 1})
        assert refuse(given).message == BROKEN

    def test_the_secret_may_be_base64(self) -> None:
        encoded = base64.b64encode(SECRET.encode()).decode()
        identity = identify(token(role="a"), jwt_secret=encoded, jwt_secret_is_base64=True)
        assert identity.role == "a"

    def test_a_key_that_is_no_secret_is_refused_by_name(self) -> None:
        """Rather than taken for the text of a secret."""
        key = json.dumps({"kty": "oct", "k": segment(hashlib.sha256(b"").digest())})
        with pytest.raises(PgrestError, match="PGRST127"):
            identify(token(role="writer"), jwt_secret=key)


def check(claims: Mapping[str, object], jwt_aud: str | None = None) -> str | None:
    """Why claims are refused at the time `NOW`, None where they are not."""
    try:
        check_claims(claims, make_config(jwt_aud=jwt_aud), NOW)
    except PgrestError as error:
        return error.message if error.code == "PGRST303" else error.code
    return None


class TestTimes:
    @pytest.mark.parametrize(
        ("name", "accepted", "refused", "reason"),
        [
            ("exp", NOW - 30, NOW - 31, "JWT expired"),
            ("nbf", NOW + 30, NOW + 31, "JWT not yet valid"),
            ("iat", NOW + 30, NOW + 31, "JWT issued at future"),
        ],
    )
    def test_clocks_may_differ_by_thirty_seconds(
        self, name: str, accepted: int, refused: int, reason: str
    ) -> None:
        assert check({name: accepted}) is None
        assert check({name: refused}) == reason

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    @pytest.mark.parametrize("claim", ["tomorrow", "1800000000", True, [], {}])
    def test_they_are_numbers(self, name: str, claim: object) -> None:
        assert check({name: claim}) == f"The JWT '{name}' claim must be a number"

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat", "aud"])
    def test_null_is_no_claim(self, name: str) -> None:
        assert check({name: None}) is None

    def test_the_present_is_the_clocks(self) -> None:
        assert identify(token(role="writer", exp=time.time() + 60)).role == "writer"
        assert refuse(token(role="writer", exp=time.time() - 60)).message == "JWT expired"

    def test_the_first_wrong_claim_is_told(self) -> None:
        assert check({"exp": NOW - 60, "nbf": NOW + 60, "aud": 5}) == "JWT expired"


class TestAudience:
    @pytest.mark.parametrize("audience", ["office", ["office"], ["x", "office"], [], None])
    def test_ours_or_nobodys_is_accepted(self, audience: object) -> None:
        assert check({"aud": audience}, "office") is None

    @pytest.mark.parametrize("audience", ["", "off", "Office", ["x", "y"], [""]])
    def test_another_one_is_refused(self, audience: object) -> None:
        assert check({"aud": audience}, "office") == "JWT not in audience"

    def test_any_is_accepted_where_we_have_no_name(self) -> None:
        assert check({"aud": "office"}) is None

    @pytest.mark.parametrize("audience", [5, {}, [5], ["office", None], True])
    @pytest.mark.parametrize("ours", [None, "office"])
    def test_its_type_is_checked_even_so(self, audience: object, ours: str | None) -> None:
        reason = "The JWT 'aud' claim must be a string or an array of strings"
        assert check({"aud": audience}, ours) == reason
