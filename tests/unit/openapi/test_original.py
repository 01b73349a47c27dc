"""The description of a table of PostgREST 0.3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgrest_wsgi.openapi.original import precision, standard_type, table_describer
from tests.unit.api.environs import make_request
from tests.unit.plan.harbour import SHIPS, make_column


@pytest.mark.parametrize(
    ("type_", "named", "digits"),
    [
        ("bigint", "bigint", 64),
        ("real", "real", 24),
        ("text", "text", None),
        ("integer[]", "ARRAY", None),
        ("port.kind", "USER-DEFINED", None),
        ("numeric", "numeric", None),
    ],
)
def test_types_are_named_as_the_standard_does(type_: str, named: str, digits: int | None) -> None:
    column = make_column("x", type_)
    assert (standard_type(column), precision(column)) == (named, digits)


def test_declared_digits_count() -> None:
    assert precision(make_column("x", "numeric", "numeric(12,2)")) == 12


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"comment": None}, True),
        ({"comment": None, "tables": ["ships"], "routines": None}, True),
        ({"comment": None, "tables": ["boats"], "routines": None}, False),
        ({"comment": None, "tables": None, "routines": None}, False),
    ],
)
def test_who_may_not_use_a_table_is_told_nothing(answer: Any, told: bool) -> None:
    body = table_describer(SHIPS, {})(json.dumps(answer).encode(), make_request())
    assert bool(body) == told
    if told:
        found = json.loads(body)
        assert found["pkey"] == ["id"]
        assert [column["name"] for column in found["columns"]] == [*SHIPS.columns]
