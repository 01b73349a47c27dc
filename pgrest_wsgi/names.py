"""Names of database objects. Plain values: no quoting and no lookup happens here."""

from __future__ import annotations

from typing import NamedTuple


class QualifiedName(NamedTuple):
    """A schema and the name of an object in it; the schema is empty where none was given."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


def parse_qualified_name(text: str) -> QualifiedName:
    """Read ``schema.name`` or ``name``, as settings such as ``db-pre-request`` give it."""
    schema, dot, name = text.partition(".")
    return QualifiedName(schema, name) if dot else QualifiedName("", text)
