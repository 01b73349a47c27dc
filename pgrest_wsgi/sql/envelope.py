"""The one row that every main statement answers, around the rows of the request.

Its columns are those of `work.Result`, in that order and of these types: the last two only where
something is written. They never change, so that a prepared statement outlives changes of tables.
"""

from __future__ import annotations

from pgrest_wsgi.api.shape import Action
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ActionPlan, WritePlan
from pgrest_wsgi.plan.negotiate import Handler
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.body import body_length
from pgrest_wsgi.sql.call import call_sql
from pgrest_wsgi.sql.handlers import PAGE, SOURCE, body_sql, page_row
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.read import count_sql, read_sql
from pgrest_wsgi.sql.statement import Slots, Statement
from pgrest_wsgi.sql.write import UPDATED, current_setting, write_sql

COUNT = "pgrst_source_count"
ROWS = QualifiedName("", SOURCE)
PAGE_ROWS = QualifiedName("", PAGE)

Common = list[tuple[str, Node]]


def main_statement(action: ActionPlan) -> Statement:
    """The statement that reads, writes or calls, and makes the answer."""
    slots = Slots()
    common, page = source_sql(action, slots)
    if action.handler is Handler.CSV:  # it asks for the names of the columns apart
        common.append((PAGE, nodes.select([nodes.column(PAGE_ROWS, "*")], page)))
        page = nodes.relation(PAGE_ROWS)
    outputs = [
        nodes.alias(total_sql(action), "total"),
        nodes.alias(page_total_sql(action), "page_total"),
        nodes.alias(body_sql(action), "body"),
        nodes.alias(current_setting("response.headers"), "headers"),
        nodes.alias(current_setting("response.status"), "status"),
    ]
    if action.write is not None:
        outputs.append(nodes.alias(location_sql(action), "location"))
        outputs.append(nodes.alias(inserted_sql(action.write, slots), "inserted"))
    query = nodes.select(outputs, page, common=common, materialized=ignores_rows(action))
    return slots.statement(query, explain_prefix(action))


def ignores_rows(action: ActionPlan) -> bool:
    """Whether nothing looks at what a function gives. It has to be called nevertheless."""
    return action.call is not None and action.handler is Handler.NOTHING


def source_sql(action: ActionPlan, slots: Slots) -> tuple[Common, Node]:
    """The WITH of the statement, and the page that the answer is made of.

    What is read stands in WITH itself; what is written or called does, and is read from there.
    """
    if action.write is not None:
        common = [(SOURCE, write_sql(action.write, slots))]
        if action.handler is Handler.NOTHING:
            return common, nodes.relation(ROWS, PAGE)
        return common, nodes.subquery(read_sql(action.read, slots, ROWS), PAGE)
    if action.call is not None:
        common = [(SOURCE, call_sql(action.call, slots))]
        page = nodes.subquery(read_sql(action.read, slots, ROWS), PAGE)
        return common + count_rows(action, slots, ROWS), page
    common = [(SOURCE, read_sql(action.read, slots))]
    return common + count_rows(action, slots), nodes.relation(ROWS, PAGE)


def explain_statement(action: ActionPlan) -> Statement | None:
    """The statement that asks the planner for the number of rows, where that is wanted."""
    if action.count not in ("planned", "estimated") or action.write or action.call:
        return None
    slots = Slots()
    return slots.statement(count_sql(action.read, slots), "EXPLAIN (FORMAT JSON) ")


def explain_prefix(action: ActionPlan) -> str:
    """``EXPLAIN``, where the answer is the plan. Upstream: references/observability.html."""
    explained = action.media_type.explained
    if explained is None:
        return ""
    options = ", ".join((f"FORMAT {explained.form}", *explained.options))
    return f"EXPLAIN ({options.upper()}) "


# -- how many -------------------------------------------------------------------------------------


def counts_apart(action: ActionPlan) -> bool:
    """Whether all rows are counted, and are more than those that are read."""
    limited = action.read.limit is not None or action.read.offset is not None
    return limited and action.count in ("exact", "estimated") and action.write is None


def count_rows(action: ActionPlan, slots: Slots, source: QualifiedName | None = None) -> Common:
    """The relation that has a row for each of all rows, where these are counted apart."""
    if not counts_apart(action):
        return []
    limit = None if action.max_rows is None else action.max_rows + 1
    limit = limit if action.count == "estimated" else None
    return [(COUNT, count_sql(action.read, slots, limit, source))]


def total_sql(action: ActionPlan) -> Node:
    if action.count not in ("exact", "estimated") or action.write is not None:
        return nodes.cast(nodes.null(), "bigint")
    if not counts_apart(action):
        return page_total_sql(action)
    count = nodes.call("count", nodes.keyword("*"))
    return nodes.subquery(nodes.select([count], nodes.relation(QualifiedName("", COUNT))))


def page_total_sql(action: ActionPlan) -> Node:
    if action.call is not None and action.page.is_single:
        return nodes.cast(nodes.number(1), "bigint")
    return nodes.call("count", page_row())


# -- what was written -----------------------------------------------------------------------------


def location_sql(action: ActionPlan) -> Node:
    """The key of a new row, as JSON: pairs of a column and the text of its value."""
    if not tells_location(action):
        return nodes.cast(nodes.null(), "text")
    row = nodes.select(
        [nodes.call("row_to_json", nodes.identifier(SOURCE))],
        nodes.relation(ROWS),
        limit=nodes.number(1),
    )
    members = nodes.alias(nodes.call("json_each_text", nodes.subquery(row)), "member")
    key, value = (nodes.column(QualifiedName("", "member"), part) for part in ("key", "value"))
    pair = nodes.call("json_build_array", key, value)
    is_key = nodes.any_of_texts(key.copy(), action.primary_key)
    pairs = nodes.select([nodes.call("json_agg", pair)], members, where=[is_key])
    return nodes.cast(nodes.subquery(pairs), "text")


def tells_location(action: ActionPlan) -> bool:
    write = action.write
    return (
        write is not None
        and write.action is Action.CREATE
        and bool(write.returning)
        and action.handler is Handler.NOTHING
        and bool(action.primary_key)
    )


def inserted_sql(write: WritePlan, slots: Slots) -> Node:
    """How many rows an upsert has put in: all that it was given, less those that it found.

    As in v16.2 a row counts even where a trigger leaves it out in the end. PUT takes one row of
    the body, however many there are.
    """
    if not write.conflict or not write.conflict.merges:
        return nodes.cast(nodes.null(), "bigint")
    found = nodes.coalesce(current_setting(UPDATED), nodes.text("0"))
    is_put = write.action is Action.UPSERT
    given = nodes.number(1) if is_put else body_length(write.body, slots)
    return nodes.infix(given, "-", nodes.cast(found, "bigint"))
