"""Fields of a request against the columns of their table.

A name that is no column is no error here: it may be a computed column, and if it is none
PostgreSQL says so, with a hint.
"""

from __future__ import annotations

from pgrest_wsgi.api.fields import Field
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.plan.model import PlannedField

JSON_TYPES = ("json", "jsonb")


def plan_field(field: Field, table: Table, *, to_words: bool = False) -> PlannedField:
    """Resolve a field. Indexes on JSON columns apply, for those are not converted."""
    column = table.columns.get(field.name)
    is_json = column is not None and column.nominal_type in JSON_TYPES
    is_words = column is None or column.type == "tsvector"
    return PlannedField(
        field.name,
        field.path,
        to_json=bool(field.path) and not is_json,
        to_words=to_words and not is_words,
    )


def path_alias(field: Field) -> str | None:
    """What v16.2 calls a JSON path in the answer: its last key, else the column.

    An empty key is no name for PostgreSQL; v16.2 fails there.
    """
    if not field.path:
        return None
    keys = [step.key for step in field.path if not step.is_index]
    return (keys and keys[-1]) or field.name
