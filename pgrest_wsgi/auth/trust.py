"""Whose tokens are taken: signed by which keys, for which audience, in whose name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pgrest_wsgi.auth.claims import Claims, check_audience, read_claims
from pgrest_wsgi.auth.issuers import canonical_name, read_issuers
from pgrest_wsgi.auth.jwt import Token, read_token, verify_token
from pgrest_wsgi.auth.keyring import FetchedKeys, FixedKeys, KeyRing
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.auth.refusals import unverifiable_token
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.observe import Observer


class Trust(NamedTuple):
    """A row: keys that are trusted, and what their tokens must claim.

    `issuer` is None where any will do. A token need not name the audience unless `strict`.
    """

    keys: KeyRing
    issuer: str | None
    audience: str | None
    strict: bool

    def check(self, claims: Claims) -> None:
        """Check whom the token is for. Raises PGRST303."""
        check_audience(claims, self.audience, required=self.strict)


def read_trust(
    config: Config, observer: Observer, changed: Callable[[], None]
) -> tuple[Trust, ...]:
    """What the configuration trusts; nothing without ``jwt-secret``. Raises ConfigError.

    `changed` is called when an issuer has other keys than before.
    """
    if config.jwt_secret is None:
        return ()
    issuers = read_issuers(config.jwt_secret)
    if not issuers:
        return (Trust(FixedKeys(read_keys(config.jwt_secret)), None, config.jwt_aud, False),)
    return tuple(
        Trust(
            FetchedKeys(issuer, observer, changed),
            issuer.name,
            issuer.audience or config.jwt_aud,
            issuer.audience is not None,
        )
        for issuer in issuers
    )


def verify(text: str, trusted: Sequence[Trust]) -> tuple[Claims, Trust]:
    """The claims of a token, and who is trusted for it. Raises PGRST301, 303 and PGRSTJ01.

    Who is asked for keys is who the token says, so that no other key can count.
    """
    token = read_token(text)
    trust = find_trust(token, trusted)
    suitable = trust.keys.suitable(token.algorithm, token.key_name)
    return read_claims(verify_token(token, suitable)), trust


def find_trust(token: Token, trusted: Sequence[Trust]) -> Trust:
    """The trust that a token claims. Raises PGRST301 where there is none."""
    if trusted[0].issuer is None:
        return trusted[0]
    claimed = read_claims(token.payload).get("iss")
    for trust in trusted:
        if isinstance(claimed, str) and canonical_name(claimed) == trust.issuer:
            return trust
    raise unverifiable_token("The issuer of the JWT is not trusted")
