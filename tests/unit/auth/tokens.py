"""Tokens and keys for tests, made by hand: a header may say what it likes."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm, get_default_algorithms

from pgrest_wsgi.auth.jwt import read_token, verify_token
from pgrest_wsgi.auth.keyring import FixedKeys
from pgrest_wsgi.auth.keys import Key

SECRET = "a-secret-of-thirty-two-bytes-or-more"
WRITER = b'{"role":"writer"}'

PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "key_ops")


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sign(
    payload: bytes, header: object = None, *, secret: str = SECRET, digest: str = "sha256"
) -> str:
    """A token signed with a secret."""
    head = json.dumps({"alg": "HS256"} if header is None else header).encode()
    signed = f"{segment(head)}.{segment(payload)}"
    return f"{signed}.{segment(hmac.digest(secret.encode(), signed.encode(), digest))}"


def token(**claims: Any) -> str:
    return sign(json.dumps(claims).encode())


def sign_by_key(jwk: dict[str, Any], algorithm: str, **header: object) -> str:
    """A token of the role writer, signed with a private key."""
    head = json.dumps({"alg": algorithm, **header}).encode()
    signed = f"{segment(head)}.{segment(WRITER)}"
    signer = get_default_algorithms()[algorithm]
    return f"{signed}.{segment(signer.sign(signed.encode(), signer.from_jwk(jwk)))}"


@lru_cache
def make_jwk(kind: str, which: int = 1) -> dict[str, Any]:
    """A private key: RSA, P-256, P-384, P-521, Ed25519, Ed448 or oct; others by other numbers."""
    match kind:
        case "RSA":
            return RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048), as_dict=True)
        case "oct":
            return {
                "kty": "oct",
                "k": segment(f"key-{which}-of-more-than-thirty-two-bytes".encode()),
            }
        case "Ed25519":
            return OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate(), as_dict=True)
        case "Ed448":
            return OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate(), as_dict=True)
    curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}[kind]
    return ECAlgorithm.to_jwk(ec.generate_private_key(curve), as_dict=True)


def public(jwk: dict[str, Any], **members: object) -> dict[str, Any]:
    """The public half of a key, with other members."""
    return {name: jwk[name] for name in jwk if name not in PRIVATE_MEMBERS} | members


def payload_of(text: str, keys: Sequence[Key]) -> bytes:
    """The payload of a token that one of these keys has signed. Raises PGRST301."""
    token = read_token(text)
    return verify_token(token, FixedKeys(keys).suitable(token.algorithm, token.key_name))


def key_set(*jwks: dict[str, Any]) -> bytes:
    return json.dumps({"keys": jwks}).encode()
