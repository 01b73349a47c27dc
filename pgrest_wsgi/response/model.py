"""An answer, before WSGI."""

from __future__ import annotations

from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]


class Response(NamedTuple):
    """Status, headers and body; `reason` replaces the usual reason phrase.

    Header values are WSGI's native strings: one character a byte.
    """

    status: int
    headers: Headers
    body: bytes = b""
    reason: str | None = None
