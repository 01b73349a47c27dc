"""The cut: what of a request decides SQL, and what is only bound.

A `Shape` is hashable and complete: compiling sees nothing else of a request, so it is the key of
the operation cache. `Values` reach PostgreSQL as parameters and the answer as headers; they never
decide a text. Which is which is settled in the design: LIMIT numbers are shape (a literal lets
PostgreSQL keep generic plans), OFFSET numbers are values.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.filters import Operand
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.media_types import MediaType
from pgrest_wsgi.api.order import Order
from pgrest_wsgi.api.payload import PayloadShape
from pgrest_wsgi.api.preferences import Preferences, PreferenceValues
from pgrest_wsgi.api.request import Parameters, Request
from pgrest_wsgi.api.select import Select

EmbedPath = tuple[str, ...]  # names of embedded resources from the root; the root's is ()


class Action(Enum):
    """What is asked of the target."""

    READ = "read"
    READ_HEADERS = "read headers"  # HEAD
    CREATE = "create"  # POST
    UPDATE = "update"  # PATCH
    UPSERT = "upsert"  # PUT: one row, by its key
    DELETE = "delete"
    CALL = "call"  # POST on a function
    CALL_READ = "call to read"  # GET on a function
    CALL_HEADERS = "call to read headers"
    INSPECT = "inspect"  # GET on the root: the OpenAPI document
    INSPECT_HEADERS = "inspect headers"
    TABLE_METHODS = "methods of a table"  # OPTIONS
    TABLE_DESCRIPTION = "description of a table"  # OPTIONS as in PostgREST 0.3
    CALL_METHODS = "methods of a function"
    ROOT_METHODS = "methods of the root"


READS = (Action.READ, Action.READ_HEADERS)
WRITES = (Action.CREATE, Action.UPDATE, Action.UPSERT, Action.DELETE)
CALLS = (Action.CALL, Action.CALL_READ, Action.CALL_HEADERS)
READING_CALLS = (Action.CALL_READ, Action.CALL_HEADERS)
WITHOUT_BODY = (Action.READ_HEADERS, Action.CALL_HEADERS, Action.INSPECT_HEADERS)
INSPECTIONS = (Action.INSPECT, Action.INSPECT_HEADERS)
METHODS = (Action.TABLE_METHODS, Action.CALL_METHODS, Action.ROOT_METHODS)
WITHOUT_ROWS = (
    *INSPECTIONS,
    Action.TABLE_METHODS,
    Action.TABLE_DESCRIPTION,
    Action.ROOT_METHODS,
)


class Limit(NamedTuple):
    """How many rows of a resource at most, and whether an offset goes with it."""

    path: EmbedPath
    rows: int | None
    has_offset: bool


class Shape(NamedTuple):
    """All of a request that can decide SQL text, checks or headers of the answer.

    `target` is the name of a table or view, or, of a call, of a function; empty for the root.
    `arguments` are the names of those that its query gives, in alphabetical order.
    """

    action: Action
    schema: str
    target: str
    select: Select
    filters: tuple[tuple[EmbedPath, LogicNode], ...]
    orders: tuple[tuple[EmbedPath, Order], ...]
    limits: tuple[Limit, ...]
    accept: tuple[MediaType, ...]
    preferences: Preferences
    by_profile: bool  # whether the answer names the schema it was negotiated to
    payload: PayloadShape | None = None
    on_conflict: tuple[str, ...] | None = None
    arguments: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        """The path of the target: ``/films``, ``/rpc/poster`` or ``/``."""
        is_call = self.action in CALLS or self.action is Action.CALL_METHODS
        return f"/rpc/{self.target}" if is_call else f"/{self.target}"


class Values(NamedTuple):
    """All of a request that is only bound, compared or told back.

    `arguments` are all values of each of the shape's arguments, in their order.
    """

    operands: tuple[Operand, ...]
    offsets: tuple[int, ...]  # in the order of the shape's limits that have one
    top_offset: int
    parameters: Parameters
    preferences: PreferenceValues
    request: Request
    body: bytes = b""
    arguments: tuple[tuple[str, ...], ...] = ()


class Call(NamedTuple):
    """A request, cut."""

    shape: Shape
    values: Values
