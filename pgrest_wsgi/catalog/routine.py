"""What functions are to requests, as plain values: routines to call, makers of media types.

No SQL and no choice between overloads lives here.
https://docs.postgrest.org/en/v16/references/api/functions.html
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.names import QualifiedName

ANY_ROW = QualifiedName("pg_catalog", "anyelement")
"""What an aggregate takes that makes its media type of the rows of any relation."""

_VOID = QualifiedName("pg_catalog", "void")


class Volatility(Enum):
    """What a function may do to the database; the values are those of ``pg_proc.provolatile``."""

    IMMUTABLE = "i"
    STABLE = "s"
    VOLATILE = "v"


class Argument(NamedTuple):
    """An argument that a call can give. Tuples compare as v16.2 sorts overloads.

    `name` is empty where there is none. Types are written as PostgreSQL does, outside of
    ``pg_catalog`` with their schema. `cast_type` is the type to cast values to: ``bit`` and
    ``character`` would cut them to length 1, so it is their varying kin. An argument is `required`
    that has no default.
    """

    name: str
    type: str
    cast_type: str
    required: bool
    variadic: bool


class Routine(NamedTuple):
    """A function that can be called; its overloads are routines of the same name.

    `returns` is the type, or the relation whose row type it is; a domain gives what is below it.
    `returns_composite` is true of rows and of all functions that have ``out`` or ``inout``
    arguments or return a ``table``; `returns_composite_alias` where the rows are those of a domain.

    `isolation` is the function's own ``default_transaction_isolation``, which goes before that of
    the role: ``read committed`` too. `settings` are those of its ``set`` clauses that
    ``db-hoisted-tx-settings`` lets apply to the whole transaction.
    https://docs.postgrest.org/en/v16/references/transactions.html#hoisted-function-settings
    """

    name: QualifiedName
    comment: str | None
    arguments: tuple[Argument, ...]
    returns: QualifiedName
    returns_set: bool
    returns_composite: bool
    returns_composite_alias: bool
    volatility: Volatility
    isolation: str | None
    settings: tuple[tuple[str, str], ...]

    @property
    def returns_single(self) -> bool:
        """Tell whether a call gives one value or row, be it null."""
        return not self.returns_set

    @property
    def returns_scalar(self) -> bool:
        """Tell whether a call gives one value that is no row."""
        return not self.returns_set and not self.returns_composite

    @property
    def returns_set_of_scalar(self) -> bool:
        """Tell whether a call gives any number of values that are no rows."""
        return self.returns_set and not self.returns_composite

    @property
    def returns_single_composite(self) -> bool:
        """Tell whether a call gives one row."""
        return not self.returns_set and self.returns_composite

    @property
    def returns_void(self) -> bool:
        """Tell whether a call gives nothing."""
        return self.returns_scalar and self.returns == _VOID

    @property
    def table_name(self) -> QualifiedName | None:
        """The relation that the rows are taken for: as v16.2 has it, one of the own schema.

        So a function may return rows of a hidden table, and embed what an exposed view of the
        same name is related to. None where no rows are returned.
        """
        return (
            QualifiedName(self.name.schema, self.returns.name) if self.returns_composite else None
        )


class MediaHandler(NamedTuple):
    """What makes bodies of a media type, by a domain that is called like the type.

    `aggregate` makes one of rows; where it is None, a routine returns the body itself.
    `media_type` is what is answered: of the domain ``*/*`` it is ``application/octet-stream``.
    `is_raw` tells that the domain is one of bytes or XML; any other's body is the value as text.
    https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html
    """

    aggregate: QualifiedName | None
    media_type: str
    is_raw: bool
