"""Relationships between tables and views, derived from foreign keys and from what views show.

Nothing is read here. The rules are those of PostgREST's schema cache:
https://docs.postgrest.org/en/stable/references/api/resource_embedding.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, permutations, product
from typing import Any, NamedTuple

from pgrest_wsgi.catalog.model import ForeignKey, Table
from pgrest_wsgi.catalog.relationship import (
    Cardinality,
    ColumnPairs,
    ComputedRelationship,
    Junction,
    Relationship,
    Relationships,
)
from pgrest_wsgi.catalog.views import ViewSource
from pgrest_wsgi.names import QualifiedName

_RANKS = {cardinality: rank for rank, cardinality in enumerate(Cardinality)}
_INVERSES = {
    Cardinality.MANY_TO_ONE: Cardinality.ONE_TO_MANY,
    Cardinality.ONE_TO_ONE: Cardinality.ONE_TO_ONE,
}


def derive_relationships(
    schemas: Collection[str],
    tables: Mapping[QualifiedName, Table],
    foreign_keys: Iterable[ForeignKey],
    sources: Iterable[ViewSource],
    computed: Collection[ComputedRelationship],
) -> Relationships:
    """Find all relationships within the exposed `schemas`, in PostgREST's order.

    A function takes the place of the relationships that lead from its table to a relation of its
    own name, be it that its target is hidden. A table whose relationships are all hidden, for so
    are their junctions, has an empty entry: it is no unknown one.
    """
    shown = _by_table(source for source in sources if source.view.schema in schemas)
    links = [*_link(foreign_keys, shown)]
    replaced = {(row.table, row.function) for row in computed}
    found = defaultdict[tuple[QualifiedName, str], list[Relationship | ComputedRelationship]](list)
    for row in chain(links, map(_invert, links), _join(links, tables, schemas)):
        if (row.table, row.foreign_table) not in replaced and _joins_exposed(row, schemas):
            rows = found[row.table, row.foreign_table.schema]
            if row.junction is None or row.junction.table.schema in schemas:
                rows.append(row)
    for function in computed:
        if function.foreign_table.schema in schemas:
            found[function.table, function.function.schema].append(function)
    return {key: tuple(sorted(rows, key=_order)) for key, rows in found.items()}


def _joins_exposed(row: Relationship, schemas: Collection[str]) -> bool:
    return row.table.schema in schemas and row.foreign_table.schema in schemas


def _order(row: Relationship | ComputedRelationship) -> tuple[Any, ...]:
    """The order in which PGRST201 lists the relationships of one origin."""
    if isinstance(row, ComputedRelationship):
        return 1, row.function
    rank = _RANKS[row.cardinality]
    return 0, row.foreign_table, rank, row.constraint, row.columns, row.junction


class _Side(NamedTuple):
    """A relation that has all columns of one side of a foreign key, under these names."""

    relation: QualifiedName
    is_view: bool
    columns: tuple[str, ...]


def _by_table(sources: Iterable[ViewSource]) -> Mapping[QualifiedName, Sequence[ViewSource]]:
    shown = defaultdict(list)
    for source in sources:
        shown[source.table].append(source)
    return shown


def _sides(
    table: QualifiedName,
    columns: tuple[str, ...],
    shown: Mapping[QualifiedName, Sequence[ViewSource]],
) -> Iterator[_Side]:
    """The table itself, and the views; twice or more those that show a column more than once."""
    yield _Side(table, False, columns)
    for source in shown.get(table, ()):
        for names in product(*(source.columns.get(column, ()) for column in columns)):
            yield _Side(source.view, True, names)


def _link(
    foreign_keys: Iterable[ForeignKey],
    shown: Mapping[QualifiedName, Sequence[ViewSource]],
) -> Iterator[Relationship]:
    """Many-to-one and one-to-one: each side of a foreign key with each of the other."""
    for key in foreign_keys:
        cardinality = Cardinality.ONE_TO_ONE if key.unique else Cardinality.MANY_TO_ONE
        origins = _sides(key.table, key.columns, shown)
        targets = _sides(key.referenced_table, key.referenced_columns, shown)
        for origin, target in product(origins, targets):
            yield Relationship(
                table=origin.relation,
                foreign_table=target.relation,
                cardinality=cardinality,
                constraint=key.name,
                columns=tuple(zip(origin.columns, target.columns, strict=True)),
                junction=None,
                is_self=origin.relation == target.relation,
                table_is_view=origin.is_view,
                foreign_table_is_view=target.is_view,
            )


def _invert(link: Relationship) -> Relationship:
    return link._replace(
        table=link.foreign_table,
        foreign_table=link.table,
        cardinality=_INVERSES[link.cardinality],
        columns=_swap(link.columns),
        table_is_view=link.foreign_table_is_view,
        foreign_table_is_view=link.table_is_view,
        is_inverse=True,
    )


def _swap(pairs: ColumnPairs) -> ColumnPairs:
    return tuple((second, first) for first, second in pairs)


def _join(
    links: Iterable[Relationship],
    tables: Mapping[QualifiedName, Table],
    schemas: Collection[str],
) -> Iterator[Relationship]:
    """Many-to-many: a junction has two foreign keys, both within its primary key.

    The keys of hidden tables are not known, nor needed, for what these join is left out.
    """
    ways = defaultdict(list)
    for link in links:
        is_hidden = link.table.schema not in schemas
        if link.cardinality is Cardinality.MANY_TO_ONE and (
            is_hidden or _is_identifying(link, tables)
        ):
            ways[link.table].append(link)
    for to_origin, to_target in chain.from_iterable(permutations(row, 2) for row in ways.values()):
        if to_origin.constraint != to_target.constraint:
            yield _many_to_many(to_origin, to_target)


def _is_identifying(link: Relationship, tables: Mapping[QualifiedName, Table]) -> bool:
    table = tables.get(link.table)
    return table is not None and {own for own, _ in link.columns} <= {*table.primary_key}


def _many_to_many(to_origin: Relationship, to_target: Relationship) -> Relationship:
    """The relationship between the targets of two foreign keys of a junction."""
    return Relationship(
        table=to_origin.foreign_table,
        foreign_table=to_target.foreign_table,
        cardinality=Cardinality.MANY_TO_MANY,
        constraint="",
        columns=(),
        junction=Junction(
            table=to_origin.table,
            constraints=(to_origin.constraint, to_target.constraint),
            origin_columns=_swap(to_origin.columns),
            target_columns=_swap(to_target.columns),
        ),
        is_self=to_origin.foreign_table == to_target.foreign_table,
        table_is_view=to_origin.foreign_table_is_view,
        foreign_table_is_view=to_target.foreign_table_is_view,
    )
