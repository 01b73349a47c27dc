"""Who asks, by the header ``Authorization`` of the request.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html. The steps are elsewhere: keys in
`keys`, signatures in `jwt`, what is claimed in `claims` and `role`.
"""

from __future__ import annotations

import time
from dataclasses import replace

from pgrest_wsgi.auth.cache import SieveCache
from pgrest_wsgi.auth.claims import check_audience, check_times, read_claims
from pgrest_wsgi.auth.jwt import verify_token
from pgrest_wsgi.auth.keys import read_keys
from pgrest_wsgi.auth.role import read_role_path
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import JWT_REQUIRED, JWT_SECRET_MISSING, bearer_challenge
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.observe import DeprecatedSetting, Observer


class Authenticator:
    """How one configuration finds out who asks. Safe to use from many threads.

    Verified tokens are remembered here, so that they are forgotten with the configuration whose
    key and audience they were checked against.
    """

    def __init__(self, config: Config, observer: Observer) -> None:
        """Read keys and paths, once. Raises ConfigError for those that cannot be used."""
        secret, anonymous = config.jwt_secret, config.db_anon_role
        self._keys = None if secret is None else read_keys(secret)
        self._audience = config.jwt_aud
        self._role_path = read_role_path(config.jwt_role_claim_key)
        self._verified = SieveCache[Identity](config.jwt_cache_max_entries)
        self._nobody = None if anonymous is None else Identity(anonymous, authenticated=False)
        if self._role_path.deprecated:
            advice = "write a JSON path (RFC 9535), such as $.role"
            observer(DeprecatedSetting("jwt-role-claim-key", advice))

    def identify(self, authorization: str | None) -> Identity:
        """The identity that a header proves; the anonymous one where it has no bearer token.

        Raises PGRST300 to 303.
        """
        if authorization is None:
            return self._anonymous()
        scheme, _, token = authorization.partition(" ")
        return self._bearer(token.strip()) if scheme.lower() == "bearer" else self._anonymous()

    def _anonymous(self) -> Identity:
        if self._nobody is None:
            raise JWT_REQUIRED(headers=(bearer_challenge(),))
        return self._nobody

    def _bearer(self, token: str) -> Identity:
        identity = self._verified.get(token)
        if identity is None:
            identity = self._verify(token)
            self._verified.put(token, identity)
        else:
            check_times(identity.claims, now())
        return identity

    def _verify(self, token: str) -> Identity:
        """The identity of a token that was not seen before; of what is refused, none is kept."""
        if self._keys is None:
            raise JWT_SECRET_MISSING()
        claims = read_claims(verify_token(token, self._keys))
        check_times(claims, now())
        check_audience(claims, self._audience)
        role = self._role_path.read(claims)
        if role is None:
            return replace(self._anonymous(), claims=claims)
        anonymous = self._nobody is not None and role == self._nobody.role
        return Identity(role, claims, authenticated=not anonymous)


def now() -> int:
    """Seconds since 1970, as tokens count them."""
    return int(time.time())
