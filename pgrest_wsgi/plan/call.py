"""`plan_call`: which function is called, with what, and which of its columns are wanted.

Upstream: https://docs.postgrest.org/en/v16/references/api/functions.html.
"""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.api.payload import PayloadKind
from pgrest_wsgi.api.shape import Action, Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.routine import Argument, Routine, Volatility
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import (
    ArgumentSource,
    CallArgument,
    CallPlan,
    PlannedFilter,
    PlannedGroup,
    PlannedNode,
    ReadPlan,
)
from pgrest_wsgi.plan.needs import needed_columns
from pgrest_wsgi.plan.overload import choose_routine


def find_routine(shape: Shape, catalog: Catalog) -> Routine:
    """The function that a call means. Raises PGRST202, PGRST203."""
    body = None if shape.payload is None else shape.payload.kind
    name = QualifiedName(shape.schema, shape.target)
    return choose_routine(catalog, name, frozenset(given_names(shape)), body)


def given_names(shape: Shape) -> tuple[str, ...]:
    return shape.arguments if shape.payload is None else shape.payload.columns


def is_read_only(shape: Shape, routine: Routine) -> bool:
    """Whether the call must not write: a GET, or a function that promises not to."""
    return shape.action is not Action.CALL or routine.volatility is not Volatility.VOLATILE


def plan_call(shape: Shape, routine: Routine, read: ReadPlan) -> CallPlan:
    """Plan a call whose answer is `read`."""
    names = given_names(shape)
    source = choose_source(shape, routine)
    return CallPlan(
        routine.name,
        source,
        tuple(plan_arguments(routine.arguments, names, source)),
        is_object=shape.payload is not None and shape.payload.is_object,
        is_scalar=not routine.returns_composite,
        returning=needed_columns(read, filtered_columns(read.where)),
    )


def choose_source(shape: Shape, routine: Routine) -> ArgumentSource:
    is_unnamed = len(routine.arguments) == 1 and not routine.arguments[0].name
    if shape.payload is not None and is_unnamed:
        return ArgumentSource.WHOLE_BODY
    if not given_names(shape):
        return ArgumentSource.NOWHERE
    in_query = shape.payload is None or shape.payload.kind is PayloadKind.ARGUMENTS
    return ArgumentSource.QUERY if in_query else ArgumentSource.BODY


def plan_arguments(
    arguments: Iterable[Argument], names: tuple[str, ...], source: ArgumentSource
) -> Iterable[CallArgument]:
    """Those arguments that are given."""
    for argument in arguments:
        if source is ArgumentSource.WHOLE_BODY:
            yield CallArgument("", argument.type)
        elif argument.name in names:
            place = names.index(argument.name)
            yield CallArgument(argument.name, argument.cast_type, argument.variadic, place)


def filtered_columns(nodes: Iterable[PlannedNode]) -> Iterable[str]:
    """The columns that conditions look at."""
    for node in nodes:
        if isinstance(node, PlannedGroup):
            yield from filtered_columns(node.items)
        elif isinstance(node, PlannedFilter):
            yield node.field.name
