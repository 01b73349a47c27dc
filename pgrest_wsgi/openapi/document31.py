"""The OpenAPI 3.1 document of a schema, which PostgREST does not have.

It is about the same tables and functions as that of 2.0 (`document`), and says more of them: all
methods, what they take and answer, and what may be null. https://spec.openapis.org/oas/v3.1.1.html.
"""

from __future__ import annotations

from pgrest_wsgi.api.media_types import JSON
from pgrest_wsgi.catalog.relationship import Relationships
from pgrest_wsgi.openapi.address import Address
from pgrest_wsgi.openapi.document import EXTERNAL_DOCS, Contents, describe_schema
from pgrest_wsgi.openapi.paths31 import (
    COMMON_31,
    ROOT_31,
    path_of,
    routine_operations,
    table_filters,
    table_operations,
)
from pgrest_wsgi.openapi.schemas31 import (
    ERROR_NAME,
    ERROR_SCHEMA,
    FILTER_NAME,
    FILTER_SCHEMA,
    component_name,
    refer,
    table_answer,
    table_body,
    table_schemas,
)
from pgrest_wsgi.openapi.types import Json
from pgrest_wsgi.version import POSTGREST_VERSION

VERSION = "3.1.0"

ERROR = component_name(*ERROR_NAME)
FILTER = component_name(*FILTER_NAME)
ERROR_ANSWER: Json = {
    "description": "Refused, or failed",
    "content": {JSON.name: {"schema": refer("schemas", *ERROR_NAME)}},
}
TOKENS: Json = {"JWT": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def make_document_31(contents: Contents, relationships: Relationships, *, secured: bool) -> Json:
    """The document, but for `describe_servers`; with `secured` it says how to send a token."""
    components = make_components(contents, relationships)
    return {
        "openapi": VERSION,
        "info": {"version": POSTGREST_VERSION, **describe_schema(contents.comment)},
        "externalDocs": EXTERNAL_DOCS,
        "paths": make_paths(contents),
        "components": {**components, **({"securitySchemes": TOKENS} if secured else {})},
        **({"security": [{"JWT": []}]} if secured else {}),
    }


def make_paths(contents: Contents) -> Json:
    """All paths, with their methods."""
    known = frozenset(table.name for table in contents.tables)
    tables = {path_of(table.name.name): table_operations(table) for table in contents.tables}
    routines = {
        path_of("rpc", routine.name.name): routine_operations(routine, known)
        for routine in contents.routines
    }
    return {"/": ROOT_31, **tables, **routines}


def make_components(contents: Contents, relationships: Relationships) -> Json:
    """What paths refer to."""
    tables = contents.tables
    names = {component_name(table.name.name): table for table in tables}
    rows = {name: row for table in tables for name, row in table_schemas(table, relationships)}
    filters = {name: row for table in tables for name, row in table_filters(table).items()}
    return {
        "schemas": {ERROR: ERROR_SCHEMA, FILTER: FILTER_SCHEMA, **rows},
        "parameters": {**COMMON_31, **filters},
        "requestBodies": {name: table_body(table) for name, table in names.items()},
        "responses": {
            ERROR: ERROR_ANSWER,
            **{name: table_answer(table) for name, table in names.items()},
        },
    }


def describe_servers(address: Address) -> Json:
    """The member that depends on where the API is."""
    return {"servers": [{"url": f"{address.scheme}://{address.host}{address.path.rstrip('/')}"}]}
