"""The one row that every main statement answers, around the rows of the request.

Its columns are those of `work.Result`, in that order and of these types; they never change, so that
a prepared statement outlives changes of the tables.
"""

from __future__ import annotations

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ReadAction
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.handlers import HANDLERS, PAGE, SOURCE, page_row
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.read import count_sql, read_sql
from pgrest_wsgi.sql.statement import Slots, Statement

COUNT = "pgrst_source_count"

EXPLAIN = "EXPLAIN (FORMAT JSON) "


def read_statement(action: ReadAction) -> Statement:
    """The statement of a reading request."""
    slots = Slots()
    common = [(SOURCE, read_sql(action.read, slots))]
    if counts_apart(action):
        limit = None if action.max_rows is None else action.max_rows + 1
        limit = limit if action.count == "estimated" else None
        common.append((COUNT, count_sql(action.read, slots, limit)))
    query = nodes.select(
        [
            nodes.alias(total_sql(action), "total"),
            nodes.alias(nodes.call("count", page_row()), "page_total"),
            nodes.alias(HANDLERS[action.handler](), "body"),
            nodes.alias(setting_sql("response.headers"), "headers"),
            nodes.alias(setting_sql("response.status"), "status"),
        ],
        nodes.relation(QualifiedName("", SOURCE), PAGE),
        common=common,
    )
    return slots.statement(query)


def explain_statement(action: ReadAction) -> Statement | None:
    """The statement that asks the planner for the number of rows, where that is wanted."""
    if action.count not in ("planned", "estimated"):
        return None
    slots = Slots()
    return slots.statement(count_sql(action.read, slots), EXPLAIN)


def counts_apart(action: ReadAction) -> bool:
    """Whether all rows are counted, and are more than those that are read."""
    limited = action.read.limit is not None or action.read.offset is not None
    return limited and action.count in ("exact", "estimated")


def total_sql(action: ReadAction) -> Node:
    if action.count not in ("exact", "estimated"):
        return nodes.cast(nodes.null(), "bigint")
    if not counts_apart(action):
        return nodes.call("count", page_row())
    count = nodes.call("count", nodes.keyword("*"))
    return nodes.subquery(nodes.select([count], nodes.relation(QualifiedName("", COUNT))))


def setting_sql(name: str) -> Node:
    """A setting that a function of the request may have made; null where none did."""
    setting = nodes.call("current_setting", nodes.text(name), nodes.keyword("true"))
    return nodes.call("nullif", setting, nodes.text(""))
