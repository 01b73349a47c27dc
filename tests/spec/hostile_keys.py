"""Hostile tokens and the answer to each, where ``jwt-secret`` is a set of keys.

RFC 8725; RFC 7518, 3.3 and 3.4.
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms

from tests.spec.hostile_tokens import (
    BODY,
    HEAD,
    MALFORMED,
    MEMBER,
    UNSECURED,
    UNSECURED_HEAD,
    UNSIGNED,
    UNSUITABLE,
    rows,
)
from tests.unit.auth.tokens import make_jwk, public, segment

# -- a set with one RSA key -----------------------------------------------------------------------

RSA, FOREIGN_RSA = make_jwk("RSA"), make_jwk("RSA", 2)
RSA_SET = json.dumps({"keys": [public(RSA, kid="one", alg="RS256")]})


def by_key(jwk: dict[str, Any], algorithm: str, told: str = "", /, **members: object) -> str:
    """A token signed with a private key; `told` is the algorithm that its header names."""
    head = segment(json.dumps({"alg": told or algorithm, **members}).encode())
    signer = get_default_algorithms()[algorithm]
    signature = signer.sign(f"{head}.{BODY}".encode(), signer.from_jwk(jwk))
    return f"{head}.{BODY}.{segment(signature)}"


def resigned(token: str, signature: bytes) -> str:
    return f"{token.rpartition('.')[0]}.{segment(signature)}"


def signature_of(token: str) -> bytes:
    return base64.urlsafe_b64decode(token.rpartition(".")[2] + "==")


RS256 = by_key(RSA, "RS256")
MODULUS = base64.urlsafe_b64decode(RSA["n"] + "==")
PUBLIC = rsa.RSAPublicNumbers(65537, int.from_bytes(MODULUS, "big")).public_key()
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_TEXTS = {
    "PEM": PEM,
    "PEM without its end": PEM.rstrip(),
    "PKCS1": PUBLIC.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
    "DER": PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "JWK": json.dumps(public(RSA)).encode(),
    "set": RSA_SET.encode(),
    "modulus": MODULUS,
    "nothing": b"",
}


def by_public_text(text: bytes) -> str:
    """A token as HS256, with what everybody knows as its secret."""
    return f"{HEAD}.{BODY}.{segment(hmac.digest(text, f'{HEAD}.{BODY}'.encode(), 'sha256'))}"


RSA_TOKENS = (
    ("rightly signed", RS256, MEMBER),
    ("rightly signed, by name", by_key(RSA, "RS256", kid="one"), MEMBER),
    *((f"kid {kid!r}", by_key(RSA, "RS256", kid=kid), UNSUITABLE)
      for kid in ("", "two", "ONE", "one\0", "../one", "one' or '1'='1")),
    ("alg none", f"{UNSECURED_HEAD}.{BODY}.{RS256.rpartition('.')[2]}", UNSECURED),
    *((f"{name} as secret", by_public_text(text), UNSUITABLE)
      for name, text in PUBLIC_TEXTS.items()),
    ("another alg of the family", by_key(RSA, "RS512"), UNSUITABLE),
    ("signature of another alg of the family", by_key(RSA, "RS512", "RS256"), UNSIGNED),
    ("signature of PSS", by_key(RSA, "PS256", "RS256"), UNSIGNED),
    ("alg of PSS", by_key(RSA, "PS256"), MALFORMED),
    ("alg of other keys", by_key(make_jwk("P-256"), "ES256"), UNSUITABLE),
    ("a stranger's key", by_key(FOREIGN_RSA, "RS256"), UNSIGNED),
    ("a stranger's key in the header",
     by_key(FOREIGN_RSA, "RS256", jwk=public(FOREIGN_RSA)), UNSIGNED),
    ("a stranger's certificate", by_key(FOREIGN_RSA, "RS256", x5c=["MIIB"], x5t="x"), UNSIGNED),
    ("a stranger's key by our name", by_key(FOREIGN_RSA, "RS256", kid="one"), UNSIGNED),
    ("signature cut short", resigned(RS256, signature_of(RS256)[:-1]), UNSIGNED),
    ("signature with more behind", resigned(RS256, signature_of(RS256) + b"\0"), UNSIGNED),
    ("signature with a zero before", resigned(RS256, b"\0" + signature_of(RS256)), UNSIGNED),
    ("signature empty", resigned(RS256, b""), UNSIGNED),
    ("signature 0", resigned(RS256, bytes(256)), UNSIGNED),
    ("signature 1", resigned(RS256, bytes(255) + b"\1"), UNSIGNED),
    ("signature the modulus", resigned(RS256, MODULUS), UNSIGNED),
    ("signature beyond the modulus", resigned(RS256, b"\xff" * 256), UNSIGNED),
)  # fmt: skip

# -- a set with a secret and a key of an elliptic curve -------------------------------------------

OCT, EC, FOREIGN_EC = make_jwk("oct"), make_jwk("P-256"), make_jwk("P-256", 2)
MIXED_SET = json.dumps({"keys": [{**OCT, "kid": "secret"}, public(EC, kid="curve")]})

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
ES256 = by_key(EC, "ES256")
R, S = (
    int.from_bytes(half, "big") for half in (signature_of(ES256)[:32], signature_of(ES256)[32:])
)
# By names that are the same in every process: keys are made anew, and tests are called by these.
NUMBERS = {"0": 0, "1": 1, "R": R, "S": S, "N": ORDER}
PADDED = b"".join(b"\0" + number.to_bytes(32, "big") for number in (R, S))


def with_numbers(r: int, s: int) -> str:
    """The token of the curve with another signature."""
    return resigned(ES256, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


MIXED_TOKENS = (
    ("signed by the curve", ES256, MEMBER),
    ("signed by the secret", by_key(OCT, "HS256", kid="secret"), MEMBER),
    ("signed by the secret, in the name of the curve",
     by_key(OCT, "HS256", kid="curve"), UNSUITABLE),
    ("signed by the curve, in the name of the secret",
     by_key(EC, "ES256", kid="secret"), UNSUITABLE),
    ("x of the curve as secret", by_key({"kty": "oct", "k": EC["x"]}, "HS256"), UNSIGNED),
    ("key of the curve as secret", by_public_text(json.dumps(public(EC)).encode()), UNSIGNED),
    ("a stranger's curve in the header",
     by_key(FOREIGN_EC, "ES256", jwk=public(FOREIGN_EC)), UNSIGNED),
    *((f"r = {r}, s = {s}", with_numbers(NUMBERS[r], NUMBERS[s]), UNSIGNED)
      for r, s in ("00", "01", "10", "R0", "0S", "NN", "NS", "SR")),
    ("s of the other sign: as good by its definition", with_numbers(R, ORDER - S), MEMBER),
    ("signature in DER", resigned(ES256, encode_dss_signature(R, S)), UNSIGNED),
    ("signature cut short", resigned(ES256, signature_of(ES256)[:-1]), UNSIGNED),
    ("signature with more behind", resigned(ES256, signature_of(ES256) + b"\0"), UNSIGNED),
    ("signature padded", resigned(ES256, PADDED), UNSIGNED),
    ("signature empty", resigned(ES256, b""), UNSIGNED),
    ("signature of another hash", by_key(EC, "ES384", "ES256"), UNSIGNED),
    ("alg of another curve: v16.2 takes any hash", by_key(EC, "ES384"), MEMBER),
    ("another curve", by_key(make_jwk("P-384"), "ES384"), UNSIGNED),
    ("alg of no key", by_key(make_jwk("Ed25519"), "EdDSA"), UNSUITABLE),
    ("alg of bitcoin", by_key(EC, "ES256", "ES256K"), MALFORMED),
    ("alg none", f"{UNSECURED_HEAD}.{BODY}.{segment(bytes(64))}", UNSECURED),
)  # fmt: skip

RSA_ROWS = rows(RSA_TOKENS)
MIXED_ROWS = rows(MIXED_TOKENS)
