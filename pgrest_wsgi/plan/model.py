"""Plans: a request with its names resolved against the catalog. No SQL and no values here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
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
    `is_row` asks for the whole row as one value; the name says nothing then. `writer` makes JSON
    of the value.
    """

    name: str
    path: tuple[JsonStep, ...] = ()
    to_json: bool = False
    to_words: bool = False
    is_row: bool = False
    writer: QualifiedName | None = None


class Output(NamedTuple):
    """A column of the answer; the field ``*`` stands for all."""

    field: PlannedField
    alias: str | None = None
    cast: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None

    @property
    def name(self) -> str:
        """What the column is called by those who read it further."""
        return self.alias or self.field.name


class PlannedFilter(NamedTuple):
    """A condition; `operand` is where its operand stands in the values.

    `reader` makes a value of the operand, which is text.
    """

    field: PlannedField
    condition: Condition
    operand: int
    reader: QualifiedName | None = None


class PlannedGroup(NamedTuple):
    """Conditions joined by ``and`` or ``or``."""

    operator: str
    negated: bool
    items: tuple[PlannedNode, ...]


class EmbedFilter(NamedTuple):
    """The condition that an embedded resource has no row, or, negated, that it has one."""

    embed: str  # the alias of its join
    negated: bool


PlannedNode = PlannedFilter | PlannedGroup | EmbedFilter


class Sort(NamedTuple):
    """A term of ORDER BY; `embed` is the alias of the join whose field it is, if of one."""

    field: PlannedField
    direction: str | None
    nulls: str | None
    embed: str | None = None


class RowFunction(NamedTuple):
    """A function that gives the related rows of a row; `row` names that one in SQL."""

    name: QualifiedName
    row: str
    row_type: QualifiedName


class JoinedColumns(NamedTuple):
    """Two columns that are equal where rows are related."""

    left: tuple[QualifiedName, str]
    right: tuple[QualifiedName, str]


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What to read of one table, view or function.

    `alias` is what its rows are called in SQL, where not by the name of `table`. `function` gives
    the rows instead of the table itself, `junction` stands between them and those they are
    embedded in. `offset` is where the offset stands in the values.
    """

    table: QualifiedName
    alias: str | None = None
    function: RowFunction | None = None
    junction: QualifiedName | None = None
    joined: tuple[JoinedColumns, ...] = ()
    embeds: tuple[Embed, ...] = ()
    outputs: tuple[Output, ...] = ()
    where: tuple[PlannedNode, ...] = ()
    order: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int | None = None

    @property
    def rows(self) -> QualifiedName:
        """What the columns of the rows are qualified with."""
        return self.table if self.alias is None else QualifiedName("", self.alias)


class Form(Enum):
    """What embedded rows become: one value, or, spread, columns among those of their parent."""

    OBJECT = "object"
    ARRAY = "array"
    COLUMNS = "columns"  # of the one related row
    COLUMN_ARRAYS = "column arrays"  # of all related rows


class SpreadColumn(NamedTuple):
    """A column that a spread resource gives to its parent, perhaps aggregated there."""

    name: str
    alias: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """A resource embedded in another: its rows, and what becomes of them.

    `name` is its key in the answer, `alias` what the join is called in SQL. An inner one leaves
    out rows of the parent that have none of it. `is_shown` is false where nothing was selected.
    """

    name: str
    alias: str
    form: Form
    is_inner: bool
    plan: ReadPlan
    columns: tuple[SpreadColumn, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class ReadAction:
    """A whole reading request; `count` says how all rows are counted: None for not at all.

    `renamed` has deprecated names in the request and what they should be.
    """

    read: ReadPlan
    media_type: MediaType
    handler: Handler
    count: str | None
    max_rows: int | None
    renamed: tuple[tuple[str, str], ...] = ()
