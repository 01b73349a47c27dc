"""Fields of a request against the columns of their table.

A name that is no column is no error here: it may be a computed column, and if it is none
PostgreSQL says so, with a hint. Values of domains that have a representation of their own pass
through its functions:
https://docs.postgrest.org/en/v16/references/api/domain_representations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field
from pgrest_wsgi.api.filters import Filter
from pgrest_wsgi.api.operators import BY_NAME, Encoding, Kind
from pgrest_wsgi.catalog.model import Column
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import PlannedField, PlannedFilter

JSON_TYPES = ("json", "jsonb")


class Fields(NamedTuple):
    """The columns of a table, and the functions between types and their representations."""

    columns: Mapping[str, Column]
    representations: Mapping[tuple[str, str], QualifiedName]

    def plan(self, field: Field) -> PlannedField:
        """Resolve a field. Indexes on JSON columns apply, for those are not converted."""
        column = self.columns.get(field.name)
        is_json = column is not None and column.nominal_type in JSON_TYPES
        return PlannedField(field.name, field.path, to_json=bool(field.path) and not is_json)

    def plan_filter(self, node: Filter) -> PlannedFilter:
        """Resolve the field of a filter, and how its operand is read."""
        operator = BY_NAME[node.condition.operator]
        field = self.plan(node.field)
        if operator.kind is Kind.TEXT_SEARCH:
            column = self.columns.get(node.field.name)
            is_words = column is None or column.type == "tsvector"
            return PlannedFilter(
                field._replace(to_words=not is_words), node.condition, node.operand
            )
        is_read = operator.kind is not Kind.DISTINCT and operator.encoding is not Encoding.PATTERN
        reader = self.reader(node.field.name, "text") if is_read else None
        return PlannedFilter(field, node.condition, node.operand, reader)

    def reader(self, name: str, source: str) -> QualifiedName | None:
        """The function that makes a value of the column of ``json`` or ``text``."""
        column = self.columns.get(name)
        return column and self.representations.get((source, column.nominal_type))

    def writer(self, name: str) -> QualifiedName | None:
        """The function that makes JSON of a value of the column."""
        column = self.columns.get(name)
        return column and self.representations.get((column.nominal_type, "json"))

    @property
    def have_writers(self) -> bool:
        """Whether JSON of some column is made by a function, so that ``*`` must name them all."""
        return bool(self.representations) and any(map(self.writer, self.columns))


def path_alias(field: Field) -> str | None:
    """What v16.2 calls a JSON path in the answer: its last key, else the column.

    An empty key is no name for PostgreSQL; v16.2 fails there.
    """
    if not field.path:
        return None
    keys = [step.key for step in field.path if not step.is_index]
    return (keys and keys[-1]) or field.name
