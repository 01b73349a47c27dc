"""The failures to find one thing in the catalog, which keep to themselves what else there is.

A hint names something that exists; `visibility` asks whether the role may know of it.
"""

from __future__ import annotations

from pgrest_wsgi.errors import AMBIGUOUS_FUNCTION, TABLE_NOT_FOUND, PgrestError
from pgrest_wsgi.names import QualifiedName


class MissingError(PgrestError):
    """An error without its hint: who asks must be allowed to know of what is `similar`.

    `meant` are the words of the hint for it; they count only where there is such a thing.
    """

    def __init__(self, error: PgrestError, similar: QualifiedName | None, meant: str) -> None:
        super().__init__(error.code, error.status, error.message, details=error.details)
        self.similar = similar
        self._meant = meant

    def with_hint(self) -> PgrestError:
        """The same error, telling what is similar."""
        self.hint = f"Perhaps you meant {self._meant}"
        return self


class TableNotFoundError(MissingError):
    """PGRST205: no exposed table has this name."""

    def __init__(self, missing: QualifiedName, similar: QualifiedName | None) -> None:
        error = TABLE_NOT_FOUND(schema=missing.schema, table=missing.name)
        super().__init__(error, similar, f"the table '{similar}'")


class RelationshipNotFoundError(MissingError):
    """PGRST200: no relationship leads where a resource is to be embedded from."""


class RoutineNotFoundError(MissingError):
    """PGRST202: no exposed function has this name, or none of this name takes what is given.

    The function called is the `similar` one where the hint tells arguments that it takes.
    """


class AmbiguousRoutineError(MissingError):
    """PGRST203: several functions of this name take what is given; they are told as `candidates`.

    PostgREST tells them to everybody.
    """

    def __init__(self, name: QualifiedName, candidates: str) -> None:
        error = AMBIGUOUS_FUNCTION(candidates="")
        super().__init__(error, name, "")
        self.hint = error.hint
        self._candidates = candidates

    def with_hint(self) -> PgrestError:
        return AMBIGUOUS_FUNCTION(candidates=f" between: {self._candidates}")
