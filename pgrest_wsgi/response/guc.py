"""``response.status`` and ``response.headers``: what functions of a request ask of its answer.

Upstream: https://docs.postgrest.org/en/v16/references/transactions.html#response-headers. What
would break HTTP is refused, as in errors that functions raise (`sqlstates`).
"""

from __future__ import annotations

import json
import re

from pgrest_wsgi.errors import GUC_HEADERS, GUC_STATUS
from pgrest_wsgi.response.errors import to_native
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.sqlstates import is_header

_STATUS = re.compile(rb"[0-9]+")


def override(response: Response, status: bytes | None, headers: bytes | None) -> Response:
    """Apply the two settings to an answer. Raises PGRST111, PGRST112."""
    if status is not None:
        response = response._replace(status=read_status(status))
    if headers is not None:
        own = read_headers(headers)
        names = {name.lower() for name, _ in own}
        kept = tuple(header for header in response.headers if header[0].lower() not in names)
        response = response._replace(headers=kept + own)
    return response


def read_status(setting: bytes) -> int:
    """The status that the leading digits name, 200 to 599."""
    found = _STATUS.match(setting)
    status = int(found[0][:4]) if found else 0
    if not 200 <= status <= 599:
        raise GUC_STATUS()
    return status


def read_headers(setting: bytes) -> Headers:
    """Headers from a JSON array of objects, each with a name and a text."""
    try:
        items = json.loads(setting)
    except (ValueError, RecursionError):  # RecursionError: nested deeper than Python reads
        raise GUC_HEADERS() from None
    if not isinstance(items, list):
        raise GUC_HEADERS()
    return tuple(_read_header(item) for item in items)


def _read_header(item: object) -> tuple[str, str]:
    if not isinstance(item, dict) or len(item) != 1:
        raise GUC_HEADERS()
    [(name, value)] = item.items()
    if not isinstance(value, str) or not is_header(name, value):
        raise GUC_HEADERS()
    return name, to_native(value)
