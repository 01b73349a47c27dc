"""Parameters and their slots."""

from __future__ import annotations

from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.statement import Slot, Slots, Source, Statement

FIRST = Slot(Source.OPERAND, 0)
PATTERN = Slot(Source.OPERAND, 0, Encoding.PATTERN)
OFFSET = Slot(Source.OFFSET, 0)


def test_parameters_are_numbered_in_the_order_of_asking_and_one_slot_has_one_number() -> None:
    slots = Slots()
    asked = [slots.parameter(slot) for slot in (OFFSET, FIRST, OFFSET, PATTERN)]
    statement = slots.statement(nodes.select(asked))
    assert statement == Statement(b"SELECT $1, $2, $1, $3", (OFFSET, FIRST, PATTERN))


def test_a_prefix_stands_in_front_of_the_query() -> None:
    assert Slots().statement(nodes.select([nodes.null()]), "EXPLAIN ").sql == b"EXPLAIN SELECT NULL"
