"""Signing: what we sign we accept, and only who has the secret can sign."""

from __future__ import annotations

import json

import pytest

from pgrest_wsgi.auth.jwt import read_token
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.auth.sign import sign_token
from pgrest_wsgi.config.model import ConfigError
from tests.unit.auth.tokens import SECRET, key_set, make_jwk, payload_of, public

CLAIMS = {"role": "writer", "sub": "Zoë"}
KINDS = ("oct", "RSA", "P-256", "P-384", "P-521", "Ed25519", "Ed448")


@pytest.mark.parametrize(
    "secret",
    [SECRET.encode(), *(json.dumps(make_jwk(kind)).encode() for kind in KINDS)],
    ids=["text", *KINDS],
)
def test_what_is_signed_is_accepted(secret: bytes) -> None:
    token = sign_token(CLAIMS, secret)
    assert json.loads(payload_of(token, read_keys(secret))) == CLAIMS


def test_the_first_key_that_can_sign_is_used_under_its_name() -> None:
    private = {**make_jwk("RSA", 2), "kid": "two", "alg": "RS512"}
    secret = key_set(public(make_jwk("RSA"), kid="one"), private, make_jwk("oct"))
    token = sign_token(CLAIMS, secret)
    assert (read_token(token).algorithm, read_token(token).key_name) == ("RS512", "two")
    assert payload_of(token, read_keys(secret))


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        (key_set(public(make_jwk("RSA"))), "has public keys only"),
        (b'{"keys":[]}', "has public keys only"),
        (key_set({**make_jwk("P-256"), "d": "AA"}), "has a private key of type EC that is wrong"),
        (b"https://id.example.com/keys", "names issuers"),
        (b"ssh-rsa " + SECRET.encode(), "is a PEM, DER or SSH key"),
    ],
)
def test_without_a_private_key_nothing_is_signed(secret: bytes, problem: str) -> None:
    with pytest.raises(ConfigError, match=f"jwt-secret: {problem}"):
        sign_token(CLAIMS, secret)
