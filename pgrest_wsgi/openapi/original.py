"""The description of a table as PostgREST 0.3 gave it: one object for the table, one a column.

Upstream: https://postgrest.org/en/v0.3/; docs/legacy-grammar.md has its members.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.catalog.model import Column, Table
from pgrest_wsgi.catalog.relationship import Cardinality, Relationship, Relationships
from pgrest_wsgi.openapi.describe import Describe, encode
from pgrest_wsgi.openapi.types import ARRAY, Json

# Bits of a number, as information_schema counts them.
PRECISIONS = {
    "smallint": 16,
    "integer": 32,
    "bigint": 64,
    "real": 24,
    "double precision": 53,
}
TO_ONE = (Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_ONE)

_DECIMAL = re.compile(r"numeric\((\d+)")


def table_describer(table: Table, relationships: Relationships) -> Describe:
    """What gives the description to roles that may use the table; others are told nothing."""
    body = encode(describe_table(table, relationships))

    def describe(answer: bytes, request: Request) -> bytes:
        found = json.loads(answer)
        is_usable = "tables" not in found or table.name.name in (found["tables"] or ())
        return body if is_usable else b""

    return describe


def describe_table(table: Table, relationships: Relationships) -> Json:
    """The key of a table, and its columns in their order."""
    references = find_references(table, relationships)
    return {
        "pkey": table.primary_key,
        "columns": [
            describe_column(column, position, table, references)
            for position, column in enumerate(table.columns.values(), start=1)
        ],
    }


def describe_column(
    column: Column, position: int, table: Table, references: Mapping[str, Json]
) -> Json:
    """What can be told of a column."""
    return {
        "schema": table.name.schema,
        "name": column.name,
        "position": position,
        "nullable": column.nullable,
        "type": standard_type(column),
        "updatable": table.updatable,
        "maxLen": column.max_length,
        "precision": precision(column),
        "references": references.get(column.name),
        "default": column.default,
        "enum": column.enum_values,
    }


def standard_type(column: Column) -> str:
    """The type as information_schema names it, which knows no user's own and no elements."""
    if column.type.endswith(ARRAY):
        return "ARRAY"
    return "USER-DEFINED" if column.enum_values or "." in column.type else column.type


def precision(column: Column) -> int | None:
    """The bits of a number, or the digits that were declared."""
    declared = _DECIMAL.match(column.nominal_type)
    return int(declared[1]) if declared else PRECISIONS.get(column.type)


def find_references(table: Table, relationships: Relationships) -> dict[str, Json]:
    """What columns refer to; of several foreign keys of a column the first counts.

    Tables come before views.
    """
    found = relationships.get((table.name, table.name.schema), ())
    keys = [
        row
        for row in found
        if isinstance(row, Relationship) and row.cardinality in TO_ONE and not row.is_inverse
    ]
    references: dict[str, Json] = {}
    for key in sorted(keys, key=lambda row: row.foreign_table_is_view):
        schema, name = key.foreign_table
        for column, referenced in key.columns:
            reference: Json = {"schema": schema, "table": name, "column": referenced}
            references.setdefault(column, reference)
    return references
