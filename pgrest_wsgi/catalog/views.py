"""What views show of tables: the columns that they pass on unchanged, and so whole keys.

A view is stored as the tree of its query. In it PostgreSQL notes of each column which relation's
column it is, if it is one: through joins, subqueries and common table expressions, but not through
other views, and not for what is computed or comes out of a union. (Clients get the same note, as
``PQftable`` and ``PQftablecol`` of libpq.) What is left to do is to find these notes and to follow
them through views on views.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pgrest_wsgi.names import QualifiedName

ColumnNumber = tuple[int, int]
"""A column: the oid of its relation, and its number there."""


class ViewSource(NamedTuple):
    """What a view shows of one table.

    `primary_key` is that of the table, in declared order. `columns` maps columns of the table to
    those of the view that show them, in the view's order.
    """

    view: QualifiedName
    table: QualifiedName
    primary_key: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


_ESCAPED = re.compile(r"\\.", re.DOTALL)
_SHOWN_COLUMN = re.compile(
    r" :resno (\d+) [^{}]* :resorigtbl ([1-9]\d*) :resorigcol ([1-9]\d*) ", re.ASCII
)
_OWN_DEPTH = 2  # braces open around what the view itself gives; in subqueries there are more


def read_origins(tree: str) -> Iterator[tuple[int, ColumnNumber]]:
    """Give the number of each column of a view that shows one unchanged, and what it shows.

    `tree` is the text form of a ``pg_node_tree``: ``({QUERY … :targetList ({TARGETENTRY … :resno 1
    :resname id … :resorigtbl 16384 :resorigcol 1 …} …) …})``. A backslash stands before each brace
    and space of a name or constant.
    """
    tree = _ESCAPED.sub("", tree)
    depth = counted = 0
    for column in _SHOWN_COLUMN.finditer(tree):
        start = column.start()
        depth += tree.count("{", counted, start) - tree.count("}", counted, start)
        counted = start
        if depth == _OWN_DEPTH:
            number, relation, origin = map(int, column.groups())
            yield number, (relation, origin)


def trace_columns(rules: Iterable[tuple[int, str]]) -> Iterator[tuple[ColumnNumber, ColumnNumber]]:
    """Pair the columns of views with the columns of tables that they show, be it through views.

    `rules` are the views' oids and trees. Where a view is not among them its columns are the end
    of the way.
    """
    origins = {
        (view, number): origin for view, tree in rules for number, origin in read_origins(tree)
    }
    for column in origins:
        yield column, _follow(origins, column)


def _follow(origins: Mapping[ColumnNumber, ColumnNumber], column: ColumnNumber) -> ColumnNumber:
    passed = set()  # views can be replaced so that they stand on each other
    while column in origins and column not in passed:
        passed.add(column)
        column = origins[column]
    return column


def view_primary_keys(sources: Iterable[ViewSource]) -> dict[QualifiedName, tuple[str, ...]]:
    """Give the views that show whole primary keys the columns that do, each key in its order.

    Of several columns that show the same one the first counts. Keys of several tables follow each
    other, those of the last name first, as PostgREST has them.
    """
    keys: dict[QualifiedName, tuple[str, ...]] = defaultdict(tuple)
    for source in sorted(sources, key=lambda source: source.table, reverse=True):
        if all(name in source.columns for name in source.primary_key):
            keys[source.view] += tuple(source.columns[name][0] for name in source.primary_key)
    return keys
