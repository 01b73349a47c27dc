"""What goes to the database for a request, and what comes back.

The two sides meet in plain values: `operation` makes a `Work` and knows no driver, `database`
runs it and knows no request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Parameter = bytes | None


class Step(NamedTuple):
    """One statement and its parameters, all in text format and of unknown type."""

    sql: bytes
    parameters: tuple[Parameter, ...] = ()


class Result(NamedTuple):
    """The one row of the main statement, in the order of its columns, and the planner's guess."""

    total: int | None
    page_total: int
    body: bytes
    headers: bytes | None  # JSON that a function of the request put into response.headers
    status: bytes | None  # the same of response.status
    location: bytes | None = None  # JSON: pairs of a key's column and the text of its value
    inserted: int | None = None  # rows that an upsert was given and did not find
    planned_total: int | None = None


NO_RESULT = Result(None, 0, b"", None, None)


class Work(NamedTuple):
    """The steps of one transaction, sent together; `main` is the place of the main statement.

    A step behind it asks the planner for the total. `authenticated` decides between 401 and 403
    where the database refuses. `isolation` is a level above PostgreSQL's usual one. `check` looks
    at the result while it can still be undone, and raises what undoes it. `rolls_back` undoes it
    anyway. `writes` is whether it may write, where the login's transactions may not unless asked.
    Without steps there is nothing to ask the database.
    """

    steps: tuple[Step, ...]
    main: int
    authenticated: bool
    isolation: str | None = None
    check: Callable[[Result], None] | None = None
    rolls_back: bool = False
    writes: bool = False

    @property
    def is_explicit(self) -> bool:
        """Whether the transaction needs statements of its own to begin and to end."""
        return self.isolation is not None or self.check is not None or self.rolls_back
