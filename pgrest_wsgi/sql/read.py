"""Read plans as SQL: the rows themselves, and the query that counts all of them."""

from __future__ import annotations

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import Output, ReadPlan
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.conditions import condition_sql, field_sql
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slot, Slots, Source
from pgrest_wsgi.sql.types import type_name

BIGGEST_LIMIT = 2**63 - 1


def read_sql(plan: ReadPlan, slots: Slots) -> Node:
    """The rows of a plan."""
    return nodes.select(
        [output_sql(plan.table, output) for output in plan.outputs],
        nodes.relation(plan.table),
        where=where_sql(plan, slots),
        order=[
            nodes.ordered(field_sql(plan.table, sort.field), sort.direction, sort.nulls)
            for sort in plan.order
        ],
        limit=None if plan.limit is None else limit_sql(plan.limit),
        offset=None if plan.offset is None else offset_sql(plan.offset, slots),
    )


def count_sql(plan: ReadPlan, slots: Slots, limit: int | None = None) -> Node:
    """A row for each row of the whole result; no column is computed for it."""
    return nodes.select(
        [nodes.number(1)],
        nodes.relation(plan.table),
        where=where_sql(plan, slots),
        limit=None if limit is None else limit_sql(limit),
    )


def where_sql(plan: ReadPlan, slots: Slots) -> list[Node]:
    return [condition_sql(plan.table, node, slots) for node in plan.where]


def output_sql(relation: QualifiedName, output: Output) -> Node:
    value = field_sql(relation, output.field)
    if output.cast is not None:
        value = nodes.cast(value, type_name(output.cast))
    return value if output.alias is None else nodes.alias(value, output.alias)


def limit_sql(limit: int) -> Node:
    """A limit. One too large goes out as a text, for PostgreSQL to refuse as v16.2 has it do."""
    return nodes.number(limit) if limit <= BIGGEST_LIMIT else nodes.text(str(limit))


def offset_sql(index: int, slots: Slots) -> Node:
    return slots.parameter(Slot(Source.OFFSET, index))
