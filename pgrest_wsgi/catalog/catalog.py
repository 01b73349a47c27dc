"""The catalog: all that is known of a database, indexed by name.

How it is read from PostgreSQL is in `load`; what to do with a table is the planner's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pgrest_wsgi.catalog.missing import TableNotFoundError
from pgrest_wsgi.catalog.model import ForeignKey, RoleSettings, Table
from pgrest_wsgi.catalog.relationship import Relationships
from pgrest_wsgi.catalog.routine import MediaHandler, Routine
from pgrest_wsgi.hints import MINIMUM, FuzzyNames
from pgrest_wsgi.names import QualifiedName

HINTED_SCHEMA_SIZE = 500
"""Schemas with this many tables or more get no hints: their index would cost much memory."""

HINT_SCORE = 0.75
"""How alike a name must be (0 to 1) to be hinted: vaguer hints would give away what exists."""


@dataclass(frozen=True)  # without slots: `cached_property` needs a dictionary
class Catalog:
    """What exists in a database.

    `tables` are those of the exposed `schemas`, partitions left out. `foreign_keys` are those of
    all schemas, since exposed views may stand on hidden tables; `relationships` are what follows
    from them for the exposed ones, and the computed ones. `role_settings` has the roles that have
    any. `server_version` is a number such as 150004 for 15.4.
    """

    schemas: tuple[str, ...]
    server_version: int
    tables: Mapping[QualifiedName, Table]
    foreign_keys: tuple[ForeignKey, ...]
    role_settings: Mapping[str, RoleSettings] = field(default_factory=dict)
    relationships: Relationships = field(default_factory=dict)
    routines: Mapping[QualifiedName, tuple[Routine, ...]] = field(default_factory=dict)
    representations: Mapping[tuple[str, str], QualifiedName] = field(default_factory=dict)
    media_handlers: Mapping[tuple[QualifiedName, str], MediaHandler] = field(default_factory=dict)

    def find_table(self, name: QualifiedName) -> Table:
        """Return the table; raise `TableNotFoundError` where none of that name is exposed.

        https://docs.postgrest.org/en/stable/references/errors.html#pgrst205
        """
        table = self.tables.get(name)
        if table is None:
            raise TableNotFoundError(name, nearest(self._table_names, name, HINT_SCORE))
        return table

    def find_related(self, name: QualifiedName) -> QualifiedName | None:
        """The table of relationships whose name is the nearest to `name`."""
        return nearest(self._related_names, name, MINIMUM)

    def similar_routine(self, missing: QualifiedName) -> QualifiedName | None:
        """The function of the same schema with the likest name, if any is like enough."""
        return nearest(self._routine_names, missing, HINT_SCORE)

    @cached_property
    def _table_names(self) -> Mapping[str, FuzzyNames]:
        return index_names(self.tables, HINTED_SCHEMA_SIZE)

    @cached_property
    def _routine_names(self) -> Mapping[str, FuzzyNames]:
        return index_names(self.routines)

    @cached_property
    def _related_names(self) -> Mapping[str, FuzzyNames]:
        origins = (origin for origin, schema in self.relationships if origin.schema == schema)
        return index_names(origins, HINTED_SCHEMA_SIZE)


def index_names(
    names: Iterable[QualifiedName], limit: int | None = None
) -> Mapping[str, FuzzyNames]:
    """Names by their schema, of the schemas that have fewer than `limit`."""
    by_schema = defaultdict(list)
    for name in names:
        by_schema[name.schema].append(name.name)
    return {
        schema: FuzzyNames(found)
        for schema, found in by_schema.items()
        if limit is None or len(found) < limit
    }


def nearest(
    known: Mapping[str, FuzzyNames], missing: QualifiedName, minimum: float
) -> QualifiedName | None:
    """The most similar name of the same schema."""
    names = known.get(missing.schema)
    found = names and names.nearest(missing.name, minimum=minimum)
    return QualifiedName(missing.schema, found) if found else None
