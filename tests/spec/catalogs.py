"""How specs load the catalog of a database, apart from any application, and show what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.load import load_catalog
from pgrest_wsgi.catalog.relationship import ComputedRelationship, Relationship
from pgrest_wsgi.names import QualifiedName


def load(
    uri: str,
    schemas: Sequence[str],
    extra_search_path: Sequence[str] = (),
    *,
    search_path: str = "''",
    role: str = "none",
) -> Catalog:
    with psycopg.connect(uri) as connection:
        connection.execute(f"set local search_path to {search_path}".encode())
        connection.execute(f"set local role {role}".encode())
        cursor = psycopg.RawCursor(connection)

        def fetch(sql: str, parameters: Sequence[str | None]) -> list[tuple[Any, ...]]:
            return cursor.execute(sql.encode(), parameters).fetchall()

        return load_catalog(fetch, schemas, extra_search_path)


def show(row: Relationship | ComputedRelationship) -> str:
    """A relationship in a line: ``target: cardinality constraint (column=target's column, …)``."""
    if isinstance(row, ComputedRelationship):
        return f"{row.foreign_table}: {'one' if row.is_to_one else 'many'} by {row.function}"
    name = row.foreign_table.name + (" (view)" if row.foreign_table_is_view else "")
    if row.junction is None:
        return f"{name}: {row.cardinality.value} {row.constraint} {show_pairs(row.columns)}"
    one, other = row.junction.constraints
    return (
        f"{name}: {row.cardinality.value} {row.junction.table.name} {one} "
        f"{show_pairs(row.junction.origin_columns)} {other} "
        f"{show_pairs(row.junction.target_columns)}"
    )


def show_pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "(" + ", ".join("=".join(pair) for pair in pairs) + ")"


def related(catalog: Catalog, table: str, schema: str = "port") -> list[str]:
    """What leads from a table in ``port`` to tables of a schema."""
    rows = catalog.relationships.get((QualifiedName("port", table), schema), ())
    return [show(row) for row in rows]
