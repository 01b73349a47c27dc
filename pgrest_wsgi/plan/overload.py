"""Choosing the function that a call means among its overloads, by the names of its arguments.

Types do not count, but that of a single argument without a name: it takes the body of a POST whole.
https://docs.postgrest.org/en/v16/references/api/functions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from pgrest_wsgi.api.payload import PayloadKind
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.missing import AmbiguousRoutineError, RoutineNotFoundError
from pgrest_wsgi.catalog.routine import Routine
from pgrest_wsgi.errors import NO_FUNCTION
from pgrest_wsgi.hints import FuzzyNames
from pgrest_wsgi.names import QualifiedName

# The types of a single unnamed argument that takes a body whole; in raw ones nothing has a name.
RAW_TYPES: Mapping[PayloadKind | None, str] = {
    PayloadKind.TEXT: "text",
    PayloadKind.XML: "xml",
    PayloadKind.OCTETS: "bytea",
}
BODY_TYPES: Mapping[PayloadKind | None, tuple[str, ...]] = {
    PayloadKind.JSON: ("json", "jsonb"),
    **{kind: (raw,) for kind, raw in RAW_TYPES.items()},
}


def choose_routine(
    catalog: Catalog, name: QualifiedName, given: AbstractSet[str], body: PayloadKind | None
) -> Routine:
    """The function of this name that takes the arguments `given`, or else the body.

    `body` is what the body of a POST is; None stands for the other methods.
    Raises `RoutineNotFoundError` (PGRST202), and `AmbiguousRoutineError` (PGRST203) where more than
    one function fits.
    """
    overloads = catalog.routines.get(name, ())
    fitting = [routine for routine in overloads if takes_arguments(routine, given, body)]
    fitting = fitting or [routine for routine in overloads if takes_body(routine, body)]
    if not fitting:
        raise not_found(catalog, name, given, body)
    if len(fitting) > 1:
        raise AmbiguousRoutineError(name, ", ".join(map(signature, fitting)))
    return fitting[0]


def takes_arguments(routine: Routine, given: AbstractSet[str], body: PayloadKind | None) -> bool:
    """Whether all required arguments are given, and none that the function does not have."""
    if body in RAW_TYPES and not routine.arguments:
        return False
    required = {argument.name for argument in routine.arguments if argument.required}
    optional = {argument.name for argument in routine.arguments if not argument.required}
    return given - optional == required


def takes_body(routine: Routine, body: PayloadKind | None) -> bool:
    """Whether the only argument has no name, and is of a type that the body can be."""
    if len(routine.arguments) != 1:
        return False
    argument = routine.arguments[0]
    return not argument.name and argument.type in BODY_TYPES.get(body, ())


def signature(routine: Routine) -> str:
    """How PGRST203 tells a function."""
    arguments = (f"{argument.name} => {argument.type}" for argument in routine.arguments)
    return f"{routine.name}({', '.join(arguments)})"


def not_found(
    catalog: Catalog, name: QualifiedName, given: AbstractSet[str], body: PayloadKind | None
) -> RoutineNotFoundError:
    """PGRST202: what was searched for, and what is most like it, unless that was a raw body."""
    if body in RAW_TYPES:
        called, searched = "", f" with a single unnamed {RAW_TYPES[body]} parameter"
        similar, arguments = None, ""
    else:
        called, searched = describe(given)
        similar, arguments = most_similar(catalog, name, given)
    if body is PayloadKind.JSON:
        searched += " or with a single unnamed json/jsonb parameter"
    error = NO_FUNCTION(schema=name.schema, function=name.name, signature=called, searched=searched)
    return RoutineNotFoundError(error, similar, f"to call the function {similar}{arguments}")


def describe(given: AbstractSet[str]) -> tuple[str, str]:
    """Arguments in the message of PGRST202, and in its details."""
    if not given:
        return " without parameters", " without parameters"
    names = ", ".join(sorted(given))
    return f"({names})", f" with parameter{'s' if len(given) > 1 else ''} {names}"


def most_similar(
    catalog: Catalog, name: QualifiedName, given: AbstractSet[str]
) -> tuple[QualifiedName | None, str]:
    """The likest function; of the function itself, where it exists, the likest arguments."""
    overloads = catalog.routines.get(name)
    if overloads is None:
        return catalog.similar_routine(name), ""
    known = FuzzyNames(
        listing(argument.name for argument in routine.arguments) for routine in overloads
    )
    nearest = known.nearest(listing(given))
    return (name, nearest) if nearest else (None, "")


def listing(names: Iterable[str]) -> str:
    return f"({', '.join(sorted(names))})"
