"""Read plans as SQL: the rows themselves, and the query that counts all of them.

An embedded resource is a lateral join, so that everything comes in one statement: each row of the
parent has its own limited and ordered rows, made JSON before they meet the parent's.
"""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import (
    Embed,
    EmbedFilter,
    Form,
    Output,
    ReadPlan,
    Sort,
    SpreadColumn,
)
from pgrest_wsgi.plan.spread import SPREAD, aggregates
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.conditions import condition_sql, field_sql
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slot, Slots, Source
from pgrest_wsgi.sql.types import type_name

BIGGEST_LIMIT = 2**63 - 1


def read_sql(plan: ReadPlan, slots: Slots, source: QualifiedName | None = None) -> Node:
    """The rows of a plan, read from `source` if not from its own table."""
    outputs = [output_sql(plan.rows, output) for output in plan.outputs]
    for embed in plan.embeds:
        outputs += embed_outputs(embed)
    joins = [join_sql(embed, slots) for embed in plan.embeds]
    return nodes.select(
        outputs,
        source_sql(plan, source),
        joins=[*junction_sql(plan), *joins],
        where=where_sql(plan, slots),
        group=group_sql(plan) if aggregates(plan) else (),
        order=[sort_sql(plan.rows, sort) for sort in plan.order],
        limit=None if plan.limit is None else limit_sql(plan.limit),
        offset=None if plan.offset is None else offset_sql(plan.offset, slots),
    )


def source_sql(plan: ReadPlan, source: QualifiedName | None = None) -> Node:
    """What stands in FROM: a table, or a function of a row of the parent."""
    function = plan.function
    if function is None:
        return nodes.relation(source or plan.table, plan.alias)
    # The cast chooses among overloads, for a row out of a CTE has no type of its own.
    row = nodes.cast(
        nodes.identifier(function.row), nodes.render(nodes.relation(function.row_type))
    )
    return nodes.function_rows(function.name, [row], plan.rows.name)


def junction_sql(plan: ReadPlan) -> list[Node]:
    return [] if plan.junction is None else [nodes.cross_join(nodes.relation(plan.junction))]


def where_sql(plan: ReadPlan, slots: Slots) -> list[Node]:
    return [
        *(condition_sql(plan.rows, node, slots) for node in plan.where),
        *joined_sql(plan),
    ]


def joined_sql(plan: ReadPlan) -> Iterable[Node]:
    """The equality of the columns that relate the rows to their parent's."""
    for left, right in plan.joined:
        yield nodes.infix(nodes.column(*left), "=", nodes.column(*right))


def output_sql(relation: QualifiedName, output: Output) -> Node:
    if output.field.name == "*" and output.aggregate and not output.field.is_row:
        value = nodes.keyword("*")
    else:
        value = field_sql(relation, output.field)
    if output.field.writer is not None:
        value = nodes.call_named(output.field.writer, value)
    value = cast_sql(value, output.cast)
    value = aggregate_sql(value, output.aggregate, output.aggregate_cast)
    return value if output.alias is None else nodes.alias(value, output.alias)


def cast_sql(value: Node, cast: str | None) -> Node:
    return value if cast is None else nodes.cast(value, type_name(cast))


def aggregate_sql(value: Node, aggregate: str | None, cast: str | None) -> Node:
    return value if aggregate is None else cast_sql(nodes.call(aggregate, value), cast)


def group_sql(plan: ReadPlan) -> list[Node]:
    """All that is not aggregated. What has a name in the answer is grouped by that."""
    terms = [
        field_sql(plan.rows, output.field)
        if output.alias is None
        else nodes.identifier(output.alias)
        for output in plan.outputs
        if output.aggregate is None
    ]
    for embed in plan.embeds:
        if embed.form in SPREAD:
            plain = (column for column in embed.columns if column.aggregate is None)
            terms += [spread_sql(embed, column) for column in plain]
        elif embed.is_shown:
            terms.append(nodes.identifier(embed.name))
    return terms


def sort_sql(relation: QualifiedName, sort: Sort) -> Node:
    relation = relation if sort.embed is None else QualifiedName("", sort.embed)
    return nodes.ordered(field_sql(relation, sort.field), sort.direction, sort.nulls)


def limit_sql(limit: int) -> Node:
    """A limit. One too large goes out as a text, for PostgreSQL to refuse as v16.2 has it do."""
    return nodes.number(limit) if limit <= BIGGEST_LIMIT else nodes.text(str(limit))


def offset_sql(index: int, slots: Slots) -> Node:
    return slots.parameter(Slot(Source.OFFSET, index))


# -- embedded resources ---------------------------------------------------------------------------


def embed_outputs(embed: Embed) -> list[Node]:
    """The columns that an embedded resource adds to those of its parent."""
    joined = QualifiedName("", embed.alias)
    if embed.form in SPREAD:
        return [spread_output(embed, column) for column in embed.columns]
    if not embed.is_shown:
        return []
    if embed.form is Form.OBJECT:
        value = json_sql(embed, nodes.call("row_to_json", nodes.column(joined, "*")))
    else:
        value = nodes.coalesce(nodes.column(joined, embed.alias), nodes.text("[]"))
    return [nodes.alias(value, embed.name)]


def json_sql(embed: Embed, value: Node) -> Node:
    return value if embed.is_plain else nodes.cast(value, "jsonb")


def spread_output(embed: Embed, column: SpreadColumn) -> Node:
    value = aggregate_sql(spread_sql(embed, column), column.aggregate, column.aggregate_cast)
    return value if column.alias is None else nodes.alias(value, column.alias)


def spread_sql(embed: Embed, column: SpreadColumn) -> Node:
    return nodes.column(QualifiedName("", embed.alias), column.name)


def join_sql(embed: Embed, slots: Slots) -> Node:
    """The lateral join of an embedded resource: a row of the parent meets one row, or none."""
    rows = read_sql(embed.plan, slots)
    if embed.form in (Form.OBJECT, Form.COLUMNS):
        return nodes.lateral(rows, embed.alias, is_inner=embed.is_inner)
    # An aggregate always gives a row, so that an inner join must look at its value.
    condition = nodes.not_null(nodes.identifier(embed.alias)) if embed.is_inner else None
    return nodes.lateral(gather_sql(embed, rows), embed.alias, condition, is_inner=embed.is_inner)


def gather_sql(embed: Embed, rows: Node) -> Node:
    """All rows as one: an array of them, and where they are spread one of each column."""
    array = nodes.call("json_agg", nodes.identifier(embed.alias))
    outputs = [nodes.alias(json_sql(embed, array), embed.alias)]
    for column in embed.columns:
        values = nodes.call("json_agg", spread_sql(embed, column))
        array = nodes.cast(nodes.coalesce(values, nodes.text("[]")), "jsonb")
        outputs.append(nodes.alias(array, column.name))
    return nodes.select(outputs, nodes.subquery(rows, embed.alias))


# -- counting -------------------------------------------------------------------------------------


def count_sql(
    plan: ReadPlan, slots: Slots, limit: int | None = None, source: QualifiedName | None = None
) -> Node:
    """A row for each row of the whole result; no column is computed for it."""
    embeds = {embed.alias: embed for embed in plan.embeds}

    def exists(node: EmbedFilter) -> Node:
        found = nodes.exists(count_sql(embeds[node.embed].plan, slots))
        return found if node.negated else nodes.negate(found)

    conditions = [condition_sql(plan.rows, node, slots, exists) for node in plan.where]
    inner = [embed.plan for embed in plan.embeds if embed.is_inner]
    return nodes.select(
        [nodes.number(1)],
        source_sql(plan, source),
        joins=junction_sql(plan),
        where=[
            *conditions,
            *joined_sql(plan),
            *(nodes.exists(count_sql(each, slots)) for each in inner),
        ],
        limit=None if limit is None else limit_sql(limit),
    )
