"""Paths: what can be asked of the root, of tables and of functions."""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.api.media_types import JSON, OBJECT, OBJECT_STRIPPED, OPENAPI
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.catalog.routine import Argument, Routine, Volatility
from pgrest_wsgi.openapi.parameters import body_name, filter_names
from pgrest_wsgi.openapi.types import (
    ARRAY,
    Json,
    describe_type,
    json_type,
    members,
    named,
    type_format,
)

JSON_TYPES = [JSON.name, OBJECT_STRIPPED.name, OBJECT.name]
OK: Json = {"description": "OK"}

ROOT: Json = {
    "get": {
        "tags": ["Introspection"],
        "summary": "OpenAPI description (this document)",
        "produces": [OPENAPI.name, JSON.name],
        "responses": {"200": OK},
    }
}


def split_comment(comment: str | None) -> Json:
    """The first line of a comment as summary, the others as description."""
    if comment is None:
        return {}
    summary, _, description = comment.partition("\n")
    return members(summary=summary, description=description.lstrip("\n") or None)


def refer(*names: str) -> list[Json]:
    """References to parameters that stand elsewhere in the document."""
    return [{"$ref": f"#/parameters/{name}"} for name in names]


# -- tables ---------------------------------------------------------------------------------------


def table_path(table: Table) -> Json:
    """What can be asked of a table: all methods where it can be written to in any way."""
    name = table.name.name
    common: Json = {"tags": [name], **split_comment(table.comment)}
    filters, body = filter_names(table), body_name(table)
    page = ("select", "order", "range", "rangeUnit", "offset", "limit", "preferCount")
    rows = {"type": "array", "items": {"$ref": f"#/definitions/{name}"}}
    get = {
        **common,
        "parameters": refer(*filters, *page),
        "responses": {"200": {**OK, "schema": rows}, "206": {"description": "Partial Content"}},
    }
    if not (table.insertable or table.updatable or table.deletable):
        return {"get": get}
    written = {"204": {"description": "No Content"}}
    post = {
        **common,
        "parameters": refer(body, "select", "preferPost"),
        "responses": {"201": {"description": "Created"}},
    }
    patch = {**common, "parameters": refer(*filters, body, "preferReturn"), "responses": written}
    delete = {**common, "parameters": refer(*filters, "preferReturn"), "responses": written}
    return {"get": get, "post": post, "patch": patch, "delete": delete}


# -- functions ------------------------------------------------------------------------------------


def routine_path(routine: Routine) -> Json:
    """What can be asked of a function: GET too where it only reads."""
    common: Json = {
        "tags": [f"(rpc) {routine.name.name}"],
        **split_comment(routine.comment),
        "produces": JSON_TYPES,
        "responses": {"200": OK},
    }
    body = members(name="args", required=True, schema=argument_schema(routine), **{"in": "body"})
    post = {**common, "parameters": [body, *refer("preferParams")]}
    if routine.volatility is Volatility.VOLATILE:
        return {"post": post}
    get = members(**common, parameters=[*map(query_parameter, routine.arguments)] or None)
    return {"get": get, "post": post}


def argument_schema(routine: Routine) -> Json:
    """The schema of a body whose members are the arguments."""
    return members(
        type="object",
        description=routine.comment,
        required=required_names(routine.arguments) or None,
        properties=named(
            (argument.name, describe_type(argument.type)) for argument in routine.arguments
        ),
    )


def required_names(arguments: Iterable[Argument]) -> list[str]:
    return [argument.name for argument in arguments if argument.required]


def query_parameter(argument: Argument) -> Json:
    """An argument in the query: there all is text but numbers, truth values and repeated ones."""
    common = {"name": argument.name, "required": argument.required, "in": "query"}
    kind = json_type(argument.type) or "string"
    if argument.variadic:
        element = argument.type.removesuffix(ARRAY)
        items = members(type=json_type(element), format=type_format(element))
        return {**common, "type": kind, "items": items, "collectionFormat": "multi"}
    kind = "string" if kind == "array" else kind
    return {**common, "type": kind, "format": type_format(argument.type)}
