"""Relationships as values."""

from __future__ import annotations

import pytest

from pgrest_wsgi.catalog.relationship import Cardinality, Relationship
from pgrest_wsgi.names import QualifiedName


@pytest.mark.parametrize(
    ("cardinality", "expected"),
    [
        (Cardinality.ONE_TO_MANY, False),
        (Cardinality.MANY_TO_ONE, True),
        (Cardinality.ONE_TO_ONE, True),
        (Cardinality.MANY_TO_MANY, False),
    ],
)
def test_what_ends_in_one_is_to_one(cardinality: Cardinality, expected: bool) -> None:
    relationship = Relationship(
        table=QualifiedName("port", "ships"),
        foreign_table=QualifiedName("port", "harbours"),
        cardinality=cardinality,
        constraint="",
        columns=(),
        junction=None,
        is_self=False,
        table_is_view=False,
        foreign_table_is_view=False,
    )
    assert relationship.is_to_one is expected
