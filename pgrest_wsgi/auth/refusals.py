"""How a token is refused: the exception, with the challenge that says why.

Upstream: https://docs.postgrest.org/en/v16/references/errors.html#group-3-jwt; RFC 6750.
"""

from __future__ import annotations

from pgrest_wsgi.errors import JWT_CLAIMS, JWT_INVALID, PgrestError, bearer_challenge


def invalid_token(reason: str, details: str | None = None) -> PgrestError:
    """PGRST301: a token that cannot be taken apart, or that no key of ours has signed."""
    return JWT_INVALID(reason=reason, details=details, headers=(bearer_challenge(reason),))


def malformed_token() -> PgrestError:
    """PGRST301 for all that is no token; v16.2 tells these no further apart."""
    return invalid_token("JWT cryptographic operation failed")


def unverifiable_token(details: str) -> PgrestError:
    """PGRST301 for a token that no key of ours has signed."""
    return invalid_token("No suitable key or wrong key type", details)


def refused_claims(reason: str) -> PgrestError:
    """PGRST303: the signature is right, but what it vouches for is not for us, or not now."""
    return JWT_CLAIMS(reason=reason, headers=(bearer_challenge(reason),))
