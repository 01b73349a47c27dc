"""Keys: what ``jwt-secret`` may hold, and what is told of it where it cannot be used."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.config.model import ConfigError
from tests.unit.auth.tokens import SECRET, key_set, make_jwk, public


def problem(secret: bytes) -> str:
    """Why a secret cannot be used."""
    with pytest.raises(ConfigError) as caught:
        read_keys(secret)
    (line,) = caught.value.problems
    assert line.startswith("jwt-secret: ")
    return line.removeprefix("jwt-secret: ")


def test_a_text_is_one_key() -> None:
    (key,) = read_keys(SECRET.encode())
    assert (key.name, key.algorithms) == (None, ("HS256",))


@pytest.mark.parametrize("secret", [b"{" + SECRET.encode(), b'{"a":"' + SECRET.encode() + b'"}'])
def test_a_brace_alone_makes_no_json_web_key(secret: bytes) -> None:
    (key,) = read_keys(secret)
    assert key.material == secret


def test_no_key_shows_what_it_is_made_of() -> None:
    (key,) = read_keys(SECRET.encode())
    assert SECRET not in repr(key)


@pytest.mark.parametrize(
    ("kind", "algorithms"),
    [
        ("oct", ("HS256", "HS384", "HS512")),
        ("RSA", ("RS256", "RS384", "RS512")),
        ("P-521", ("ES256", "ES384", "ES512")),
        ("Ed448", ("EdDSA",)),
    ],
)
def test_a_key_alone_is_a_set_of_one(kind: str, algorithms: tuple[str, ...]) -> None:
    jwk = {**make_jwk(kind), "kid": "one"}
    (key,) = read_keys(json.dumps(jwk).encode())
    assert (key.name, key.algorithms) == ("one", algorithms)
    assert [(key.name, key.algorithms) for key in read_keys(key_set(jwk))] == [("one", algorithms)]


def test_of_a_private_key_only_the_public_half_is_kept() -> None:
    (key,) = read_keys(json.dumps(make_jwk("RSA")).encode())
    assert not hasattr(key.material, "sign")


@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"use": "tls"},
        {"alg": "PS256"},
        {"alg": "RSA-OAEP"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"kty": "AKP"},
        {"kty": ["RSA"]},
        {"crv": "P-256"},
    ],
    ids=str,
)
def test_keys_for_something_else_are_passed_over(members: dict[str, object]) -> None:
    """Providers publish keys of all kinds in one set."""
    other, ours = public(make_jwk("RSA"), **members), public(make_jwk("RSA", 2), kid="ours")
    assert [key.name for key in read_keys(key_set(other, ours))] == ["ours"]


@pytest.mark.parametrize("curve", ["X25519", "secp256k1"])
def test_curves_that_v16_2_does_not_know_are_passed_over(curve: str) -> None:
    kty = "OKP" if curve == "X25519" else "EC"
    assert read_keys(key_set({"kty": kty, "crv": curve, "x": "AA", "y": "AA"})) == ()


def test_a_set_may_be_empty() -> None:
    """Then no token is accepted."""
    assert read_keys(b'{"keys":[]}') == ()


@pytest.mark.parametrize(
    ("jwk", "told"),
    [
        ({"kty": "RSA", "e": "AQAB"}, "a key of type RSA with wrong n and e"),
        ({"kty": "RSA", "n": 5, "e": "AQAB"}, "a key of type RSA with wrong n and e"),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "a key of type RSA with wrong n and e"),
        ({"kty": "RSA", "n": "a+b/", "e": "AQAB"}, "a key of type RSA with wrong n and e"),
        ({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, "of type EC with wrong x and y"),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AA"}, "a key of type OKP with wrong x"),
        ({"kty": "oct"}, "a key of type oct with wrong k"),
        ({"kty": "oct", "k": ""}, "a key of type oct with wrong k"),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": 5}, "a key whose kid is no text"),
    ],
    ids=str,
)
def test_a_wrong_key_is_no_secret(jwk: dict[str, object], told: str) -> None:
    """PostgREST takes the text of such a key, however public, for the secret of HS256."""
    assert told in problem(json.dumps(jwk).encode())
    assert told in problem(key_set(jwk, make_jwk("oct")))


@pytest.mark.parametrize(
    "secret",
    [
        b"{kty:RSA,n:0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx,e:AQAB}",
        b'{"keys":[',
        b'{"kty":"RSA","n":"\xff"}',
        b'{"keys":' * 10_000,
    ],
    ids=["quotes lost", "cut off", "no UTF-8", "too deep"],
)
def test_what_begins_like_a_key_is_no_secret(secret: bytes) -> None:
    assert problem(secret) == "begins like a JSON Web Key, but is not JSON"


@pytest.mark.parametrize("keys", [{}, "text", None, [5]])
def test_a_set_is_a_list_of_keys(keys: object) -> None:
    assert "no list of JSON Web Keys" in problem(json.dumps({"keys": keys}).encode())


def test_a_public_key_in_another_form_is_no_secret() -> None:
    """Everybody could sign with it (algorithm confusion)."""
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert problem(pem) == "is a PEM, DER or SSH key; give it as a JSON Web Key"
