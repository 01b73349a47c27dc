"""Which resource of a request each filter, order and limit is meant for.

Upstream: https://docs.postgrest.org/en/v16/references/api/resource_embedding.html#embedding-with-top-level-filtering
and ``url-use-legacy-target-names``: an embedded resource with an alias goes by its alias, and,
deprecated, still by the name of its relation too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from pgrest_wsgi.api.filters import Filter
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.order import OrderTerm
from pgrest_wsgi.api.select import SelectedRelation, SelectItem
from pgrest_wsgi.api.shape import EmbedPath, Limit, Shape
from pgrest_wsgi.errors import NOT_EMBEDDED

T = TypeVar("T")

Place = tuple[int, ...]
"""Where a resource stands: the numbers among its siblings, from the root's (), which has none."""


class Window(NamedTuple):
    """The rows asked for; `offset` is where the offset stands in the values."""

    rows: int | None
    offset: int | None


class Parts(NamedTuple):
    """What a request says of one resource beside its ``select``."""

    filters: tuple[LogicNode, ...] = ()
    order: tuple[OrderTerm, ...] = ()
    window: Window = Window(None, None)


class SortedParts(NamedTuple):
    """The parts of each resource that has any; `renamed` has the names that are deprecated."""

    parts: Mapping[Place, Parts]
    renamed: tuple[tuple[str, str], ...]  # relation and the alias it should go by

    def of(self, place: Place) -> Parts:
        return self.parts.get(place, NO_PARTS)


NO_PARTS = Parts()


def relations_of(items: Sequence[SelectItem]) -> tuple[SelectedRelation, ...]:
    """The embedded resources among selected items."""
    return tuple(item for item in items if isinstance(item, SelectedRelation))


def name_of(relation: SelectedRelation) -> str:
    """What an embedded resource is called in the answer and in the request."""
    return relation.alias or relation.name


def sort_parts(shape: Shape, *, old_names: bool) -> SortedParts:
    """Sort the parts of a request to its resources. Raises PGRST108.

    The order of looking is v16.2's: where two resources go by one name, the one that was named
    last is found first.
    """
    finder = _Finder(shape.select.value, old_names)
    plain = [part for part in shape.filters if isinstance(part[1], Filter)]
    trees = [part for part in shape.filters if not isinstance(part[1], Filter)]
    filters = finder.locate(plain)
    orders = finder.locate(shape.orders)
    limits = finder.locate([(limit.path, window) for limit, window in _windows(shape.limits)])
    filters += finder.locate(trees)
    conditions: dict[Place, list[LogicNode]] = defaultdict(list)
    for place, node in filters:
        conditions[place].append(node)
    # Of several orders or limits of one resource the first counts.
    first_orders = {place: order.value for place, order in reversed(orders)}
    windows = dict(reversed(limits))
    places = {*conditions, *first_orders, *windows}
    parts = {
        place: Parts(
            tuple(conditions[place]),
            first_orders.get(place, ()),
            windows.get(place, Window(None, None)),
        )
        for place in places
    }
    return SortedParts(parts, tuple(finder.renamed[place] for place in sorted(finder.renamed)))


def _windows(limits: Sequence[Limit]) -> list[tuple[Limit, Window]]:
    """Limits with the places of their offsets, which stand in the values in the same order."""
    found = []
    offsets = 0
    for limit in limits:
        found.append((limit, Window(limit.rows, offsets if limit.has_offset else None)))
        offsets += limit.has_offset
    return found


class _Finder:
    """Looks for resources by their names, and remembers which were found."""

    def __init__(self, items: tuple[SelectItem, ...], old_names: bool) -> None:
        self.renamed: dict[Place, tuple[str, str]] = {}
        self._items = items
        self._old_names = old_names
        self._orders: dict[Place, list[int]] = {}

    def locate(self, parts: Sequence[tuple[EmbedPath, T]]) -> list[tuple[Place, T]]:
        """The places that parts are for, found from the last part on, as v16.2 does."""
        found = [(self._place(path), part) for path, part in reversed(parts)]
        return found[::-1]

    def _place(self, path: EmbedPath) -> Place:
        items = self._items
        place: Place = ()
        for name in path:
            relations = relations_of(items)
            number = self._number(place, relations, name)
            place = (*place, number)
            found = relations[number]
            if found.alias not in (None, name):
                self.renamed[place] = (found.name, name_of(found))
            items = found.items
        return place

    def _number(self, place: Place, relations: Sequence[SelectedRelation], name: str) -> int:
        order = self._orders.setdefault(place, list(range(len(relations))))
        for number in order:
            if name == name_of(relations[number]) or (
                self._old_names and name == relations[number].name
            ):
                order.remove(number)
                order.insert(0, number)
                return number
        raise _not_embedded(name, relations)


def _not_embedded(name: str, relations: Sequence[SelectedRelation]) -> Exception:
    for relation in relations:
        if relation.name == name:
            return NOT_EMBEDDED(
                resource=name,
                details="Target names are not allowed in filters if they have an alias",
                hint=f"Change '{name}' to '{relation.alias}' in filters, orders or limits.",
            )
    return NOT_EMBEDDED(resource=name)
