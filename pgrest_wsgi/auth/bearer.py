"""Where a request has its token: in the header ``Authorization``, or (ours) in a cookie.

A cookie is for pages that must not keep a token where scripts can read it. Browsers send cookies
for pages of every site, so it proves who asks, but not that they want it. Reading harms nobody: the
transaction of a GET is read-only, and other pages do not see the answer. A write has to come from
our own pages, which browsers tell truly: RFC 6454, section 7, and
https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html; RFC 6750, section 2.1.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import CROSS_SITE

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

# What a browser calls a page of this very origin, and its user who typed the address.
OWN_SITES = ("same-origin", "none")


def find_token(request: Request, config: Config) -> str | None:
    """The token of a request, None without one. Raises PGRSTJ02."""
    token = bearer_token(request.header("HTTP_AUTHORIZATION"))
    return cookie_token(request, config) if token is None else token


def bearer_token(authorization: str | None) -> str | None:
    """The token in a header; None in that of another scheme. A tab parts them too, as in v16.2."""
    if authorization is None:
        return None
    scheme, _, token = authorization.replace("\t", " ").partition(" ")
    return token.strip(" ") if scheme.lower() == "bearer" else None


def cookie_token(request: Request, config: Config) -> str | None:
    """The token in the cookie ``jwt-cookie-name``, None without one.

    Raises PGRSTJ02 where the request writes and does not come from our own pages.
    """
    if config.jwt_cookie_name is None:
        return None
    token = request.cookies().get(config.jwt_cookie_name)
    if not token:
        return None
    if request.method not in SAFE_METHODS and not is_our_own(request, config):
        raise CROSS_SITE(method=request.method)
    return token


def is_our_own(request: Request, config: Config) -> bool:
    """Whether a page of this origin sent a request, or of one in ``server-cors-allowed-origins``.

    Who says nothing of it is no browser of these days, and may be one of others.
    """
    origin = request.header("HTTP_ORIGIN")
    if origin in config.server_cors_allowed_origins:
        return True
    site = request.header("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in OWN_SITES
    host = request.header("HTTP_HOST") or ""
    return origin is not None and host_of(origin) == host.lower() != ""


def host_of(origin: str) -> str:
    """Host and port of an origin, in lower case; empty where it has none, as in ``null``."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
