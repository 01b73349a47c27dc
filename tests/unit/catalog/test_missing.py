"""Errors about what is missing: their hints wait until they are asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgrest_wsgi.catalog.missing import (
    AmbiguousRoutineError,
    MissingError,
    RoutineNotFoundError,
    TableNotFoundError,
)
from pgrest_wsgi.errors import NO_FUNCTION
from pgrest_wsgi.names import QualifiedName

DOCK = QualifiedName("port", "dock")
DOCKS = QualifiedName("port", "docks")
NO_DOCK = NO_FUNCTION(schema="port", function="dock", signature="(a)", searched=" with a")


@pytest.mark.parametrize(
    ("make", "code", "meant"),
    [
        (lambda: TableNotFoundError(DOCK, DOCKS), "PGRST205", "the table 'port.docks'"),
        (lambda: RoutineNotFoundError(NO_DOCK, DOCKS, "to call {0}"), "PGRST202", "to call {0}"),
    ],
)
def test_a_hint_is_told_only_on_demand(
    make: Callable[[], MissingError], code: str, meant: str
) -> None:
    error = make()
    assert (error.code, error.status, error.similar, error.hint) == (code, 404, DOCKS, None)
    assert error.with_hint() is error
    assert error.hint == f"Perhaps you meant {meant}"


def test_what_else_is_told_stays() -> None:
    error = RoutineNotFoundError(NO_DOCK, None, "")
    assert (error.message, error.details) == (NO_DOCK.message, NO_DOCK.details)
    assert error.details is not None


def test_candidates_are_told_only_on_demand() -> None:
    error = AmbiguousRoutineError(DOCK, "port.dock(a => int), port.dock(a => text)")
    assert (error.code, error.status, error.similar) == ("PGRST203", 300, DOCK)
    assert error.message == "Could not choose the best candidate function"
    told = error.with_hint()
    assert told.message == (
        "Could not choose the best candidate function between:"
        " port.dock(a => int), port.dock(a => text)"
    )
    assert told.hint == error.hint is not None
