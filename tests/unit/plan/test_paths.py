"""Which resource each filter, order and limit is meant for."""

from __future__ import annotations

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.paths import NO_PARTS, Place, SortedParts, Window, sort_parts
from tests.unit.plan.harbour import ask

SELECT = "select=id,logs(day,ships(id)),home:harbours!home(id),last:harbours!last(depth)"


def sort(query: str, *, old_names: bool = False) -> SortedParts:
    return sort_parts(ask(f"{SELECT}&{query}").shape, old_names=old_names)


def places(query: str, *, old_names: bool = False) -> set[Place]:
    """The places of the resources that have any parts."""
    parts = sort(query, old_names=old_names).parts
    return {place for place, part in parts.items() if part != NO_PARTS}


@pytest.mark.parametrize("part", ["id=eq.1", "order=id", "limit=1", "offset=1", "or=(id.eq.1)"])
@pytest.mark.parametrize(
    ("path", "place"),
    [("", ()), ("logs.", (0,)), ("logs.ships.", (0, 0)), ("home.", (1,)), ("last.", (2,))],
)
def test_parts_go_where_their_path_leads(path: str, place: Place, part: str) -> None:
    assert places(path + part) == {place}


def test_what_has_no_parts_is_not_kept() -> None:
    assert sort("logs.id=eq.1").of((1,)) is NO_PARTS


def test_filters_of_a_resource_keep_their_order_and_trees_come_last() -> None:
    parts = sort("logs.or=(id.eq.1,id.eq.2)&logs.day=gt.3&home.id=eq.1&logs.id=lt.9").of((0,))
    names = [getattr(node, "operator", None) or node.field.name for node in parts.filters]  # type: ignore[union-attr]
    assert names == ["day", "id", "or"]


def test_of_two_orders_or_limits_the_first_counts() -> None:
    parts = sort("logs.order=day&logs.order=id&logs.limit=1").of((0,))
    assert [term.field.name for term in parts.order] == ["day"]
    assert parts.window == Window(1, None)


def test_windows_know_where_their_offsets_stand() -> None:
    """Offsets are values, in the order of the limits that have one."""
    parts = sort("limit=5&logs.limit=2&logs.offset=7&home.offset=3&last.limit=1&offset=9")
    windows = [parts.of(place).window for place in ((), (0,), (1,), (2,))]
    assert windows == [Window(5, 0), Window(2, 1), Window(None, 2), Window(1, None)]


# -- names ----------------------------------------------------------------------------------------


def refusal(query: str, *, old_names: bool) -> PgrestError:
    with pytest.raises(PgrestError) as caught:
        sort(query, old_names=old_names)
    assert caught.value.code == "PGRST108"
    return caught.value


@pytest.mark.parametrize("old_names", [False, True])
@pytest.mark.parametrize("path", ["crews", "logs.crews", "ships", "home.logs"])
def test_what_is_not_embedded_there_is_refused(path: str, old_names: bool) -> None:
    error = refusal(f"{path}.id=eq.1", old_names=old_names)
    name = path.rpartition(".")[2]
    assert error.message == f"'{name}' is not an embedded resource in this request"
    assert error.hint == f"Verify that '{name}' is included in the 'select' query parameter."


def test_the_old_name_means_the_first_of_that_name_and_is_told() -> None:
    parts = sort("harbours.id=eq.1", old_names=True)
    assert {*parts.parts} == {(1,)}
    assert parts.renamed == (("harbours", "home"),)


def test_of_two_with_the_old_name_the_one_named_last_is_meant() -> None:
    """v16.2 puts what it has found in front, and goes through the parameters from the end."""
    assert places("harbours.depth=eq.1&last.id=eq.2", old_names=True) == {(2,)}
    assert places("last.id=eq.2&harbours.depth=eq.1", old_names=True) == {(1,), (2,)}


def test_names_that_are_no_old_ones_are_told_of_none() -> None:
    parts = sort("home.id=eq.1&logs.ships.id=eq.1", old_names=True)
    assert parts.renamed == ()


def test_the_old_name_is_refused_where_it_must_not_be_used() -> None:
    error = refusal("harbours.id=eq.1", old_names=False)
    assert error.details == "Target names are not allowed in filters if they have an alias"
    assert error.hint == "Change 'harbours' to 'home' in filters, orders or limits."
