"""Tokens: taking them apart, and finding the key that has signed them (RFC 7515, RFC 7519).

A header chooses among the keys we have, never how a key is used. What a token claims is read and
judged in `claims`, once its signature is known to be right.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html#jwt-signature-verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pgrest_wsgi.auth.encodings import decode_base64url, decode_json
from pgrest_wsgi.auth.keys import ALGORITHMS, Key
from pgrest_wsgi.auth.refusals import invalid_token, malformed_token, unverifiable_token

# Servers usually refuse headers of more than 8 KiB; some identity providers list so many groups
# that they have to be told otherwise. Beyond, refusing would be the only work that is done.
LONGEST_TOKEN = 16_384

UNSECURED = "none"


class Token(NamedTuple):
    """A token taken apart, nothing of it proven."""

    algorithm: str
    key_name: str | None
    signed: bytes
    payload: bytes
    signature: bytes


def verify_token(token: Token, suitable: Sequence[Key]) -> bytes:
    """The payload of a token that one of the keys has signed. Raises PGRST301."""
    if not suitable:
        raise unverifiable_token("No suitable key was found to decode the JWT")
    if not any(key.has_signed(token.signed, token.signature, token.algorithm) for key in suitable):
        raise unverifiable_token("None of the keys was able to decode the JWT")
    return token.payload


def read_token(text: str) -> Token:
    """Take a token apart. Raises PGRST301."""
    if not text:
        raise invalid_token("Empty JWT is sent in Authorization header")
    if len(text) > LONGEST_TOKEN:
        raise invalid_token(f"JWT is longer than {LONGEST_TOKEN} characters")
    parts = text.split(".")
    if len(parts) != 3:
        raise invalid_token(f"Expected 3 parts in JWT; got {len(parts)}")
    try:
        header = decode_json(decode_base64url(parts[0]))
        payload = decode_base64url(parts[1])
        algorithm, key_name = read_header(header)
        signature = decode_base64url(parts[2])
    except ValueError:
        raise malformed_token() from None
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Token(algorithm, key_name, signed, payload, signature)


def read_header(header: Any) -> tuple[str, str | None]:
    """Algorithm and name of the key. Raises ValueError for what is no header that we know."""
    if not isinstance(header, dict):
        raise ValueError("no object")
    algorithm = header.get("alg")
    if algorithm == UNSECURED:
        raise invalid_token(
            "Wrong or unsupported encoding algorithm",
            "JWT is unsecured but expected 'alg' was not 'none'",
        )
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise ValueError("unknown algorithm")
    # Encrypted tokens have five parts. What is critical must be understood (RFC 7515, 4.1.11):
    # v16.2 does not look.
    if "enc" in header or "crit" in header:
        raise ValueError("unknown extension")
    if not all(isinstance(header.get(name, ""), str | None) for name in ("typ", "cty", "kid")):
        raise ValueError("not a text")
    return algorithm, header.get("kid")
