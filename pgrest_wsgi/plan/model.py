"""Plans: a request with its names resolved against the catalog. No SQL and no values here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pgrest_wsgi.api.fields import JsonStep
from pgrest_wsgi.api.filters import Condition
from pgrest_wsgi.api.media_types import MediaType
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.negotiate import Handler


class PlannedField(NamedTuple):
    """A column to read.

    `to_json` asks for the column as JSON first, since its type has no arrows of its own.
    `to_words` asks for it as a ``tsvector``, since a text search is on it.
    """

    name: str
    path: tuple[JsonStep, ...] = ()
    to_json: bool = False
    to_words: bool = False


class Output(NamedTuple):
    """A column of the answer; the field ``*`` stands for all."""

    field: PlannedField
    alias: str | None = None
    cast: str | None = None


class PlannedFilter(NamedTuple):
    """A condition; `operand` is where its operand stands in the values."""

    field: PlannedField
    condition: Condition
    operand: int


class PlannedGroup(NamedTuple):
    """Conditions joined by ``and`` or ``or``."""

    operator: str
    negated: bool
    items: tuple[PlannedNode, ...]


PlannedNode = PlannedFilter | PlannedGroup


class Sort(NamedTuple):
    """A term of ORDER BY."""

    field: PlannedField
    direction: str | None
    nulls: str | None


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What to read of one table. `offset` is where the offset stands in the values."""

    table: QualifiedName
    outputs: tuple[Output, ...] = ()
    where: tuple[PlannedNode, ...] = ()
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class ReadAction:
    """A whole reading request; `count` says how all rows are counted: None for not at all."""

    read: ReadPlan
    media_type: MediaType
    handler: Handler
    count: str | None
    max_rows: int | None
