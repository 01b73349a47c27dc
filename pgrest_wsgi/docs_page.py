"""The documentation page: swagger-ui, at the path that ``openapi-docs-path`` sets.

The page and what belongs to it are files in ``swagger_ui``, answered without the database; the page
itself then asks the root for the document, as whoever looks at it. Files of the distribution are
https://github.com/swagger-api/swagger-ui (Apache-2.0), as they are; `page.js` is ours.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.response.model import Headers, Response

FOLDER = "swagger_ui"
HTML = "text/html; charset=utf-8"
TYPES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}

# The page needs nothing from elsewhere, and nobody else's page needs it.
# https://www.w3.org/TR/CSP3/
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFETY: Headers = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{folder}/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="{folder}/swagger-ui-bundle.js"></script>
<script src="{folder}/page.js" data-root="{root}"></script>
</body>
</html>
"""


def answer_docs(request: Request, path: str | None) -> Response | None:
    """The page at `path`, or a file below it; None for all other requests."""
    if path is None or request.method not in ("GET", "HEAD"):
        return None
    if request.path == path:
        return answer_file(request, make_page(path), HTML)
    folder, _, name = request.path.rpartition("/")
    if folder != path or name not in TYPES:
        return None
    return answer_file(request, read_file(name), TYPES[name])


def answer_file(request: Request, body: bytes, content_type: str) -> Response:
    """A file, or 304 where the browser has it; it has to ask each time (RFC 9111, 5.2.2.4)."""
    tag = entity_tag(body)
    headers: Headers = (("ETag", tag), ("Cache-Control", "no-cache"), *SAFETY)
    if tag in (request.header("HTTP_IF_NONE_MATCH") or ""):
        return Response(304, headers)
    content: Headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    return Response(200, (*content, *headers), body)


@lru_cache
def make_page(path: str) -> bytes:
    """The page; its links are relative, so that it may be mounted anywhere."""
    folder = path.rpartition("/")[2]
    root = "../" * (path.count("/") - 1) or "./"
    return PAGE.format(folder=folder, root=root).encode()


@lru_cache
def read_file(name: str) -> bytes:
    return files("pgrest_wsgi").joinpath(f"{FOLDER}/{name}").read_bytes()


@lru_cache
def entity_tag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:16]}"'
