"""Which embedded rows become plain ``json``, where v16.2 makes ``jsonb`` of all.

Making ``jsonb`` and printing it again costs about a third of the time that PostgreSQL spends on
an embed. It matters where keys repeat, where numbers are rewritten (``1e+20``), where JSON of the
database would show its own spelling, and where rows are grouped. Elsewhere both are equal as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pgrest_wsgi.catalog.model import Column, Table
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import Embed, Form, Output, ReadPlan
from pgrest_wsgi.plan.spread import SPREAD, aggregates

NAME_BYTES = 63
"""Where PostgreSQL cuts names: longer ones may become the same key."""

# Built-in types that have one spelling in JSON, whichever way they take, and their arrays.
PLAIN_TYPES = frozenset(
    (
        *("smallint", "integer", "bigint", "numeric", "boolean", "uuid", "text"),
        *("character varying", "character", "date", "interval", "tsvector", "daterange"),
        *("time without time zone", "time with time zone"),
        *("timestamp without time zone", "timestamp with time zone"),
    )
)


def mark_plain_json(plan: ReadPlan, tables: Mapping[QualifiedName, Table]) -> ReadPlan:
    """The plan with those embeds marked whose rows need no ``jsonb``; none where rows group."""
    return plan if groups(plan) else mark_embeds(plan, tables)


def groups(plan: ReadPlan) -> bool:
    """Whether rows are grouped, here or further down."""
    return aggregates(plan) or any(groups(embed.plan) for embed in plan.embeds)


def mark_embeds(plan: ReadPlan, tables: Mapping[QualifiedName, Table]) -> ReadPlan:
    return replace(plan, embeds=tuple(mark(embed, tables) for embed in plan.embeds))


def mark(embed: Embed, tables: Mapping[QualifiedName, Table]) -> Embed:
    table = tables.get(embed.plan.table)
    columns = table.columns if table else {}
    is_plain = embed.form in (Form.OBJECT, Form.ARRAY) and has_plain_rows(embed.plan, columns)
    return replace(embed, plan=mark_embeds(embed.plan, tables), is_plain=is_plain)


def has_plain_rows(plan: ReadPlan, columns: Mapping[str, Column]) -> bool:
    """Whether all keys differ and all values are plain; embedded values are whatever they are."""
    if any(embed.form in SPREAD for embed in plan.embeds):
        return False
    names = [name.encode()[:NAME_BYTES] for name in keys(plan, columns)]
    is_plain = all(is_plain_output(output, columns) for output in plan.outputs)
    return is_plain and len({*names}) == len(names)


def keys(plan: ReadPlan, columns: Mapping[str, Column]) -> Iterable[str]:
    for output in plan.outputs:
        yield from columns if output.field.name == "*" else (output.name,)
    yield from (embed.name for embed in plan.embeds if embed.is_shown)


def is_plain_output(output: Output, columns: Mapping[str, Column]) -> bool:
    field = output.field
    if output.cast is not None:
        return output.cast in PLAIN_TYPES
    if field.path:
        return field.path[-1].as_text
    if field.name == "*":
        return bool(columns) and all(map(is_plain_column, columns.values()))
    column = columns.get(field.name)
    return column is not None and field.writer is None and is_plain_column(column)


def is_plain_column(column: Column) -> bool:
    return bool(column.enum_values) or column.type.removesuffix("[]") in PLAIN_TYPES
