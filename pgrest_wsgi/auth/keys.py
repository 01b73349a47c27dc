"""Keys: what ``jwt-secret`` holds, as values that verify signatures.

A text is a key for HS256, as in v16.2; a JSON Web Key (RFC 7517) or a set of them says itself what
it is for. Of a private key only the public half is used. Which algorithms there are, and for
which keys, is one table: v16.2 knows neither PS256 nor ES256K, so that no token can ask for them.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html#jwt-signature-verification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jwt import PyJWTError
from jwt.algorithms import get_default_algorithms

from pgrest_wsgi.auth.encodings import decode_base64url
from pgrest_wsgi.config.model import ConfigError
from pgrest_wsgi.config.parsers import is_json_web_key

JsonWebKey = Mapping[str, Any]


class KeyType(NamedTuple):
    """A row: a type of key, the members that verifying needs, and what it may have signed."""

    name: str
    members: tuple[str, ...]
    algorithms: tuple[str, ...]
    curves: tuple[str | None, ...] = (None,)


KEY_TYPES = (
    KeyType("oct", ("k",), ("HS256", "HS384", "HS512")),
    KeyType("RSA", ("n", "e"), ("RS256", "RS384", "RS512")),
    KeyType("EC", ("x", "y"), ("ES256", "ES384", "ES512"), ("P-256", "P-384", "P-521")),
    KeyType("OKP", ("x",), ("EdDSA",), ("Ed25519", "Ed448")),
)

_KNOWN = get_default_algorithms()
ALGORITHMS = {name: _KNOWN[name] for row in KEY_TYPES for name in row.algorithms}

SECRET_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name (``kid``), the algorithms it may be used with, and itself."""

    name: str | None
    algorithms: tuple[str, ...]
    material: Any = field(repr=False)

    def suits(self, algorithm: str, name: str | None) -> bool:
        """Whether it may have signed a token: one that names a key wants that one."""
        return algorithm in self.algorithms and name in (None, self.name)

    def has_signed(self, text: bytes, signature: bytes, algorithm: str) -> bool:
        """Whether a signature is this key's; secrets are compared in constant time."""
        return ALGORITHMS[algorithm].verify(text, self.material, signature)


def read_keys(secret: bytes) -> tuple[Key, ...]:
    """The keys in ``jwt-secret``. Raises ConfigError, which shows nothing of them."""
    if is_json_web_key(secret):
        keys = (make_key(jwk) for jwk in read_json_web_keys(secret))
        return tuple(key for key in keys if key is not None)
    try:
        material = ALGORITHMS[SECRET_ALGORITHM].prepare_key(secret)
    except PyJWTError:
        # Everybody knows a public key: who takes it for a secret lets everybody sign.
        raise unusable_secret("is a PEM, DER or SSH key; give it as a JSON Web Key") from None
    return (Key(None, (SECRET_ALGORITHM,), material),)


def read_json_web_keys(secret: bytes) -> list[JsonWebKey]:
    """The keys of a set, or the one there is, unchecked but for being objects.

    Raises ConfigError: what looks like a key is never taken for the text of a secret.
    """
    try:
        document = json.loads(secret)
    except (ValueError, RecursionError):
        raise unusable_secret("begins like a JSON Web Key, but is not JSON") from None
    jwks = document.get("keys", [document])
    if not isinstance(jwks, list) or not all(isinstance(jwk, dict) for jwk in jwks):
        raise unusable_secret('has "keys" that are no list of JSON Web Keys')
    return jwks


def make_key(jwk: JsonWebKey) -> Key | None:
    """The key that can verify; None for one of another kind or use. Raises ConfigError."""
    row = next((row for row in KEY_TYPES if row.name == jwk.get("kty")), None)
    if row is None or jwk.get("crv") not in row.curves or jwk.get("use") not in (None, "sig"):
        return None
    algorithms = tuple(name for name in row.algorithms if jwk.get("alg") in (None, name))
    if not algorithms:
        return None
    name = jwk.get("kid")
    public = {member: jwk.get(member) for member in row.members}
    try:
        if not all(isinstance(text, str) and decode_base64url(text) for text in public.values()):
            raise ValueError("a member is missing or empty")
        material = ALGORITHMS[algorithms[0]].from_jwk(
            {"kty": row.name, "crv": jwk.get("crv"), **public}
        )
    except (PyJWTError, ValueError):
        members = " and ".join(row.members)
        raise unusable_secret(f"has a key of type {row.name} with wrong {members}") from None
    if name is not None and not isinstance(name, str):
        raise unusable_secret("has a key whose kid is no text")
    return Key(name, algorithms, material)


def unusable_secret(problem: str) -> ConfigError:
    return ConfigError([f"jwt-secret: {problem}"])
