"""CORS: which pages from elsewhere may use the API, told to browsers.

Upstream: https://docs.postgrest.org/en/v16/references/api/cors.html;
https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from __future__ import annotations

import re

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.response.model import Headers, Response

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD")
SAFE_HEADERS = ("Accept", "Accept-Language", "Content-Language")
EXPOSED_HEADERS = (
    "Access-Control-Expose-Headers",
    "Content-Encoding, Content-Location, Content-Range, Content-Type, "
    "Date, Location, Server, Transfer-Encoding, Range-Unit",
)
MAX_AGE = ("Access-Control-Max-Age", "86400")

_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # RFC 9110, 5.6.2: token


def answer_preflight(request: Request, origins: tuple[str, ...]) -> Response | None:
    """The answer to a browser that asks before it sends a request; None for all other requests.

    `origins` are those that may ask; where there are none of them, any may.
    """
    if request.method != "OPTIONS":
        return None
    headers = allow_origin(request, origins)
    asked = request.header("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
    names = None if asked is None else [name.strip() for name in asked.split(",") if name.strip()]
    method = request.header("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    if not headers or method not in METHODS or not all(map(_NAME.fullmatch, names or ())):
        return None
    headers += (("Access-Control-Allow-Methods", ", ".join(METHODS)),)
    if names is not None:
        headers += (("Access-Control-Allow-Headers", ", ".join(allow_headers(names))),)
    return Response(200, (*headers, MAX_AGE, ("Content-Length", "0")))


def allow_headers(asked: list[str]) -> list[str]:
    """All headers that are asked for, and those that need not be."""
    names = ["Authorization", *asked]
    known = {name.lower() for name in names}
    return names + [name for name in SAFE_HEADERS if name.lower() not in known]


def expose(request: Request, origins: tuple[str, ...]) -> Headers:
    """The headers with which a page from elsewhere may read an answer."""
    headers = () if request.method == "OPTIONS" else allow_origin(request, origins)
    return (*headers, EXPOSED_HEADERS) if headers else ()


def allow_origin(request: Request, origins: tuple[str, ...]) -> Headers:
    """The headers that let the origin of a request in; none where it has none, or may not."""
    origin = request.header("HTTP_ORIGIN")
    if origin is None:
        return ()
    if not origins:
        return (("Access-Control-Allow-Origin", "*"),)
    if origin not in origins:
        return ()
    return (("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"))
