"""The table of media handlers: how rows become the body of an answer.

Upstream: https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html. Rows stand
in the relation `PAGE`; a new media type is a new row here and an offer in `plan.negotiate`.
"""

from __future__ import annotations

from collections.abc import Callable

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.negotiate import Handler
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.nodes import Node

SOURCE = "pgrst_source"  # the rows, in WITH
PAGE = "pgrst_page"  # the same rows where they are aggregated

_SOURCE = QualifiedName("", SOURCE)


def page_row() -> Node:
    return nodes.identifier(PAGE)


def _array() -> Node:
    return nodes.coalesce(nodes.call("json_agg", page_row()), nodes.text("[]"))


def _array_stripped() -> Node:
    rows = nodes.call("json_strip_nulls", nodes.call("json_agg", page_row()))
    return nodes.coalesce(rows, nodes.text("[]"))


def _first_of(rows: Node) -> Node:
    return nodes.infix(rows, "->", nodes.number(0))


def _object() -> Node:
    return nodes.coalesce(_first_of(nodes.call("json_agg", page_row())), nodes.text("null"))


def _object_stripped() -> Node:
    row = nodes.call("json_strip_nulls", _first_of(nodes.call("json_agg", page_row())))
    return nodes.coalesce(row, nodes.text("null"))


def _csv() -> Node:
    """The names of the columns, then each row as PostgreSQL writes a composite, less brackets."""
    first = nodes.select(
        [nodes.alias(nodes.call("row_to_json", page_row()), "json")],
        nodes.relation(_SOURCE, PAGE),
        limit=nodes.number(1),
    )
    names = nodes.select(
        [nodes.alias(nodes.call("json_object_keys", nodes.identifier("json")), "name")],
        nodes.subquery(first, "first"),
    )
    header = nodes.select([_joined(nodes.identifier("name"), ",")], nodes.subquery(names, "names"))
    row = nodes.cast(page_row(), "text")
    inner_length = nodes.infix(nodes.call("length", row.copy()), "-", nodes.number(2))
    inside = nodes.call("substring", row, nodes.number(2), inner_length)
    lines = nodes.infix(nodes.subquery(header), "||", nodes.text("\n"))
    return nodes.infix(lines, "||", _joined(inside, "\n"))


def _joined(value: Node, separator: str) -> Node:
    texts = nodes.call("string_agg", value, nodes.text(separator))
    return nodes.coalesce(texts, nodes.text(""))


def _geojson() -> Node:
    feature = nodes.cast(nodes.call("ST_AsGeoJSON", page_row()), "json")
    features = nodes.coalesce(nodes.call("json_agg", feature), nodes.text("[]"))
    texts = [nodes.text(part) for part in ("type", "FeatureCollection", "features")]
    return nodes.call("json_build_object", *texts, features)


def _nothing() -> Node:
    return nodes.text("")


HANDLERS: dict[Handler, Callable[[], Node]] = {
    Handler.ARRAY: _array,
    Handler.ARRAY_STRIPPED: _array_stripped,
    Handler.OBJECT: _object,
    Handler.OBJECT_STRIPPED: _object_stripped,
    Handler.CSV: _csv,
    Handler.GEOJSON: _geojson,
    Handler.NOTHING: _nothing,
}
