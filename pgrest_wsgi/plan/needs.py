"""Which columns of written or returned rows an answer is made of.

What the rows come out of gives only these: a role may be allowed to see no others.
"""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.plan.model import ReadPlan

ALL = ("*",)


def needed_columns(read: ReadPlan, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The columns that are selected, ordered by or joined on, and `others`."""
    selected = {output.field.name for output in read.outputs}
    if "*" in selected or any(embed.plan.function for embed in read.embeds):
        return ALL  # a function of the row may need any of them
    sorted_by = {sort.field.name for sort in read.order if sort.embed is None}
    joined = {column for embed in read.embeds for column in _own_columns(embed.plan, read)}
    return tuple(sorted({*selected, *sorted_by, *joined, *others}))


def _own_columns(embedded: ReadPlan, parent: ReadPlan) -> Iterable[str]:
    for pair in embedded.joined:
        yield from (column for relation, column in pair if relation == parent.rows)
