"""The table of media handlers: how rows become the body of an answer.

Upstream: https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html. Rows stand
in the relation `PAGE`; a new media type is a new row here and an offer in `plan.negotiate`.
"""

from __future__ import annotations

from collections.abc import Callable

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ActionPlan, Page
from pgrest_wsgi.plan.negotiate import CustomHandler, Handler
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.call import SCALAR
from pgrest_wsgi.sql.nodes import Node

SOURCE = "pgrst_source"  # the rows, in WITH
PAGE = "pgrst_page"  # the same rows where they are aggregated

_PAGE = QualifiedName("", PAGE)


def page_row() -> Node:
    return nodes.identifier(PAGE)


def page_value(page: Page) -> Node:
    """A row of the page, or the scalar in it."""
    return nodes.column(_PAGE, SCALAR) if page.is_scalar else page_row()


def body_sql(action: ActionPlan) -> Node:
    """The body of the answer."""
    handler = action.handler
    if isinstance(handler, CustomHandler):
        return _custom(handler, action.page)
    return HANDLERS[handler](action.page)


def _custom(handler: CustomHandler, page: Page) -> Node:
    """What the database makes. Only of bytes and XML is the binary form the body itself."""
    made = _made(handler, page)
    return made if handler.is_raw else nodes.cast(made, "text")


def _made(handler: CustomHandler, page: Page) -> Node:
    """A function's own value, or what an aggregate makes of rows, or of one scalar."""
    if handler.aggregate is None:
        return page_value(page)
    value = page_value(page) if page.is_single else page_row()
    if handler.row_type is not None and not page.is_scalar:
        value = nodes.cast(value, nodes.render(nodes.relation(handler.row_type)))
    return nodes.call_named(handler.aggregate, value)


def _array(page: Page) -> Node:
    return _rows(nodes.call("json_agg", page_value(page)), page, strips=False)


def _array_stripped(page: Page) -> Node:
    return _rows(nodes.call("json_agg", page_value(page)), page, strips=True)


def _object(page: Page) -> Node:
    return _rows(_aggregate(page), SINGLE, strips=False)


def _object_stripped(page: Page) -> Node:
    return _rows(_aggregate(page), SINGLE, strips=True)


SINGLE = Page(is_single=True)


def _aggregate(page: Page) -> Node:
    """All as one array. Of a set of scalars one row is asked for here, as v16.2 has it."""
    return nodes.call("json_agg", page_value(page) if page.is_single else page_row())


def _rows(rows: Node, page: Page, *, strips: bool) -> Node:
    value = nodes.infix(rows, "->", nodes.number(0)) if page.is_single else rows
    value = nodes.call("json_strip_nulls", value) if strips else value
    return nodes.coalesce(value, nodes.text("null" if page.is_single else "[]"))


def _csv(page: Page) -> Node:
    """The names of the columns, then each row as PostgreSQL writes a composite, less brackets.

    The names are asked of the page itself, which has to stand in WITH.
    """
    first = nodes.select(
        [nodes.alias(nodes.call("row_to_json", page_row()), "json")],
        nodes.relation(_PAGE),
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


def _geojson(page: Page) -> Node:
    feature = nodes.cast(nodes.call("ST_AsGeoJSON", page_row()), "json")
    features = nodes.coalesce(nodes.call("json_agg", feature), nodes.text("[]"))
    texts = [nodes.text(part) for part in ("type", "FeatureCollection", "features")]
    return nodes.call("json_build_object", *texts, features)


def _nothing(page: Page) -> Node:
    return nodes.text("")


HANDLERS: dict[Handler, Callable[[Page], Node]] = {
    Handler.ARRAY: _array,
    Handler.ARRAY_STRIPPED: _array_stripped,
    Handler.OBJECT: _object,
    Handler.OBJECT_STRIPPED: _object_stripped,
    Handler.CSV: _csv,
    Handler.GEOJSON: _geojson,
    Handler.NOTHING: _nothing,
}
