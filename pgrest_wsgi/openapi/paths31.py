"""Paths of OpenAPI 3.1: all methods that tables and functions know, as ``OPTIONS`` tells them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from pgrest_wsgi.api.media_types import JSON, OCTETS, OPENAPI, OPENAPI_31, PLAIN_TEXT, XML
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.catalog.routine import Routine
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.parameters import text_parameter
from pgrest_wsgi.openapi.paths import (
    argument_schema,
    query_parameter,
    required_names,
    split_comment,
)
from pgrest_wsgi.openapi.schemas31 import (
    CLOSED,
    ERROR_NAME,
    FILTER_NAME,
    as_parameter,
    component_name,
    refer,
    result_schema,
)
from pgrest_wsgi.openapi.types import Json, describe_type
from pgrest_wsgi.plan.inspect import routine_methods, table_methods

FAILURE: Json = {"default": refer("responses", *ERROR_NAME)}
NOTHING: Json = {"description": "No Content"}

ROOT_31: Json = {
    "get": {
        "tags": ["Introspection"],
        "summary": "OpenAPI description",
        "operationId": "get",
        "responses": {
            "200": {
                "description": "OK",
                "content": {name: {} for name in (OPENAPI.name, OPENAPI_31.name)},
            },
            **FAILURE,
        },
    }
}

# A single argument without a name takes the whole body, which then has this type.
WHOLE_BODIES = {
    "json": JSON,
    "jsonb": JSON,
    "text": PLAIN_TEXT,
    "xml": XML,
    "bytea": OCTETS,
}

RETURN = ["return=minimal", "return=headers-only", "return=representation"]
RESOLUTION = ["resolution=merge-duplicates", "resolution=ignore-duplicates", "missing=default"]
NUMBER: Json = {"type": "integer", "minimum": 0}


def query(name: str, description: str | None, schema: Json | None = None) -> Json:
    """An optional parameter of the query; a text, unless a schema says otherwise."""
    parameter = as_parameter(text_parameter(name, "query", description))
    return parameter if schema is None else {**parameter, "schema": schema}


def prefer(*examples: str) -> Json:
    """The header ``Prefer``, which may have several preferences, and others than the examples."""
    parameter = as_parameter(text_parameter("Prefer", "header", "Preferences"))
    return {**parameter, "schema": {"type": "string", "examples": examples}}


COMMON_31: Json = {
    "select": query("select", "Columns, and related resources to embed"),
    "order": query("order", "Columns to sort by"),
    "limit": query("limit", "How many rows at most", NUMBER),
    "offset": query("offset", "How many rows to leave out first", NUMBER),
    "columns": query("columns", "Columns to take from the body"),
    "on_conflict": query("on_conflict", "Columns by which rows that exist are found"),
    "preferRead": prefer("count=exact", "count=planned", "count=estimated"),
    "preferWrite": prefer(*RETURN),
    "preferInsert": prefer(*RETURN, *RESOLUTION),
}
COMMON_REFERENCES = {name: refer("parameters", name) for name in COMMON_31}
# A column called so cannot be filtered by: the parameter has its meaning already.
TAKEN = ("select", "order", "limit", "offset", "columns", "on_conflict", "and", "or")

PATH_SAFE = "-._~!$&'()*+,;=:@"  # RFC 3986, 3.3: pchar


# -- tables ---------------------------------------------------------------------------------------


class Method(NamedTuple):
    """What a method of a table takes, and how it answers; all but 204 may have rows."""

    parameters: tuple[str, ...]
    statuses: tuple[str, ...]
    filters: bool = True
    body: bool = False


METHODS = {
    "GET": Method(("select", "order", "limit", "offset", "preferRead"), ("200", "206")),
    "POST": Method(
        ("select", "columns", "on_conflict", "preferInsert"),
        ("200", "201"),
        filters=False,
        body=True,
    ),
    "PUT": Method(("select", "preferWrite"), ("200", "201", "204"), filters=False, body=True),
    "PATCH": Method(("select", "columns", "preferWrite"), ("200", "204"), body=True),
    "DELETE": Method(("select", "preferWrite"), ("200", "204")),
}


def table_filters(table: Table) -> dict[str, Json]:
    """The filters of a table's columns, by their names as components."""
    return {
        component_name("rowFilter", table.name.name, column.name): query(
            column.name, column.comment, refer("schemas", *FILTER_NAME)
        )
        for column in table.columns.values()
        if column.name not in TAKEN
    }


def table_operations(table: Table) -> Json:
    """The methods that a table knows."""
    filters: list[Json] = [
        {"$ref": f"#/components/parameters/{key}"} for key in table_filters(table)
    ]
    return {
        method.lower(): table_operation(table, method, METHODS[method], filters)
        for method in table_methods(table)
        if method in METHODS
    }


def table_operation(table: Table, name: str, method: Method, filters: list[Json]) -> Json:
    """What a method of a table takes and answers; PUT must name the row by its key."""
    target = table.name.name
    if not method.filters:
        filters = [key_filter(key) for key in table.primary_key] if name == "PUT" else []
    common = [COMMON_REFERENCES[parameter] for parameter in method.parameters]
    body = {"requestBody": refer("requestBodies", target)} if method.body else {}
    rows = refer("responses", target)
    return {
        "tags": [target],
        **split_comment(table.comment),
        "operationId": f"{component_name(target)}.{name.lower()}",
        "parameters": [*filters, *common],
        **body,
        "responses": {
            **{status: NOTHING if status == "204" else rows for status in method.statuses},
            **FAILURE,
        },
    }


def key_filter(column: str) -> Json:
    """The filter of ``PUT`` for a column of the key, such as ``eq.1``."""
    schema = {"type": "string", "pattern": "^eq[.]"}
    return {"name": column, "in": "query", "required": True, "schema": schema}


# -- functions ------------------------------------------------------------------------------------


def routine_operations(routine: Routine, tables: frozenset[QualifiedName]) -> Json:
    """The methods that a function knows."""
    name = routine.name.name
    common: Json = {"tags": [f"(rpc) {name}"], **split_comment(routine.comment)}
    identifier = component_name("rpc", name)
    operations: Json = {}
    if "GET" in routine_methods(routine):
        operations["get"] = {
            **common,
            "operationId": f"{identifier}.get",
            "parameters": [as_parameter(query_parameter(row)) for row in routine.arguments],
            "responses": routine_responses(routine, tables),
        }
    operations["post"] = {
        **common,
        "operationId": f"{identifier}.post",
        "requestBody": routine_body(routine),
        "responses": routine_responses(routine, tables),
    }
    return operations


def routine_body(routine: Routine) -> Json:
    """The arguments as an object; an argument without a name takes the body as it is."""
    if [argument.name for argument in routine.arguments] != [""]:
        content = {JSON.name: {"schema": argument_schema(routine) | CLOSED}}
        return {"required": bool(required_names(routine.arguments)), "content": content}
    [argument] = routine.arguments
    media_type = WHOLE_BODIES[argument.type]
    return {
        "required": True,
        "content": {media_type.name: {"schema": describe_type(argument.type)}},
    }


def routine_responses(routine: Routine, tables: frozenset[QualifiedName]) -> Json:
    """A function without a value answers nothing."""
    if routine.returns_void:
        return {"204": NOTHING, **FAILURE}
    content = {JSON.name: {"schema": result_schema(routine, tables)}}
    return {"200": {"description": "OK", "content": content}, **FAILURE}


def path_of(*segments: str) -> str:
    """A path; braces, which would be parameters of it, are encoded."""
    return "".join(f"/{quote(segment, safe=PATH_SAFE)}" for segment in segments)
