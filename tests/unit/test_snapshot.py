"""The cache of operations: what is kept, what is not, and how many."""

from __future__ import annotations

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.snapshot import OPERATIONS_LIMIT, SHAPE_TEXT_LIMIT, Snapshot
from tests.unit.plan.harbour import CATALOG, CONFIG, ask, make_config

SHAPE = ask("id=eq.1").shape


@pytest.fixture
def snapshot() -> Snapshot:
    return Snapshot(CONFIG, CATALOG)


def test_a_shape_is_compiled_once(snapshot: Snapshot) -> None:
    first = snapshot.operation(SHAPE, 7)
    assert snapshot.operation(ask("id=eq.2").shape, 7) is first
    assert snapshot.operation(ask("id=neq.2").shape, 8) is not first
    assert snapshot.compiled_count() == 2


def test_no_more_are_kept_than_the_limit_and_the_oldest_goes(snapshot: Snapshot) -> None:
    oldest = snapshot.operation(SHAPE, 7)
    for limit in range(OPERATIONS_LIMIT):
        snapshot.operation(ask(f"limit={limit}").shape, 9)
    assert snapshot.compiled_count() == OPERATIONS_LIMIT
    assert snapshot.operation(SHAPE, 7) is not oldest


def test_shapes_of_long_requests_are_compiled_but_not_kept(snapshot: Snapshot) -> None:
    first = snapshot.operation(SHAPE, SHAPE_TEXT_LIMIT + 1)
    second = snapshot.operation(SHAPE, SHAPE_TEXT_LIMIT + 1)
    assert first is not second
    assert snapshot.compiled_count() == 0
    snapshot.operation(SHAPE, SHAPE_TEXT_LIMIT)
    assert snapshot.compiled_count() == 1


def test_a_document_is_kept_however_long_its_request_was(snapshot: Snapshot) -> None:
    shape = ask(path="/").shape
    first = snapshot.operation(shape, SHAPE_TEXT_LIMIT + 1)
    assert snapshot.operation(ask("id=eq.1", path="/").shape, 7) is first


def test_errors_are_raised_anew_and_not_kept(snapshot: Snapshot) -> None:
    raised = []
    for _ in range(2):
        with pytest.raises(PgrestError) as caught:
            snapshot.operation(ask(path="/boats").shape, 0)
        raised.append(caught.value)
    assert raised[0] is not raised[1]
    assert snapshot.compiled_count() == 0


def test_each_snapshot_compiles_for_its_own_configuration(snapshot: Snapshot) -> None:
    """A reload makes a new snapshot; nothing compiled before lives on in it."""
    other = Snapshot(make_config(db_max_rows=5), CATALOG)
    first, second = (each.operation(SHAPE, 7) for each in (snapshot, other))
    assert first.templates[first.main].sql != second.templates[second.main].sql
