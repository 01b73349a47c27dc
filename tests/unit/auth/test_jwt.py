"""Tokens: what they are made of, whose signature counts, and in which words they are refused.

https://docs.postgrest.org/en/v16/references/auth.html
"""

from __future__ import annotations

from typing import Any

import pytest

from pgrest_wsgi.auth.jwt import LONGEST_TOKEN
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.errors import PgrestError
from tests.unit.auth.tokens import (
    SECRET,
    WRITER,
    key_set,
    make_jwk,
    payload_of,
    public,
    segment,
    sign,
    sign_by_key,
    token,
)

NO_KEY = "No suitable key or wrong key type"
UNSUITABLE = ("PGRST301", NO_KEY, "No suitable key was found to decode the JWT")
UNSIGNED = ("PGRST301", NO_KEY, "None of the keys was able to decode the JWT")
MALFORMED = ("PGRST301", "JWT cryptographic operation failed", None)

OWNER = segment(b'{"role":"owner"}')


def refuse(given: str, secret: bytes = SECRET.encode()) -> tuple[str, str, object]:
    """The words for a token that must be refused with 401 and a challenge that says why."""
    with pytest.raises(PgrestError) as caught:
        payload_of(given, read_keys(secret))
    error = caught.value
    challenge = f'Bearer error="invalid_token", error_description="{error.message}"'
    assert (error.status, error.headers) == (401, (("WWW-Authenticate", challenge),))
    return error.code, error.message, error.details


class TestForm:
    def test_an_empty_token(self) -> None:
        assert refuse("") == ("PGRST301", "Empty JWT is sent in Authorization header", None)

    @pytest.mark.parametrize(("given", "parts"), [("a", 1), ("a.b", 2), ("a.b.c.d", 4)])
    def test_three_parts_are_expected(self, given: str, parts: int) -> None:
        assert refuse(given) == ("PGRST301", f"Expected 3 parts in JWT; got {parts}", None)

    @pytest.mark.parametrize(
        "given",
        [
            "..",
            "!!!.???.###",
            "x.y.z",
            "é.é.é",
            f"{segment(b'[]')}.e30.AA",
            f"{segment(b'{')}.e30.AA",
            f"{segment(b'[' * 10_000)}.e30.AA",
            f"{segment(b'1' * 10_000)}.e30.AA",
            token(role="writer") + "!",
            token(role="writer") + "=",
            token(role="writer").replace(".", "/.", 1),
        ],
        ids=["dots", "signs", "letters", "accents", "array", "open", "deep", "long", "!", "=", "/"],
    )
    def test_what_is_no_token_is_refused_in_the_same_words(self, given: str) -> None:
        assert refuse(given) == MALFORMED

    @pytest.mark.parametrize(
        "header",
        [
            {"typ": 5},
            {"cty": ["JWT"]},
            {"kid": 5},
            {"enc": "A128GCM"},
            {"enc": None},
            {"crit": ["exp"], "exp": 1},
            {"crit": []},
        ],
        ids=str,
    )
    def test_a_header_must_be_understood(self, header: dict[str, object]) -> None:
        """RFC 7515, 4.1.11: what is critical is unknown here. v16.2 does not look at that."""
        assert refuse(sign(WRITER, {"alg": "HS256", **header})) == MALFORMED

    def test_what_a_header_says_else_is_ignored(self) -> None:
        header = {"alg": "HS256", "typ": None, "kid": None, "jku": "http://evil.example"}
        assert payload_of(sign(WRITER, header), read_keys(SECRET.encode())) == WRITER

    def test_a_long_token_is_refused_for_its_length(self) -> None:
        """Before anything of it is decoded; the longest one is still read."""
        message = f"JWT is longer than {LONGEST_TOKEN} characters"
        assert refuse("A" * (LONGEST_TOKEN + 1)) == ("PGRST301", message, None)
        assert refuse("A" * LONGEST_TOKEN)[1] == "Expected 3 parts in JWT; got 1"


class TestSecret:
    def test_what_it_has_signed_is_accepted(self) -> None:
        assert payload_of(sign(WRITER), read_keys(SECRET.encode())) == WRITER

    def test_another_secret(self) -> None:
        assert refuse(sign(WRITER, secret=SECRET.upper())) == UNSIGNED

    def test_a_changed_payload(self) -> None:
        head, _, signature = sign(WRITER).split(".")
        assert refuse(f"{head}.{OWNER}.{signature}") == UNSIGNED

    def test_no_signature(self) -> None:
        head, payload, _ = sign(WRITER).split(".")
        assert refuse(f"{head}.{payload}.") == UNSIGNED

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS256", "ES256", "EdDSA"])
    def test_it_is_a_key_for_hs256_only(self, algorithm: str) -> None:
        """As in v16.2, even where the signature would be right."""
        digest = {"HS384": "sha384", "HS512": "sha512"}.get(algorithm, "sha256")
        assert refuse(sign(WRITER, {"alg": algorithm}, digest=digest)) == UNSUITABLE

    def test_it_has_no_name(self) -> None:
        assert refuse(sign(WRITER, {"alg": "HS256", "kid": "one"})) == UNSUITABLE

    @pytest.mark.parametrize(
        "algorithm", [None, "XX999", "PS256", "ES256K", "hs256", "NONE", ["HS256"], {}, 5]
    )
    def test_an_unknown_algorithm(self, algorithm: object) -> None:
        assert refuse(sign(WRITER, {"alg": algorithm})) == MALFORMED


@pytest.mark.parametrize("secret", [SECRET.encode(), key_set(make_jwk("oct"))], ids=["text", "set"])
@pytest.mark.parametrize("signature", ["", segment(b"x"), "!"])
def test_no_algorithm_is_no_signature(secret: bytes, signature: str) -> None:
    head = segment(b'{"alg":"none"}')
    details = "JWT is unsecured but expected 'alg' was not 'none'"
    expected = ("PGRST301", "Wrong or unsupported encoding algorithm", details)
    assert refuse(f"{head}.{OWNER}.{signature}", secret) == expected


class TestKeys:
    @pytest.mark.parametrize(
        ("kind", "algorithm"),
        [
            ("RSA", "RS256"),
            ("RSA", "RS384"),
            ("RSA", "RS512"),
            ("P-256", "ES256"),
            ("P-384", "ES384"),
            ("P-521", "ES512"),
            ("P-384", "ES256"),
            ("Ed25519", "EdDSA"),
            ("Ed448", "EdDSA"),
            ("oct", "HS256"),
            ("oct", "HS384"),
            ("oct", "HS512"),
        ],
    )
    def test_each_verifies_what_it_has_signed_and_nothing_else(
        self, kind: str, algorithm: str
    ) -> None:
        """Any hash goes with any curve, as in v16.2."""
        given = sign_by_key(make_jwk(kind), algorithm)
        public_key = key_set(make_jwk(kind) if kind == "oct" else public(make_jwk(kind)))
        assert payload_of(given, read_keys(public_key)) == WRITER
        assert refuse(given[:-8] + "AAAAAAAA", public_key) == UNSIGNED
        assert refuse(given.rpartition(".")[0] + ".AAAA", public_key) == UNSIGNED
        assert refuse(given, key_set(make_jwk(kind, 2))) == UNSIGNED

    @pytest.mark.parametrize("algorithm", ["PS256", "PS384", "PS512"])
    def test_v16_2_does_not_know_the_signatures_of_pss(self, algorithm: str) -> None:
        given = sign_by_key(make_jwk("RSA"), algorithm)
        assert refuse(given, key_set(make_jwk("RSA"))) == MALFORMED

    def test_a_key_for_one_algorithm_is_none_for_another(self) -> None:
        key = public(make_jwk("RSA"), alg="RS512")
        assert refuse(sign_by_key(make_jwk("RSA"), "RS256"), key_set(key)) == UNSUITABLE
        assert payload_of(sign_by_key(make_jwk("RSA"), "RS512"), read_keys(key_set(key)))

    @pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
    def test_a_public_key_is_no_secret(self, kind: str) -> None:
        """A token cannot make a key into the secret of HS256 by saying so."""
        text = key_set(public(make_jwk(kind)))
        assert refuse(sign(WRITER, secret=text.decode()), text) == UNSUITABLE

    def test_a_named_key_is_the_only_one_tried(self) -> None:
        keys = key_set(
            public(make_jwk("RSA", 1), kid="one"),
            public(make_jwk("RSA", 2), kid="two"),
            public(make_jwk("RSA", 3)),
        )

        def signed(which: int, **header: Any) -> str:
            return sign_by_key(make_jwk("RSA", which), "RS256", **header)

        assert payload_of(signed(2, kid="two"), read_keys(keys)) == WRITER
        assert refuse(signed(2, kid="one"), keys) == UNSIGNED
        assert refuse(signed(3, kid="three"), keys) == UNSUITABLE
        assert refuse(signed(3, kid=""), keys) == UNSUITABLE

    def test_without_a_name_all_that_suit_are_tried(self) -> None:
        keys = key_set(public(make_jwk("P-256")), *(public(make_jwk("RSA", n)) for n in (1, 2)))
        assert payload_of(sign_by_key(make_jwk("RSA", 2), "RS256"), read_keys(keys)) == WRITER
