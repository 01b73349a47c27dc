"""Statements: final SQL text, and for each of its parameters the slot that its value comes from.

A builder asks `Slots` for parameters; numbers are given in the order of asking, and one slot has
one number, so that the text of a plan is always the same.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.sql.nodes import Node, parameter, render


class Source(Enum):
    """Which values a slot reads."""

    OPERAND = "operand"
    OFFSET = "offset"
    BODY = "body"
    ARGUMENT = "argument"


class Slot(NamedTuple):
    """Where the value of a parameter comes from, and how its text is encoded."""

    source: Source
    place: int
    encoding: Encoding = Encoding.TEXT


class Statement(NamedTuple):
    """SQL as PostgreSQL gets it; `slots[n - 1]` fills ``$n``."""

    sql: bytes
    slots: tuple[Slot, ...]


class Slots:
    """The parameters of a statement in the making."""

    def __init__(self) -> None:
        self._places: dict[Slot, int] = {}

    def parameter(self, slot: Slot) -> Node:
        place = self._places.setdefault(slot, len(self._places) + 1)
        return parameter(place)

    def statement(self, query: Node, prefix: str = "") -> Statement:
        """Finish: `query` as text. `prefix` is SQL in front of it that is no node, as EXPLAIN."""
        return Statement((prefix + render(query)).encode(), tuple(self._places))
