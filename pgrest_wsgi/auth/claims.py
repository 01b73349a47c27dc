"""What a token claims: an object of JSON, valid at a time, meant for an audience.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html#jwt-claims-validation; RFC 7519.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pgrest_wsgi.auth.encodings import decode_json
from pgrest_wsgi.auth.refusals import refused_claims

SKEW_SECONDS = 30  # clocks may differ by so much

Claims = Mapping[str, Any]


def read_claims(payload: bytes) -> Claims:
    """The claims of a payload: an object of JSON. Raises PGRST303."""
    try:
        claims = decode_json(payload)
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise refused_claims("Parsing claims failed")
    return claims


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


def check_times(claims: Claims, now: int) -> None:
    """Check what passes with time. Raises PGRST303 for the first claim that is wrong."""
    for name, forbids, reason in TIME_CLAIMS:
        claim = claims.get(name)
        if claim is None:
            continue
        if isinstance(claim, bool) or not isinstance(claim, int | float):
            raise refused_claims(f"The JWT '{name}' claim must be a number")
        if forbids(claim, now):
            raise refused_claims(reason)


def check_audience(claims: Claims, wanted: str | None, *, required: bool = False) -> None:
    """Check that an audience that is named is ours, where we have a name. Raises PGRST303.

    `required`: it must be named.
    """
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if named is None:
        named = []
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise refused_claims("The JWT 'aud' claim must be a string or an array of strings")
    if wanted is not None and (named or required) and wanted not in named:
        raise refused_claims("JWT not in audience")
