"""What tokens are written in: base64url and JSON, both read strictly."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

_BASE64URL = re.compile("[A-Za-z0-9_-]*")


def decode_base64url(text: str) -> bytes:
    """The bytes of base64url without padding (RFC 7515, 2). Raises ValueError."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def decode_json(content: bytes) -> Any:
    """The value of a JSON text in UTF-8 that can be written again. Raises ValueError.

    Half a surrogate pair cannot, nor NaN, nor a number beyond all floats, nor what is nested too
    deep. Of members of the same name the last one counts (RFC 7515, 4; RFC 7519, 4).
    """
    try:
        value = json.loads(content.decode())
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value
