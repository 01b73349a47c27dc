"""Parameters that paths refer to: those of all tables, and each table's own."""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.openapi.types import Json, members

RETURN = ["return=representation", "return=minimal", "return=none"]
RESOLUTION = ["resolution=ignore-duplicates", "resolution=merge-duplicates"]
PAGE = "Limiting and Pagination"


def text_parameter(name: str, place: str, description: str | None, **more: object) -> Json:
    """An optional parameter whose value is a text."""
    return members(
        name=name, description=description, required=False, type="string", **{"in": place}, **more
    )


def preference(*values: str) -> Json:
    """The header ``Prefer`` with values of which one is chosen; without any it is free."""
    return text_parameter("Prefer", "header", "Preference", enum=values or None)


COMMON: Json = {
    "preferParams": preference(),
    "preferReturn": preference(*RETURN),
    "preferCount": preference("count=none"),
    "preferPost": preference(*RETURN, *RESOLUTION),
    "select": text_parameter("select", "query", "Filtering Columns"),
    "on_conflict": text_parameter("on_conflict", "query", "On Conflict"),
    "order": text_parameter("order", "query", "Ordering"),
    "range": text_parameter("Range", "header", PAGE),
    "rangeUnit": text_parameter("Range-Unit", "header", PAGE, default="items"),
    "offset": text_parameter("offset", "query", PAGE),
    "limit": text_parameter("limit", "query", PAGE),
}


def table_parameters(table: Table) -> Iterable[tuple[str, Json]]:
    """The body of a table, and a filter for each column, by the names of `body` and `filters`."""
    name = table.name.name
    schema = {"$ref": f"#/definitions/{name}"}
    yield (
        body_name(table),
        members(name=name, description=name, required=False, schema=schema, **{"in": "body"}),
    )
    for key, column in zip(filter_names(table), table.columns.values(), strict=True):
        yield key, text_parameter(column.name, "query", column.comment)


def body_name(table: Table) -> str:
    return f"body.{table.name.name}"


def filter_names(table: Table) -> list[str]:
    return [f"rowFilter.{table.name.name}.{column}" for column in table.columns]
