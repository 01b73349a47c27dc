"""The rows of a request's body, which is JSON, as a relation.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#bulk-insert.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import Body, BodyColumn
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slot, Slots, Source

BODY = QualifiedName("", "pgrst_body")

_ELEMENT = QualifiedName("", "element")


def body_rows(body: Body, slots: Slots) -> Node:
    """The relation `BODY`: a row for each object, of columns that have the types of the table."""
    if not body.columns and body.is_object:
        return nodes.subquery(nodes.select([nodes.number(1)]), BODY.name)
    value = slots.parameter(Slot(Source.BODY, 0))
    if not body.columns:  # a row for each object, and all that is written is defaults
        return nodes.alias(nodes.call("json_array_elements", value), BODY.name)
    function = "json_to_record" if body.is_object else "json_to_recordset"
    if body.fills_defaults:
        value = _with_defaults(body, value)
        function = function.replace("json", "jsonb")
    types = [(column.name, _type_read(column)) for column in body.columns]
    rows = nodes.record_rows(nodes.call(function, value), BODY.name, types)
    if not any(column.reader for column in body.columns):
        return rows
    outputs = [_read_column(column) for column in body.columns]
    return nodes.subquery(nodes.select(outputs, rows), BODY.name)


def body_length(body: Body, slots: Slots) -> Node:
    """The number of rows that the body gives; PostgreSQL counts them in its text."""
    if body.is_object:
        return nodes.number(1)
    function = "jsonb_array_length" if body.fills_defaults and body.columns else "json_array_length"
    return nodes.call(function, slots.parameter(Slot(Source.BODY, 0)))


def _type_read(column: BodyColumn) -> str:
    return column.type if column.reader is None else "json"


def _read_column(column: BodyColumn) -> Node:
    value = nodes.column(BODY, column.name)
    if column.reader is not None:
        value = nodes.call_named(column.reader, value)
    return nodes.alias(value, column.name)


def _with_defaults(body: Body, value: Node) -> Node:
    """Each object laid over the defaults of the table, which fill what it leaves out."""
    defaults = _defaults(body.columns)
    if body.is_object:
        return nodes.group(nodes.infix(defaults, "||", nodes.cast(value, "jsonb")))
    elements = nodes.alias(nodes.call("jsonb_array_elements", value), _ELEMENT.name)
    filled = nodes.infix(defaults, "||", nodes.identifier(_ELEMENT.name))
    return nodes.subquery(nodes.select([nodes.call("jsonb_agg", filled)], elements))


def _defaults(columns: Sequence[BodyColumn]) -> Node:
    pairs: list[Node] = []
    for column in columns:
        if column.default is not None:
            # An expression as PostgreSQL itself wrote it, all its names with their schemas.
            pairs += [nodes.text(column.name), nodes.keyword(column.default)]
    return nodes.call("jsonb_build_object", *pairs)
