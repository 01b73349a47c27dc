"""Calls of functions as SQL: the rows, or the value, that a function gives for its arguments.

Upstream: https://docs.postgrest.org/en/v16/references/api/functions.html.
"""

from __future__ import annotations

from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ArgumentSource, Body, BodyColumn, CallArgument, CallPlan
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.body import BODY, body_rows
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slot, Slots, Source

CALL = QualifiedName("", "pgrst_call")
SCALAR = "pgrst_scalar"


def call_sql(plan: CallPlan, slots: Slots) -> Node:
    """The rows that the function gives; a scalar is the only column of a row."""
    call = nodes.call_named(
        plan.routine, *(argument_sql(each, plan, slots) for each in plan.arguments)
    )
    joins: list[Node] = []
    if plan.is_scalar:
        outputs = [nodes.column(CALL, SCALAR)]
        rows = nodes.subquery(nodes.select([nodes.alias(call, SCALAR)]), CALL.name)
    else:
        outputs = [nodes.column(CALL, name) for name in plan.returning] or [nodes.number(1)]
        rows = nodes.alias(call, CALL.name)
    if plan.source is ArgumentSource.BODY:
        joins = [nodes.cross_join(nodes.lateral_source(rows))]
        rows = first_row(plan, slots)
    return nodes.select(outputs, rows, joins=joins)


def first_row(plan: CallPlan, slots: Slots) -> Node:
    """The arguments that a JSON body gives. Of an array only the first object counts."""
    columns = tuple(BodyColumn(argument.name, argument.type) for argument in plan.arguments)
    rows = body_rows(Body(columns, plan.is_object), slots)
    first = nodes.select([nodes.keyword("*")], rows, limit=nodes.number(1))
    return nodes.subquery(first, BODY.name)


def argument_sql(argument: CallArgument, plan: CallPlan, slots: Slots) -> Node:
    """An argument in a call: ``"name" := value``, or the body itself."""
    if plan.source is ArgumentSource.WHOLE_BODY:
        return nodes.cast(slots.parameter(Slot(Source.BODY, 0)), argument.type)
    if plan.source is ArgumentSource.BODY:
        value = nodes.column(BODY, argument.name)
    else:
        encoding = Encoding.ARRAY if argument.variadic else Encoding.TEXT
        value = slots.parameter(Slot(Source.ARGUMENT, argument.place, encoding))
        value = nodes.cast(value, argument.type)
    return nodes.named_argument(argument.name, value, variadic=argument.variadic)
