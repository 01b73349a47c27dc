"""Fetching the keys of an issuer: from URLs that are configured, or that its document names.

What comes is a stranger's: no redirect is followed, time and size are bounded, and of the answer
nothing is used but a list of keys.

RFC 7517, section 5; OpenID Connect Discovery 1.0, section 4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pgrest_wsgi.auth.issuers import Issuer, canonical_name, is_fetchable
from pgrest_wsgi.auth.keys import JsonWebKey, Key, make_key
from pgrest_wsgi.config.model import ConfigError
from pgrest_wsgi.version import __version__

SILENCE_SECONDS = 5  # how long an issuer may say nothing
ANSWER_SECONDS = 10  # how long its answer may take
LARGEST_ANSWER = 524_288  # bytes; the sets of large providers have some 10,000

HEADERS = {"Accept": "application/json", "User-Agent": f"pgrest_wsgi/{__version__}"}


class FetchError(Exception):
    """Keys could not be fetched; the text says why, for the log."""


class _NoRedirects(HTTPRedirectHandler):
    """Leaves every redirect an error: who answers must not choose what this machine asks for."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch_key_set(issuer: Issuer) -> Sequence[JsonWebKey]:
    """The public keys that an issuer publishes, unread. Raises FetchError."""
    keys = fetch_object(issuer.jwks or discover_keys(issuer)).get("keys")
    if not isinstance(keys, list):
        raise FetchError("the answer holds no list of keys")
    return [jwk for jwk in keys if isinstance(jwk, dict)]


def discover_keys(issuer: Issuer) -> str:
    """The URL of the keys, by the issuer's own document. Raises FetchError.

    It must be its own: a document that names another issuer could be anybody's.
    """
    document = fetch_object(issuer.source)
    name, url = document.get("issuer"), document.get("jwks_uri")
    if not isinstance(name, str) or canonical_name(name) != issuer.name:
        raise FetchError("the document is another issuer's")
    if not isinstance(url, str) or not is_fetchable(url) or scheme(url) != scheme(issuer.source):
        raise FetchError("the document names no jwks_uri that may be asked")
    return url


def fetch_object(url: str) -> Mapping[str, Any]:
    """The JSON object at a URL. Raises FetchError."""
    opener = build_opener(_NoRedirects)
    try:
        with opener.open(Request(url, headers=HEADERS), timeout=SILENCE_SECONDS) as response:
            document = json.loads(read_answer(response))
    except HTTPError as error:
        error.close()
        raise FetchError(str(error)) from None
    except (OSError, HTTPException) as error:
        raise FetchError(str(error) or type(error).__name__) from error
    except (ValueError, RecursionError):
        raise FetchError("the answer is no JSON") from None
    if not isinstance(document, dict):
        raise FetchError("the answer is no JSON object")
    return document


def read_answer(response: HTTPResponse) -> bytes:
    """A body, as far as its time and size go. Raises FetchError beyond."""
    deadline = monotonic() + ANSWER_SECONDS
    content = b""
    while part := response.read1(65_536):
        content += part
        if len(content) > LARGEST_ANSWER:
            raise FetchError(f"the answer has more than {LARGEST_ANSWER} bytes")
        if monotonic() > deadline:
            raise FetchError(f"the answer takes more than {ANSWER_SECONDS} seconds")
    return content


def public_keys(jwks: Sequence[JsonWebKey]) -> tuple[Key, ...]:
    """The keys of a set that can verify; what is wrong with others is their issuer's affair.

    A secret that is published is none: whoever reads it could sign. Raises FetchError where no key
    is left.
    """
    keys = tuple(key for jwk in jwks if (key := _public_key(jwk)) is not None)
    if not keys:
        raise FetchError("the answer holds no key that can verify")
    return keys


def _public_key(jwk: JsonWebKey) -> Key | None:
    try:
        return None if jwk.get("kty") == "oct" else make_key(jwk)
    except ConfigError:
        return None


def scheme(url: str) -> str:
    return urlsplit(url).scheme
