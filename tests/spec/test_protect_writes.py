"""``db-protect-writes``: a whole table is not changed by oversight. Ours, off by default."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.writing import Desk


@pytest.fixture(scope="module")
def guarded(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk(db_protect_writes=True)


BODIES = {"PATCH": {"stock": 1}, "DELETE": None}
every_method = pytest.mark.parametrize("method", BODIES)


@every_method
@pytest.mark.parametrize("query", ["", "?select=code", "?limit=1", "?order=code", "?columns=stock"])
def test_a_write_without_a_filter_is_refused(guarded: Desk, method: str, query: str) -> None:
    error = guarded.reject(method, f"/wares{query}", BODIES[method], 400, "PGRSTW01")
    assert error["message"] == f"{method} without a filter is refused"
    assert "db-protect-writes" in error["details"]
    assert "Prefer: handling=strict, max-affected=N" in error["hint"]


@every_method
@pytest.mark.parametrize("query", ["?stock=gte.0", "?or=(stock.gt.0,stock.eq.0)", "?code=eq.zip"])
def test_with_a_filter_it_is_not(guarded: Desk, method: str, query: str) -> None:
    guarded.send(method, f"/wares{query}", BODIES[method], 204)


@every_method
def test_nor_where_the_number_of_rows_is_told(guarded: Desk, method: str) -> None:
    guarded.send(method, "/wares", BODIES[method], 204, Prefer="handling=strict, max-affected=3")
    guarded.reject(
        method, "/wares", BODIES[method], 400, "PGRST124",
        Prefer="handling=strict, max-affected=2",
    )  # fmt: skip


def test_filters_of_what_is_embedded_do_not_count(
    open_desk: Callable[..., Desk], demo_uri: str
) -> None:
    """They choose no rows of the table."""
    guarded = open_desk(db_uri=demo_uri, db_anon_role="demo_editor", db_protect_writes=True)
    path = "/films?select=id,roles(job)&roles.job=eq.actor"
    guarded.reject("DELETE", path, None, 400, "PGRSTW01")


def test_inserts_upserts_and_reading_are_as_ever(guarded: Desk) -> None:
    guarded.send("POST", "/wares", {"code": "a"})
    guarded.send("PUT", "/wares?code=eq.cup", {"code": "cup"}, 204)
    guarded.send("POST", "/wares", {"code": "cup"}, 200, Prefer="resolution=merge-duplicates")
    assert len(guarded.rows("/wares")) == 3


def test_it_is_off_by_default(desk: Desk) -> None:
    for method, body in BODIES.items():
        desk.send(method, "/wares", body, 204)
