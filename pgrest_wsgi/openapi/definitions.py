"""Tables and views as schemas of JSON objects, with notes about keys in the descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pgrest_wsgi.catalog.model import Column, Table
from pgrest_wsgi.catalog.relationship import Cardinality, Relationship, Relationships
from pgrest_wsgi.openapi.types import (
    Json,
    constant_default,
    describe_type,
    members,
    named,
)

PRIMARY_KEY = "This is a Primary Key.<pk/>"
FOREIGN_KEY = "This is a Foreign Key to `{table}.{column}`.<fk table='{table}' column='{column}'/>"


def define_table(table: Table, relationships: Relationships) -> Json:
    """The schema of a row; required are the columns that cannot be null."""
    references = single_references(table, relationships)
    columns = table.columns.values()
    return members(
        type="object",
        description=table.comment,
        required=[column.name for column in columns if not column.nullable] or None,
        properties=named(
            (column.name, define_column(column, table, references)) for column in columns
        ),
    )


def define_column(column: Column, table: Table, references: Mapping[str, str]) -> Json:
    """The schema of a value."""
    notes = [PRIMARY_KEY] if column.name in table.primary_key else []
    if column.name in references:
        notes.append(references[column.name])
    return members(
        **describe_type(column.type),
        description=annotate(column.comment, notes),
        default=constant_default(column),
        enum=column.enum_values or None,
        maxLength=column.max_length,
    )


def annotate(comment: str | None, notes: Iterable[str]) -> str | None:
    """A comment, followed by the notes."""
    note = "\n".join(["Note:", *notes])
    if note == "Note:":
        return comment
    return note if comment is None else f"{comment}\n\n{note}"


def single_references(table: Table, relationships: Relationships) -> dict[str, str]:
    """Notes by the columns that are foreign keys of their own: of several the first counts.

    Tables of the same schema come before its views.
    """
    found = relationships.get((table.name, table.name.schema), ())
    keys = [row for row in found if isinstance(row, Relationship) and is_foreign_key(row)]
    notes: dict[str, str] = {}
    for key in sorted(keys, key=lambda row: row.foreign_table_is_view):
        [(column, referenced)] = key.columns
        note = FOREIGN_KEY.format(table=key.foreign_table.name, column=referenced)
        notes.setdefault(column, note)
    return notes


def is_foreign_key(row: Relationship) -> bool:
    """Whether a relationship is a foreign key of one column, as seen from its own table."""
    to_one = row.cardinality in (Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_ONE)
    return to_one and not row.is_inverse and len(row.columns) == 1
