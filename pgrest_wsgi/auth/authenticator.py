"""Who asks, by the token of a request.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html. The steps are elsewhere: where
a token stands in `bearer`, keys in `keys` and `keyring`, signatures in `jwt` and `trust`, what is
claimed in `claims` and `role`.
"""

from __future__ import annotations

import time
from dataclasses import replace

from pgrest_wsgi.auth.cache import SieveCache
from pgrest_wsgi.auth.claims import check_times
from pgrest_wsgi.auth.keyring import FetchedKeys
from pgrest_wsgi.auth.role import read_role_path
from pgrest_wsgi.auth.trust import read_trust, verify
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import JWT_REQUIRED, JWT_SECRET_MISSING, bearer_challenge
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.observe import CacheFigures, DeprecatedSetting, Observer


class Authenticator:
    """How one configuration finds out who asks. Safe to use from many threads.

    Verified tokens are remembered here, so that they are forgotten with the configuration whose
    key and audience they were checked against. They are forgotten too when fetched keys change.
    """

    def __init__(self, config: Config, observer: Observer) -> None:
        """Read keys and paths, once. Raises ConfigError for those that cannot be used."""
        anonymous = config.db_anon_role
        self._cache_size = config.jwt_cache_max_entries
        self._trusted = read_trust(config, observer, self._forget)
        rings = (trust.keys for trust in self._trusted)
        self._rings = tuple(ring for ring in rings if isinstance(ring, FetchedKeys))
        self._role_path = read_role_path(config.jwt_role_claim_key)
        self._forget()
        nobody = None if anonymous is None else Identity(anonymous, authenticated=False)
        self._nobody = nobody and nobody.settled()
        if self._role_path.deprecated:
            advice = "write a JSON path (RFC 9535), such as $.role"
            observer(DeprecatedSetting("jwt-role-claim-key", advice))

    def identify(self, token: str | None) -> Identity:
        """The identity that a token proves; the anonymous one without a token.

        Raises PGRST300 to 303 and PGRSTJ01.
        """
        if token is None:
            return self._anonymous()
        for ring in self._rings:
            ring.refresh()
        verified = self._verified  # what it was verified by may be forgotten meanwhile
        identity = verified.get(token)
        if identity is None:
            identity = self._verify(token).settled()
            verified.put(token, identity)
        else:
            check_times(identity.claims, now())
        return identity

    def figures(self) -> CacheFigures:
        """How the verified tokens were used that are remembered."""
        return self._verified.figures()

    def _forget(self) -> None:
        self._verified = SieveCache[Identity](self._cache_size)

    def _anonymous(self) -> Identity:
        if self._nobody is None:
            raise JWT_REQUIRED(headers=(bearer_challenge(),))
        return self._nobody

    def _verify(self, token: str) -> Identity:
        """The identity of a token that was not seen before; of what is refused, none is kept."""
        if not self._trusted:
            raise JWT_SECRET_MISSING()
        claims, trust = verify(token, self._trusted)
        check_times(claims, now())
        trust.check(claims)
        role = self._role_path.read(claims)
        if role is None:
            return replace(self._anonymous(), claims=claims)
        anonymous = self._nobody is not None and role == self._nobody.role
        return Identity(role, claims, authenticated=not anonymous)


def now() -> int:
    """Seconds since 1970, as tokens count them."""
    return int(time.time())
