"""Types of PostgreSQL in terms of OpenAPI 2.0, and defaults of columns.

Upstream: https://docs.postgrest.org/en/v16/references/api/openapi.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from pgrest_wsgi.catalog.model import Column

Json = dict[str, object]

# What is in neither table is a string, or an array where it ends in brackets.
TYPES = {
    "boolean": "boolean",
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "numeric": "number",
    "real": "number",
    "double precision": "number",
}
ANYTHING = ("json", "jsonb")

FORMATS = {"smallint": "int32", "integer": "int32", "bigint": "int64"}

ARRAY = "[]"


def members(**given: object) -> Json:
    """An object of what is given: None is left out."""
    return {name: value for name, value in given.items() if value is not None}


def named(pairs: Iterable[tuple[str, Json]]) -> Json | None:
    """An object of pairs; None where there are none, for OpenAPI need not tell that."""
    return dict(pairs) or None


def json_type(name: str) -> str | None:
    """The JSON type of a type's values; None where they may be of any."""
    if name in ANYTHING:
        return None
    return TYPES.get(name) or ("array" if name.endswith(ARRAY) else "string")


def type_format(name: str) -> str:
    """The ``format`` of a type: its size if it is an integer, else its name in PostgreSQL."""
    return FORMATS.get(name, name)


def describe_type(name: str) -> Json:
    """The members ``type``, ``format`` and ``items`` of a schema."""
    of_array = json_type(name) == "array"
    items = members(type=json_type(name.removesuffix(ARRAY))) if of_array else None
    return members(type=json_type(name), format=type_format(name), items=items)


def constant_default(column: Column) -> object:
    """The default of a column as JSON; None where it has none, or one that JSON cannot say.

    What is no number and no truth value is a text: that of a constant, or of the SQL expression.
    """
    text = column.default
    if text is None:
        return None
    if json_type(column.type) == "string":
        constant = text.removesuffix(f"::{column.type}")
        text = f'"{text if constant == text else constant.strip(_QUOTE)}"'
    try:
        return json.loads(text)
    except ValueError:
        return None


_QUOTE = "'"
