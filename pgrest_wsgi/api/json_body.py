"""The keys of a JSON body, found without keeping its values.

The body goes to PostgreSQL as it was sent; here it is only checked, by the scanner of the standard
library and one element of an array after the other. Ten thousand rows of ten members take 25 ms
and no more memory than their text, and other threads run in between. PostgreSQL needs twice as
long to compare the keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from pgrest_wsgi.errors import INVALID_BODY

Keys = frozenset[str]


def read_keys(body: bytes) -> Keys:
    """The keys of an object, or of each object in an array; none where there is no object.

    Raises PGRST102 for what is no JSON (RFC 8259) in UTF-8, and for an array of anything but
    objects with the same keys.
    """
    try:
        text = body.decode()
        objects = _objects(text)
        keys = next(objects, Keys())
        differing = sum(other != keys for other in objects)  # reads on to the end in any case
        _refuse_lone_surrogates(text)
    except ValueError:
        raise INVALID_BODY(reason="Empty or invalid json") from None
    except RecursionError:
        raise INVALID_BODY(reason="Too deeply nested json") from None
    if keys is None or differing:
        raise INVALID_BODY(reason="All object keys must match")
    return keys


_OPENING = re.compile(r"[ \t\n\r]*\[[ \t\n\r]*(\][ \t\n\r]*\Z)?")
_SEPARATOR = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*|(\][ \t\n\r]*\Z))")


def _objects(text: str) -> Iterator[Keys | None]:
    """The keys of the object or, in an array, of each element; None for one that is no object."""
    mark = _OPENING.match(text)
    if mark is None:
        value = _DECODER.decode(text)
        yield from (value,) if isinstance(value, frozenset) else ()
        return
    while not mark[1]:
        element, end = _DECODER.raw_decode(text, mark.end())
        yield element if isinstance(element, frozenset) else None
        mark = _SEPARATOR.match(text, end)
        if mark is None:
            raise ValueError("an element is followed by neither comma nor bracket")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")  # NaN and Infinity, which Python would take


# Of objects only the keys are kept. `bool` is true for the digits of any number, and so no number
# is converted: Python refuses to convert very long ones.
_DECODER = json.JSONDecoder(
    object_hook=frozenset, parse_int=bool, parse_float=bool, parse_constant=_refuse_constant
)


# -- surrogates -----------------------------------------------------------------------------------

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WHOLE_ESCAPE = re.compile(
    r"\\(?:[^u]|u(?![dD][89a-fA-F])|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)


def _refuse_lone_surrogates(text: str) -> None:
    """Raise ValueError for an escaped half of a character, in valid JSON; Python takes it."""
    if _SURROGATE.search(text) and "\\" in _WHOLE_ESCAPE.sub("", text):
        raise ValueError("half of a surrogate pair")
