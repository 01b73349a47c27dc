"""`plan_read`: a tuple of passes over a read plan, each adding what one part of a request asks.

A new feature of reading is a new pass, or a row of one. Passes never look at values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from pgrest_wsgi.api.filters import Filter
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.operators import BY_NAME, Kind
from pgrest_wsgi.api.select import SelectedField, SelectItem
from pgrest_wsgi.api.shape import EmbedPath, Shape
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import AGGREGATES_DISABLED, NOT_EMBEDDED, NOT_IMPLEMENTED
from pgrest_wsgi.plan.fields import path_alias, plan_field
from pgrest_wsgi.plan.model import (
    Output,
    PlannedField,
    PlannedFilter,
    PlannedGroup,
    PlannedNode,
    ReadPlan,
    Sort,
)


class Context(NamedTuple):
    """What the passes of one plan have at hand."""

    shape: Shape
    config: Config
    table: Table


Pass = Callable[[ReadPlan, Context], ReadPlan]


def plan_read(shape: Shape, config: Config, table: Table) -> ReadPlan:
    """Plan the reading of a table.

    Raises PGRST108, 123, 127 where the request cannot be met.
    """
    context = Context(shape, config, table)
    return reduce(lambda plan, step: step(plan, context), PASSES, ReadPlan(table.name))


def add_filters(plan: ReadPlan, context: Context) -> ReadPlan:
    nodes = []
    for path, node in context.shape.filters:
        require_root(path)
        nodes.append(plan_node(node, context.table))
    return replace(plan, where=tuple(nodes))


def plan_node(node: LogicNode, table: Table) -> PlannedNode:
    if isinstance(node, Filter):
        is_search = BY_NAME[node.condition.operator].kind is Kind.TEXT_SEARCH
        field = plan_field(node.field, table, to_words=is_search)
        return PlannedFilter(field, node.condition, node.operand)
    items = tuple(plan_node(item, table) for item in node.items)
    return PlannedGroup(node.operator, node.negated, items)


def add_order(plan: ReadPlan, context: Context) -> ReadPlan:
    """Add the first order given; v16.2 too lets the first one win."""
    for path, _ in context.shape.orders:
        require_root(path)
    if not context.shape.orders:
        return plan
    terms = context.shape.orders[0][1].value
    for term in terms:
        if term.relation is not None:
            raise NOT_EMBEDDED(resource=term.relation)
    sorts = (
        Sort(plan_field(term.field, context.table), term.direction, term.nulls) for term in terms
    )
    return replace(plan, order=tuple(sorts))


def add_limits(plan: ReadPlan, context: Context) -> ReadPlan:
    for number, limit in enumerate(context.shape.limits):
        require_root(limit.path)
        # Offsets stand in the values in the order of the limits that have one.
        before = sum(earlier.has_offset for earlier in context.shape.limits[:number])
        offset = before if limit.has_offset else None
        plan = replace(plan, limit=limit.rows, offset=offset)
    return plan


def add_outputs(plan: ReadPlan, context: Context) -> ReadPlan:
    """Add the selected columns; an empty select is all of them, as in v16.2."""
    items = context.shape.select.value
    outputs = tuple(plan_output(item, context) for item in items)
    return replace(plan, outputs=outputs or (Output(PlannedField("*")),))


def plan_output(item: SelectItem, context: Context) -> Output:
    if not isinstance(item, SelectedField):
        raise NOT_IMPLEMENTED(reason="Resource embedding is not built yet.")
    if item.aggregate is not None:
        if not context.config.db_aggregates_enabled:
            raise AGGREGATES_DISABLED()
        raise NOT_IMPLEMENTED(reason="Aggregate functions are not built yet.")
    alias = item.alias or path_alias(item.field)
    return Output(plan_field(item.field, context.table), alias, item.cast)


def cap_rows(plan: ReadPlan, context: Context) -> ReadPlan:
    """Apply ``db-max-rows``."""
    max_rows = context.config.db_max_rows
    if max_rows is None:
        return plan
    return replace(plan, limit=max_rows if plan.limit is None else min(plan.limit, max_rows))


def require_root(path: EmbedPath) -> None:
    """Refuse what is meant for a resource that is not embedded."""
    if path:
        raise NOT_EMBEDDED(resource=path[0])


PASSES: tuple[Pass, ...] = (add_outputs, add_filters, add_order, add_limits, cap_rows)
