"""Reading what functions are to requests, from the rows of their queries.

Those are ``routines.sql``, ``representations.sql`` and ``media_handlers.sql``, run by `load`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pgrest_wsgi.catalog.routine import Argument, MediaHandler, Routine, Volatility
from pgrest_wsgi.names import QualifiedName

Rows = Iterable[tuple[Any, ...]]
Routines = dict[QualifiedName, tuple[Routine, ...]]
Representations = dict[tuple[str, str], QualifiedName]
MediaHandlers = dict[tuple[QualifiedName, str], MediaHandler]

_LEVELS = ("repeatable read", "serializable")  # all others are read committed to PostgreSQL


def read_routines(rows: Rows) -> Routines:
    """The functions by name, each one's overloads in the order that v16.2 tries and tells them."""
    overloads = defaultdict(list)
    for row in rows:
        routine = _read_routine(*row)
        overloads[routine.name].append(routine)
    return {name: tuple(sorted(found, key=_rank)) for name, found in overloads.items()}


def _read_routine(
    schema: str, name: str, comment: str | None, arguments: str | None, type_schema: str,
    type_name: str, returns_set: bool, composite: bool, domain: bool, volatility: str,
    isolation: str | None, settings: str | None,
) -> Routine:  # fmt: skip
    return Routine(
        name=QualifiedName(schema, name),
        comment=comment,
        arguments=tuple(map(Argument._make, json.loads(arguments or "[]"))),
        returns=QualifiedName(type_schema, type_name),
        returns_set=returns_set,
        returns_composite=composite,
        returns_composite_alias=composite and domain,
        volatility=Volatility(volatility),
        isolation=None if isolation is None else _level(isolation.lower()),
        settings=tuple(map(tuple, json.loads(settings or "[]"))),
    )


def _level(isolation: str) -> str:
    return isolation if isolation in _LEVELS else "read committed"


def _rank(routine: Routine) -> tuple[int, bool, str, tuple[Argument, ...]]:
    """Fewest arguments first; of equally many, those without a comment, then by what they are."""
    comment = routine.comment
    return len(routine.arguments), comment is not None, comment or "", routine.arguments


def read_representations(rows: Rows) -> Representations:
    """The functions of casts by the types, written as PostgreSQL does, that they are from and to.

    https://docs.postgrest.org/en/v16/references/api/domain_representations.html
    """
    return {
        (source, target): QualifiedName(schema, function)
        for source, target, schema, function in rows
    }


def read_media_handlers(rows: Rows) -> MediaHandlers:
    """The handlers by what they are for (a relation, `ANY_ROW` or a routine) and a media type.

    The type in the key is in lower case, and ``*/*`` where any is made.
    """
    return {
        (QualifiedName(schema, subject), domain.lower()): MediaHandler(
            None if aggregate is None else QualifiedName(aggregate_schema, aggregate),
            "application/octet-stream" if domain == "*/*" else domain,
            is_raw,
        )
        for schema, subject, domain, aggregate_schema, aggregate, is_raw in rows
    }
