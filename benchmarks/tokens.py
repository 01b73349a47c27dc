"""The keys of an application under measurement, and the tokens that are sent to it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import HMACAlgorithm, RSAAlgorithm

from pgrest_wsgi.auth.sign import sign_token

CLAIMS = {"role": "bench_anon", "sub": "ida", "iat": 1_000_000_000, "exp": 9_999_999_999}


@cache
def private_keys() -> dict[str, dict[str, Any]]:
    """A key for each algorithm, made anew for each run of the benchmarks."""
    secret = HMACAlgorithm.to_jwk(b"worth-nothing-outside-of-benchmarks", as_dict=True)
    pair = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048), as_dict=True)
    return {"HS256": secret, "RS256": pair}


def key_set() -> str:
    """All of them, as ``jwt-secret`` takes them: of pairs, it uses the public half."""
    return json.dumps({"keys": list(private_keys().values())})


def make_token(algorithm: str) -> str | None:
    """A token that is valid for centuries; None for no algorithm."""
    if not algorithm:
        return None
    return sign_token(CLAIMS, json.dumps(private_keys()[algorithm]).encode())
