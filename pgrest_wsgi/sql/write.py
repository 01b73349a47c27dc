"""Write plans as SQL: INSERT, UPDATE and DELETE whose rows come out of the body of the request.

The body is one parameter, JSON; PostgreSQL takes it apart, so that 10,000 rows are one statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgrest_wsgi.api.shape import Action
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import BodyColumn, Conflict, WritePlan
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.body import BODY, body_rows
from pgrest_wsgi.sql.conditions import condition_sql
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slots

UPDATED = "pgrst.updated"
"""Counts, within the transaction, the rows that an upsert found and replaced."""


def write_sql(plan: WritePlan, slots: Slots) -> Node:
    """The statement that writes and gives back `plan.returning`."""
    return BUILDERS[plan.action](plan, slots)


def insert_sql(plan: WritePlan, slots: Slots) -> Node:
    names = [column.name for column in plan.body.columns]
    rows = nodes.select(
        [nodes.column(BODY, name) for name in names],
        body_rows(plan.body, slots),
        where=[condition_sql(BODY, node, slots) for node in plan.where],
    )
    conflict = None if plan.conflict is None else conflict_sql(plan.conflict, plan.body.columns)
    return nodes.insert(plan.table, names, rows, conflict, returning_sql(plan))


def conflict_sql(conflict: Conflict, columns: Sequence[BodyColumn]) -> Node | None:
    """ON CONFLICT; a table without a key has none."""
    if not conflict.keys:
        return None
    if not conflict.merges or not columns:
        return nodes.on_conflict(conflict.keys)
    new = QualifiedName("", "excluded")
    changes = [(column.name, nodes.column(new, column.name)) for column in columns]
    return nodes.on_conflict(conflict.keys, changes, count_one(UPDATED))


def count_one(setting: str) -> Node:
    """A condition that is always true, and counts how often it was asked."""
    count = nodes.cast(nodes.coalesce(current_setting(setting), nodes.text("0")), "int")
    following = nodes.cast(nodes.group(nodes.infix(count, "+", nodes.number(1))), "text")
    told = nodes.call("set_config", nodes.text(setting), following, nodes.keyword("true"))
    return nodes.not_null(told)


def current_setting(name: str) -> Node:
    """A setting of this transaction; null where there is none."""
    setting = nodes.call("current_setting", nodes.text(name), nodes.keyword("true"))
    return nodes.call("nullif", setting, nodes.text(""))


def update_sql(plan: WritePlan, slots: Slots) -> Node:
    """UPDATE; of several rows in the body PostgreSQL takes any one, as in v16.2."""
    if not plan.body.columns:  # nothing to set: no row, but the columns that the answer asks for
        return nodes.select(
            returning_sql(plan), nodes.relation(plan.table), where=[nodes.keyword("FALSE")]
        )
    changes = [(column.name, nodes.column(BODY, column.name)) for column in plan.body.columns]
    return nodes.update(
        plan.table,
        changes,
        body_rows(plan.body, slots),
        [condition_sql(plan.table, node, slots) for node in plan.where],
        returning_sql(plan),
    )


def delete_sql(plan: WritePlan, slots: Slots) -> Node:
    where = [condition_sql(plan.table, node, slots) for node in plan.where]
    return nodes.delete(plan.table, where, returning_sql(plan))


def returning_sql(plan: WritePlan) -> list[Node]:
    """What the answer needs of the written rows; if nothing, a number for each, to count them."""
    return [nodes.column(plan.table, name) for name in plan.returning] or [nodes.number(1)]


BUILDERS = {
    Action.CREATE: insert_sql,
    Action.UPSERT: insert_sql,
    Action.UPDATE: update_sql,
    Action.DELETE: delete_sql,
}
