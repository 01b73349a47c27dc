"""What follows from the facts about a function."""

from __future__ import annotations

import pytest

from pgrest_wsgi.names import QualifiedName
from tests.unit.routines import make_routine


@pytest.mark.parametrize(
    ("set_of", "composite", "expected"),
    [
        (False, False, {"single", "scalar"}),
        (False, True, {"single", "single_composite"}),
        (True, False, {"set_of_scalar"}),
        (True, True, set()),
    ],
)
def test_what_is_returned_is_one_or_many_values_or_rows(
    set_of: bool, composite: bool, expected: set[str]
) -> None:
    routine = make_routine("f", set_of=set_of, composite=composite)
    kinds = {
        "single": routine.returns_single,
        "scalar": routine.returns_scalar,
        "set_of_scalar": routine.returns_set_of_scalar,
        "single_composite": routine.returns_single_composite,
    }
    assert {kind for kind, holds in kinds.items() if holds} == expected


@pytest.mark.parametrize(
    ("returns", "set_of", "expected"),
    [
        (("pg_catalog", "void"), False, True),
        (("pg_catalog", "void"), True, False),
        (("port", "void"), False, False),
        (("pg_catalog", "int4"), False, False),
    ],
)
def test_only_a_single_void_is_nothing(
    returns: tuple[str, str], set_of: bool, expected: bool
) -> None:
    routine = make_routine("f", returns=QualifiedName(*returns), set_of=set_of)
    assert routine.returns_void is expected


@pytest.mark.parametrize("set_of", [False, True])
def test_rows_are_taken_for_those_of_the_schema_of_the_function(set_of: bool) -> None:
    """Wherever their type is: upstream embeds by the schema of the request."""
    returns = QualifiedName("hidden", "ships")
    routine = make_routine("f", returns=returns, set_of=set_of, composite=True)
    assert routine.table_name == ("port", "ships")


def test_what_is_no_row_is_of_no_relation() -> None:
    assert make_routine("f").table_name is None
