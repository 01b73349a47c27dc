"""Spread resources: which columns they give to their parent, and where these are aggregated.

Upstream: https://docs.postgrest.org/en/v16/references/api/resource_embedding.html#spread-embedded-resource,
aggregate_functions.html#using-aggregate-functions-with-spread-embeds. An aggregate of a to-one
spread would see but one row, so it moves up to the rows that it is spread into.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pgrest_wsgi.errors import NOT_IMPLEMENTED
from pgrest_wsgi.plan.model import Form, Output, ReadPlan, SpreadColumn

SPREAD = (Form.COLUMNS, Form.COLUMN_ARRAYS)


def spread_columns(plan: ReadPlan) -> tuple[SpreadColumn, ...]:
    """The columns of spread rows as their parent takes them over."""
    own = (_spread_output(output) for output in plan.outputs)
    return (*own, *_embedded_columns(plan))


def _spread_output(output: Output) -> SpreadColumn:
    if output.aggregate is None:
        return SpreadColumn(output.name)
    return SpreadColumn(output.name, output.alias, output.aggregate, output.aggregate_cast)


def _embedded_columns(plan: ReadPlan) -> Iterable[SpreadColumn]:
    for embed in plan.embeds:
        if embed.form in SPREAD:
            yield from embed.columns
        elif embed.is_shown:
            yield SpreadColumn(embed.name)


def hand_up_aggregates(plan: ReadPlan) -> ReadPlan:
    """The rows of a to-one spread without the aggregates that its parent makes of them."""
    return replace(
        plan,
        outputs=tuple(
            output._replace(aggregate=None, aggregate_cast=None) for output in plan.outputs
        ),
        embeds=tuple(
            replace(embed, columns=tuple(SpreadColumn(column.name) for column in embed.columns))
            for embed in plan.embeds
        ),
    )


def refuse_aggregates(columns: Iterable[SpreadColumn]) -> None:
    """Refuse aggregates in a to-many spread, as v16.2 does. Raises PGRST127."""
    if any(column.aggregate for column in columns):
        raise NOT_IMPLEMENTED(
            reason="Aggregates are not implemented for one-to-many or many-to-many spreads."
        )


def aggregates(plan: ReadPlan) -> bool:
    """Whether rows are grouped for an aggregate, their own or one of a resource spread in them."""
    return any(output.aggregate for output in plan.outputs) or any(
        column.aggregate for embed in plan.embeds for column in embed.columns
    )
