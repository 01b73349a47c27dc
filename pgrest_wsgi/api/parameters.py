"""Query parameters by their meaning: reserved names, reserved last parts of a name, filters.

Upstream: https://docs.postgrest.org/en/v16/references/api/url_grammar.html#reserved-words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from pgrest_wsgi.api.filters import Condition, Filter, Operand, parse_embed_path
from pgrest_wsgi.api.logic import LogicNode, parse_logic, parse_logic_path
from pgrest_wsgi.api.order import Order, parse_order
from pgrest_wsgi.api.ranges import ALL_ROWS, RowRange, parse_limit, top_range
from pgrest_wsgi.api.request import Parameters
from pgrest_wsgi.api.shape import EmbedPath, Limit

Pairs = list[tuple[str, str]]


class Sorted(NamedTuple):
    """Parameters that have a value, by meaning; `single` are those of which the first counts."""

    single: dict[str, str]
    filters: Pairs
    orders: Pairs
    logic: Pairs
    limits: dict[str, str]
    offsets: dict[str, str]


def sort_parameters(parameters: Parameters) -> Sorted:
    """Tell the parameters apart by their names. Of a repeated limit or offset the last counts."""
    found = Sorted({}, [], [], [], {}, {})
    first_seen: set[str] = set()
    for name, value in parameters:
        last = name.rpartition(".")[2]
        if name in _SINGLE:
            if value is not None and name not in first_seen:
                found.single[name] = value
            first_seen.add(name)
        elif value is None:
            continue
        elif last == "order":
            found.orders.append((name, value))
        elif last in ("and", "or"):
            found.logic.append((name, value))
        elif last in ("limit", "offset"):
            ends = found.limits if last == "limit" else found.offsets
            ends[f"{name.removesuffix(last)}limit"] = value
        else:
            found.filters.append((name, value))
    return found


_SINGLE = frozenset(("select", "columns", "on_conflict"))


def read_orders(pairs: Pairs) -> tuple[tuple[EmbedPath, Order], ...]:
    return tuple([(parse_embed_path(name)[0], parse_order(value)) for name, value in pairs])


def read_filters(
    pairs: Pairs,
    operands: list[Operand],
    parse_condition: Callable[[str], tuple[Condition, Operand]],
) -> list[tuple[EmbedPath, LogicNode]]:
    """Filters by the resource they are for; their operands are appended to `operands`."""
    filters: list[tuple[EmbedPath, LogicNode]] = []
    for name, value in pairs:
        path, field = parse_embed_path(name)
        condition, operand = parse_condition(value)
        filters.append((path, Filter(field, condition, len(operands))))
        operands.append(operand)
    return filters


class Arguments(NamedTuple):
    """What the query of a call gives its function: names, and all values of each."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]


NO_ARGUMENTS = Arguments((), ())


def group_arguments(pairs: Iterable[tuple[str, str]]) -> Arguments:
    """Arguments by name, in alphabetical order of the names."""
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        grouped[name] = (*grouped.get(name, ()), value)
    return Arguments(tuple(sorted(grouped)), tuple(grouped[name] for name in sorted(grouped)))


def part_arguments(pairs: Pairs, is_condition: Callable[[str], bool]) -> tuple[Pairs, Arguments]:
    """Part filters from the arguments of a call, which are those whose value has no operator."""
    filters: Pairs = []
    arguments: Pairs = []
    for name, value in pairs:
        if is_condition(value):
            filters.append((name, value))
        else:
            arguments.append((parse_embed_path(name)[1].name, value))
    return filters, group_arguments(arguments)


def read_logic(pairs: Pairs, operands: list[Operand]) -> list[tuple[EmbedPath, LogicNode]]:
    """The same for logic trees."""
    trees: list[tuple[EmbedPath, LogicNode]] = []
    for name, value in pairs:
        path, operator = parse_logic_path(name)
        trees.append((path, parse_logic(operator, value, operands)))
    return trees


class Limits(NamedTuple):
    """The limits of a request: their shape, and the offsets that are bound to it.

    `offsets` stand in the order of the limits that have one; `top_offset` is the root's.
    """

    shape: tuple[Limit, ...]
    offsets: tuple[int, ...]
    top_offset: int


NO_LIMITS = Limits((), (), 0)


def read_limits(found: Sorted, header: RowRange | None) -> Limits:
    """Limits and offsets of each resource, the root's met with the ``Range`` header."""
    if not found.limits and not found.offsets and header is None:
        return NO_LIMITS
    shape: list[Limit] = []
    offsets: list[int] = []
    top = ALL_ROWS
    for name in dict.fromkeys(("limit", *found.limits, *found.offsets)):
        rows = parse_limit(found.limits.get(name), found.offsets.get(name))
        has_offset = name in found.offsets
        if name == "limit":
            rows = top = top_range(rows, ALL_ROWS if header is None else header)
            has_offset = has_offset or header is not None
        shape.append(Limit(parse_embed_path(name)[0], rows.limit, has_offset))
        offsets += [rows.first] if has_offset else []
    return Limits(tuple(shape), tuple(offsets), top.first)
