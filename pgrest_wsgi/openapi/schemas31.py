"""What OpenAPI 3.1 calls components: schemas of rows and results, bodies, answers, parameters.

Types and notes are those of the 2.0 document. Said in addition: which values may be null, what can
be written, and what an error looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pgrest_wsgi.api.media_types import CSV, FORM, JSON, OBJECT
from pgrest_wsgi.api.operators import BY_NAME
from pgrest_wsgi.catalog.model import Column, Table
from pgrest_wsgi.catalog.relationship import Relationships
from pgrest_wsgi.catalog.routine import Routine
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.definitions import define_column, single_references
from pgrest_wsgi.openapi.types import ARRAY, Json, describe_type, members

TEXT: Json = {"type": "string"}
CLOSED: Json = {"type": "object", "additionalProperties": False}
ROWS_DESCRIPTION = "Rows; of a part of them `Content-Range` tells which"

ERROR_NAME = ("pgrst", "error")
ERROR_SCHEMA: Json = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": TEXT,
        "message": TEXT,
        "details": {"description": "Anything, mostly text"},
        "hint": {"type": ["string", "null"]},
    },
}

FILTER_NAME = ("pgrst", "filter")
FILTER_SCHEMA: Json = {
    "type": "string",
    "description": "An operator and what to compare with, such as `eq.1` or `not.in.(1,2)`",
    "pattern": r"^(not\.)?({})(\([a-z_]+\))?\.".format("|".join(BY_NAME)),
}

# Types of which the catalog has another name than SQL; values of those it cannot tell are untold.
WRITTEN = {
    "bool": "boolean",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
}
UNTOLD = ("json", "jsonb", "record")


def component_name(*names: str) -> str:
    """Names as one that components may have; different ones stay different.

    What is no letter of ASCII, no digit and no underscore becomes its number: ``Old-20-Port``.
    """
    return ".".join(_SPECIAL.sub(lambda found: f"-{ord(found[0]):x}-", name) for name in names)


_SPECIAL = re.compile(r"[^A-Za-z0-9_]")


def refer(section: str, *names: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{section}/{component_name(*names)}"}


def as_parameter(parameter: Json) -> Json:
    """A parameter of OpenAPI 2.0 as one of 3.1: what is said of its values goes into a schema."""
    outside = ("name", "in", "description", "required")
    about = {key: value for key, value in parameter.items() if key in outside}
    ignored = (*outside, "collectionFormat")  # a repeated parameter is the default now
    schema = {key: value for key, value in parameter.items() if key not in ignored}
    return {**about, "schema": schema}


# -- tables ---------------------------------------------------------------------------------------


def table_schemas(table: Table, relationships: Relationships) -> Iterable[tuple[str, Json]]:
    """The schemas of a row as it is read, and as it is written."""
    references = single_references(table, relationships)
    columns = table.columns.values()
    told = {column.name: tell_null(define_column(column, table, references), column)
            for column in columns}  # fmt: skip
    writable = {column.name: told[column.name] for column in columns if not column.generated}
    required = [column.name for column in columns if not column.nullable]
    name = table.name.name
    row = members(type="object", description=table.comment, required=required or None)
    yield component_name(name), {**row, "properties": told}
    yield component_name(name, "input"), {**CLOSED, "properties": writable}


def tell_null(schema: Json, column: Column) -> Json:
    """The schema of a column's values, which null may be among."""
    if not column.nullable:
        return schema
    enum = {"enum": [*column.enum_values, None]} if column.enum_values else {}
    return {**or_null(schema), **enum}


def or_null(schema: Json) -> Json:
    """A schema that null fits as well; without a type anything does."""
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema


def table_body(table: Table) -> Json:
    """The body of a request that writes rows."""
    row = refer("schemas", table.name.name, "input")
    rows = {"oneOf": [row, {"type": "array", "items": row}]}
    return {
        "required": True,
        "content": {
            JSON.name: {"schema": rows},
            CSV.name: {"schema": TEXT},
            FORM.name: {"schema": row},
        },
    }


def table_answer(table: Table) -> Json:
    """The answer that has rows."""
    row = refer("schemas", table.name.name)
    return {
        "description": ROWS_DESCRIPTION,
        "headers": {"Content-Range": {"schema": TEXT}},
        "content": {
            JSON.name: {"schema": {"type": "array", "items": row}},
            OBJECT.name: {"schema": row},
            CSV.name: {"schema": TEXT},
        },
    }


# -- functions ------------------------------------------------------------------------------------


def result_schema(routine: Routine, tables: frozenset[QualifiedName]) -> Json:
    """The schema of what a function gives; empty where all that is known is that it is JSON."""
    schema = _value_schema(routine, tables)
    return {"type": "array", "items": schema} if routine.returns_set else schema


def _value_schema(routine: Routine, tables: frozenset[QualifiedName]) -> Json:
    if routine.table_name in tables:
        return refer("schemas", routine.returns.name)
    if routine.returns_composite:
        return {"type": "object"}
    schema, name = routine.returns
    if schema != "pg_catalog" or name in UNTOLD:
        return {}
    element = name.removeprefix("_")
    written = WRITTEN.get(element, element)
    return or_null(describe_type(written if element == name else written + ARRAY))
