"""Issuers: whose tokens are taken, where ``jwt-secret`` tells where the keys are, and has none.

Ours; off unless the setting begins like a URL or names an issuer:

    https://id.example.com/keys                                     a JSON Web Key Set
    https://id.example.com/.well-known/openid-configuration         an issuer, by its document
    {"issuer": "https://id.example.com", "audience": "films"}       the same, and who it is for
    [{"issuer": "a", "jwks": "https://a.example.com/keys"}, …]      several

OpenID Connect Discovery 1.0, section 4, tells how the document of an issuer is found.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pgrest_wsgi.auth.keys import unusable_secret
from pgrest_wsgi.config.model import ConfigError
from pgrest_wsgi.config.parsers import names_issuers

DISCOVERY = "/.well-known/openid-configuration"
MEMBERS = ("issuer", "jwks", "audience")

# Where http is no risk: nobody stands between a machine and itself.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PRINTABLE = re.compile("[!-~]+")


class Issuer(NamedTuple):
    """Who signs tokens: the claim `iss` of them without a last slash, or None for any.

    `jwks` is the URL of its keys, None where its own document tells. Tokens must name `audience`.
    """

    name: str | None
    jwks: str | None = None
    audience: str | None = None

    @property
    def source(self) -> str:
        """The URL that is asked first."""
        return self.jwks or f"{self.name}{DISCOVERY}"


def read_issuers(secret: bytes) -> tuple[Issuer, ...]:
    """The issuers that ``jwt-secret`` names; none where it holds a key. Raises ConfigError."""
    if not names_issuers(secret):
        return ()
    text = secret.decode(errors="replace").strip()
    if text.startswith("http"):
        return (_issuer_at(text),)
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise unusable_secret("begins like a list of issuers, but is not JSON") from None
    issuers = tuple(map(_read_issuer, entries if isinstance(entries, list) else [entries]))
    if len({issuer.name for issuer in issuers}) < len(issuers) or not issuers:
        raise unusable_secret("must name each issuer once, and at least one")
    return issuers


def is_fetchable(url: str) -> bool:
    """Whether a URL may be asked: https, or http to this machine; no user, no fragment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    trusted = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = parts.username is None and not parts.fragment and _PRINTABLE.fullmatch(url)
    return bool(host and trusted and plain)


def canonical_name(issuer: str) -> str:
    """The name of an issuer without its last slash, which some write and some do not."""
    return issuer.removesuffix("/")


def _issuer_at(url: str) -> Issuer:
    if not is_fetchable(url):
        raise _unfetchable()
    if url.endswith(DISCOVERY):
        return Issuer(url.removesuffix(DISCOVERY))
    return Issuer(None, url)


def _read_issuer(entry: Any) -> Issuer:
    if not isinstance(entry, dict) or not entry.keys() <= {*MEMBERS}:
        raise unusable_secret(f"must have issuers with {', '.join(MEMBERS)} and nothing else")
    if not all(isinstance(text, str) and text for text in entry.values()) or "issuer" not in entry:
        raise unusable_secret("has an issuer without a name, or with a member that is no text")
    issuer = Issuer(canonical_name(entry["issuer"]), entry.get("jwks"), entry.get("audience"))
    if not is_fetchable(issuer.source):
        raise _unfetchable()
    return issuer


def _unfetchable() -> ConfigError:
    return unusable_secret(
        "must name https URLs (http for this machine alone) without user and fragment"
    )
