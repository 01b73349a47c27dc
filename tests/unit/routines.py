"""Functions made by hand, for tests that need no database."""

from __future__ import annotations

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.routine import Argument, Routine, Volatility
from pgrest_wsgi.names import QualifiedName

INTEGER = QualifiedName("pg_catalog", "int4")


def make_argument(text: str) -> Argument:
    """An argument from its name and type, and the word ``default``: "a integer default"."""
    name, type_, *default = text.split(" ")
    return Argument(name, type_, type_, required=not default, variadic=False)


def make_routine(
    name: str, *arguments: str, returns: QualifiedName = INTEGER, set_of: bool = False,
    composite: bool = False,
) -> Routine:  # fmt: skip
    """A function of the schema "port" that returns a number, if nothing else."""
    return Routine(
        name=QualifiedName("port", name),
        comment=None,
        arguments=tuple(map(make_argument, arguments)),
        returns=returns,
        returns_set=set_of,
        returns_composite=composite,
        returns_composite_alias=False,
        volatility=Volatility.VOLATILE,
        isolation=None,
        settings=(),
    )


def make_catalog(*routines: Routine) -> Catalog:
    """A catalog of functions only, overloads in the order given."""
    by_name: dict[QualifiedName, tuple[Routine, ...]] = {}
    for routine in routines:
        by_name[routine.name] = (*by_name.get(routine.name, ()), routine)
    return Catalog(("port",), 150004, tables={}, foreign_keys=(), routines=by_name)
