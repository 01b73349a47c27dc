"""Making tokens with the configured secret, for the command ``pgrest-wsgi token``."""

from __future__ import annotations

import jwt

from pgrest_wsgi.auth.claims import Claims
from pgrest_wsgi.auth.keys import (
    SECRET_ALGORITHM,
    JsonWebKey,
    make_key,
    read_json_web_keys,
    read_keys,
    unusable_secret,
)
from pgrest_wsgi.config.parsers import is_json_web_key, names_issuers


def sign_token(claims: Claims, secret: bytes) -> str:
    """A token with these claims, signed by the secret, or by the first key that can sign.

    Raises ConfigError where there is none.
    """
    if names_issuers(secret):
        raise unusable_secret("names issuers, who alone can sign")
    if not is_json_web_key(secret):
        (key,) = read_keys(secret)
        return jwt.encode(dict(claims), key.material, SECRET_ALGORITHM)
    for jwk in read_json_web_keys(secret):
        if make_key(jwk) is not None and ("k" in jwk or "d" in jwk):
            return _sign_by_key(claims, jwk)
    raise unusable_secret("has public keys only, which cannot sign")


def _sign_by_key(claims: Claims, jwk: JsonWebKey) -> str:
    # Without `alg`, that of the curve, which is not known for Ed448.
    algorithm = "EdDSA" if jwk["kty"] == "OKP" else jwk.get("alg")
    try:
        key = jwt.PyJWK(dict(jwk), algorithm)
    except (jwt.PyJWTError, ValueError):
        raise unusable_secret(f"has a private key of type {jwk['kty']} that is wrong") from None
    headers = {"kid": jwk["kid"]} if jwk.get("kid") else None
    return jwt.encode(dict(claims), key, key.algorithm_name, headers)
