"""Who asks, by the bearer token of the request: signature, times, audience, role.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html; RFC 7519. So far tokens signed
with a shared secret (HS256, as in v16.2) and a role claim at the top of the token are understood;
keys (JWK) and JSON paths to the role are refused by name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import jwt

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import (
    JWT_CLAIMS,
    JWT_INVALID,
    JWT_REQUIRED,
    JWT_SECRET_MISSING,
    NOT_IMPLEMENTED,
    ErrorCode,
    PgrestError,
    bearer_challenge,
)
from pgrest_wsgi.identity import Identity

# A secret is a key for this algorithm alone: a token cannot choose another one.
ALGORITHM = "HS256"

# Algorithms that are known, but need another key.
OTHER_ALGORITHMS = (
    *("HS384", "HS512", "RS256", "RS384", "RS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)

MALFORMED = "JWT cryptographic operation failed"

SKEW_SECONDS = 30  # clocks may differ by so much

Claims = Mapping[str, Any]

_JWS = jwt.PyJWS(algorithms=[ALGORITHM])


def authenticate(authorization: str | None, config: Config) -> Identity:
    """The identity that the header ``Authorization`` proves; the anonymous one without a token.

    Raises PGRST300 to 303.
    """
    token = bearer_token(authorization)
    if token is None:
        return anonymous(config.db_anon_role)
    claims = read_claims(verify_token(token, config))
    check_claims(claims, config, int(time.time()))
    claimed = read_role(claims, config)
    role = require_role(config.db_anon_role if claimed is None else claimed)
    return Identity(role, claims, authenticated=role != config.db_anon_role)


@lru_cache(maxsize=16)
def anonymous(role: str | None) -> Identity:
    """The identity of all who send no token."""
    return Identity(require_role(role), authenticated=False)


def require_role(role: str | None) -> str:
    """The role, or PGRST302 where there is neither a token's nor an anonymous one."""
    if role is None:
        raise JWT_REQUIRED(headers=(bearer_challenge(),))
    return role


def bearer_token(authorization: str | None) -> str | None:
    """The token of a header, None where it has no ``Bearer`` scheme."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


# -- the signature --------------------------------------------------------------------------------


def verify_token(token: str, config: Config) -> bytes:
    """The payload of a token whose signature is right. Raises PGRST300, PGRST301."""
    secret = config.jwt_secret
    if secret is None:
        raise JWT_SECRET_MISSING()
    if secret.lstrip().startswith(b"{"):
        raise NOT_IMPLEMENTED(reason="Tokens signed with JSON Web Keys are not built yet.")
    if not token:
        raise _refused(JWT_INVALID, "Empty JWT is sent in Authorization header")
    parts = token.count(".") + 1
    if parts != 3:
        raise _refused(JWT_INVALID, f"Expected 3 parts in JWT; got {parts}")
    try:
        verified = _JWS.decode_complete(token, secret, [ALGORITHM])
    except jwt.InvalidAlgorithmError:
        raise _wrong_algorithm(jwt.get_unverified_header(token).get("alg")) from None
    except jwt.InvalidSignatureError:
        raise _no_key("None of the keys was able to decode the JWT") from None
    except (jwt.PyJWTError, RecursionError):  # RecursionError: a header nested too deep
        raise _refused(JWT_INVALID, MALFORMED) from None
    if "kid" in verified["header"]:  # it asks for a key by name, and a secret has none
        raise _no_key("No suitable key was found to decode the JWT")
    payload: bytes = verified["payload"]
    return payload


def _wrong_algorithm(algorithm: object) -> PgrestError:
    if algorithm == "none":
        return _refused(
            JWT_INVALID,
            "Wrong or unsupported encoding algorithm",
            "JWT is unsecured but expected 'alg' was not 'none'",
        )
    if algorithm in OTHER_ALGORITHMS:
        return _no_key("No suitable key was found to decode the JWT")
    return _refused(JWT_INVALID, MALFORMED)


# -- the claims -----------------------------------------------------------------------------------


def read_claims(payload: bytes) -> Claims:
    """The claims of a payload: an object of JSON that can be written again. Raises PGRST303."""
    try:
        claims = json.loads(payload, parse_constant=_refuse_constant)
        json.dumps(claims, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise _refused(JWT_CLAIMS, "Parsing claims failed")
    return claims


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def read_role(claims: Claims, config: Config) -> str | None:
    """The role that the claims name; what is no text is no role's name, and is told so."""
    key = config.jwt_role_claim_key.removeprefix("$").removeprefix(".")
    if not key.isidentifier():
        raise NOT_IMPLEMENTED(reason="JSON paths in jwt-role-claim-key are not built yet.")
    if key not in claims:
        return None
    role = claims[key]
    if isinstance(role, str):
        return role
    return json.dumps(role, ensure_ascii=False, separators=(",", ":"))


class TimeClaim(NamedTuple):
    """A row: a claim in seconds since 1970, and when it forbids the token."""

    name: str
    forbids: Callable[[float, int], bool]  # of the claim and the present
    reason: str


TIME_CLAIMS = (
    TimeClaim("exp", lambda claim, now: claim < now - SKEW_SECONDS, "JWT expired"),
    TimeClaim("nbf", lambda claim, now: claim > now + SKEW_SECONDS, "JWT not yet valid"),
    TimeClaim("iat", lambda claim, now: claim > now + SKEW_SECONDS, "JWT issued at future"),
)


def check_claims(claims: Claims, config: Config, now: int) -> None:
    """Check times and audience. Raises PGRST303 for the first that is wrong."""
    for row in TIME_CLAIMS:
        claim = claims.get(row.name)
        if claim is None:
            continue
        if isinstance(claim, bool) or not isinstance(claim, int | float):
            raise _refused(JWT_CLAIMS, f"The JWT '{row.name}' claim must be a number")
        if row.forbids(claim, now):
            raise _refused(JWT_CLAIMS, row.reason)
    _check_audience(claims.get("aud"), config.jwt_aud)


def _check_audience(audience: object, wanted: str | None) -> None:
    """An audience that is named must be ours, where we have a name."""
    named = [audience] if isinstance(audience, str) else audience
    if named is None:
        return
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        reason = "The JWT 'aud' claim must be a string or an array of strings"
        raise _refused(JWT_CLAIMS, reason)
    if wanted is not None and named and wanted not in named:
        raise _refused(JWT_CLAIMS, "JWT not in audience")


# -- refusals -------------------------------------------------------------------------------------


def _refused(code: ErrorCode, reason: str, details: str | None = None) -> PgrestError:
    return code(reason=reason, details=details, headers=(bearer_challenge(reason),))


def _no_key(details: str) -> PgrestError:
    return _refused(JWT_INVALID, "No suitable key or wrong key type", details)
