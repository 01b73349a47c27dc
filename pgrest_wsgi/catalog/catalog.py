"""The catalog: all that is known of a database, indexed by name, with its one kind of failure.

How it is read from PostgreSQL is in `load`; what to do with a table is the planner's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pgrest_wsgi.catalog.model import ForeignKey, RoleSettings, Table
from pgrest_wsgi.errors import TABLE_NOT_FOUND, PgrestError
from pgrest_wsgi.hints import FuzzyNames
from pgrest_wsgi.names import QualifiedName

HINTED_SCHEMA_SIZE = 500
"""Schemas with this many tables or more get no hints: their index would cost much memory."""

HINT_SCORE = 0.75
"""How alike a name must be (0 to 1) to be hinted: vaguer hints would give away what exists."""


class TableNotFoundError(PgrestError):
    """PGRST205, still without its hint: who asks must be allowed to know of the `similar` table."""

    def __init__(self, missing: QualifiedName, similar: QualifiedName | None) -> None:
        error = TABLE_NOT_FOUND(schema=missing.schema, table=missing.name)
        super().__init__(error.code, error.status, error.message)
        self.similar = similar

    def with_hint(self) -> PgrestError:
        """The same error, telling the similar table."""
        self.hint = f"Perhaps you meant the table '{self.similar}'"
        return self


@dataclass(frozen=True)  # without slots: `cached_property` needs a dictionary
class Catalog:
    """What exists in a database.

    `tables` are those of the exposed `schemas`, partitions left out. `foreign_keys` are those of
    all schemas, since exposed views may stand on hidden tables. `role_settings` has the roles that
    have any. `server_version` is a number such as 150004 for 15.4.
    """

    schemas: tuple[str, ...]
    server_version: int
    tables: Mapping[QualifiedName, Table]
    foreign_keys: tuple[ForeignKey, ...]
    role_settings: Mapping[str, RoleSettings] = field(default_factory=dict)

    def find_table(self, name: QualifiedName) -> Table:
        """Return the table; raise `TableNotFoundError` where none of that name is exposed.

        https://docs.postgrest.org/en/stable/references/errors.html#pgrst205
        """
        table = self.tables.get(name)
        if table is None:
            raise TableNotFoundError(name, self._similar(name))
        return table

    def _similar(self, missing: QualifiedName) -> QualifiedName | None:
        known = self._fuzzy_names.get(missing.schema)
        nearest = known and known.nearest(missing.name, minimum=HINT_SCORE)
        return QualifiedName(missing.schema, nearest) if nearest else None

    @cached_property
    def _fuzzy_names(self) -> Mapping[str, FuzzyNames]:
        """The names of the tables by schema, as far as hints may be given."""
        names = defaultdict(list)
        for table in self.tables:
            names[table.schema].append(table.name)
        return {
            schema: FuzzyNames(tables)
            for schema, tables in names.items()
            if len(tables) < HINTED_SCHEMA_SIZE
        }
