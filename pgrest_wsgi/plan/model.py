"""Plans: a request with its names resolved against the catalog. No SQL and no values here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.fields import JsonStep
from pgrest_wsgi.api.filters import Condition
from pgrest_wsgi.api.media_types import MediaType
from pgrest_wsgi.api.shape import Action
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.negotiate import CustomHandler, Handler


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
    `is_plain` says that its rows need not become ``jsonb``.
    """

    name: str
    alias: str
    form: Form
    is_inner: bool
    plan: ReadPlan
    columns: tuple[SpreadColumn, ...] = ()
    is_shown: bool = True
    is_plain: bool = False


class BodyColumn(NamedTuple):
    """A column that a body fills; `reader` makes a value of JSON, if a function does."""

    name: str
    type: str
    default: str | None = None
    reader: QualifiedName | None = None


class Body(NamedTuple):
    """What the body of a request gives: one row where it is an object, else one for each."""

    columns: tuple[BodyColumn, ...] = ()
    is_object: bool = False
    fills_defaults: bool = False


class Conflict(NamedTuple):
    """What happens to a row whose keys exist: the new one is merged into it, or left out."""

    keys: tuple[str, ...]
    merges: bool


@dataclass(frozen=True, slots=True)
class WritePlan:
    """What is written to a table; `returning` are the columns it gives back of each row."""

    action: Action
    table: QualifiedName
    body: Body
    where: tuple[PlannedNode, ...]
    conflict: Conflict | None
    returning: tuple[str, ...]


class ArgumentSource(Enum):
    """Where the arguments of a call come from."""

    NOWHERE = "nowhere"
    QUERY = "query"  # or a form: each is a text
    BODY = "body"  # members of a JSON object
    WHOLE_BODY = "whole body"  # it is the one argument, which has no name


class CallArgument(NamedTuple):
    """An argument that is given; `place` is where its values stand, if not in a body."""

    name: str
    type: str
    variadic: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call of a function; `returning` are the columns wanted of the rows it gives.

    A `scalar` function gives values that are no rows.
    """

    routine: QualifiedName
    source: ArgumentSource
    arguments: tuple[CallArgument, ...]
    is_object: bool
    is_scalar: bool
    returning: tuple[str, ...]


class Page(NamedTuple):
    """What the rows of an answer are: rows or scalars, a list of them or a single one."""

    is_scalar: bool = False
    is_single: bool = False


ROWS = Page()


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """A whole request: what is written or called, if anything, and what is read to answer it.

    `count` says how all rows are counted: None for not at all. `renamed` has deprecated names in
    the request and what they should be. `has_keys` says that an insert can meet existing rows.
    `isolation` and `settings` are the called function's own, for the whole transaction.
    `takes_first` says that the first row is the answer, and that there must be one.
    """

    read: ReadPlan
    media_type: MediaType
    handler: Handler | CustomHandler
    count: str | None
    max_rows: int | None
    renamed: tuple[tuple[str, str], ...] = ()
    write: WritePlan | None = None
    call: CallPlan | None = None
    page: Page = ROWS
    read_only: bool = True
    primary_key: tuple[str, ...] = ()
    has_keys: bool = False
    is_void: bool = False
    isolation: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    takes_first: bool = False


class InspectPlan(NamedTuple):
    """The OpenAPI document of a schema: of what the role may use of it, or of all."""

    schema: str
    media_type: MediaType
    follows_privileges: bool


class MethodsPlan(NamedTuple):
    """The methods that a target knows, whoever asks: an answer that needs no database."""

    methods: tuple[str, ...]


class DescriptionPlan(NamedTuple):
    """The description of a table, for roles that may use it, and the methods that it knows."""

    table: Table
    inspection: InspectPlan
    methods: MethodsPlan


Plan = ActionPlan | InspectPlan | MethodsPlan | DescriptionPlan
