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
from pgrest_wsgi.api.preferences import Preferences, PreferenceValues
from pgrest_wsgi.api.request import Parameters, Request
from pgrest_wsgi.api.select import Select

EmbedPath = tuple[str, ...]  # names of embedded resources from the root; the root's is ()


class Action(Enum):
    """What is asked of the target."""

    READ = "read"
    READ_HEADERS = "read headers"  # HEAD


class Limit(NamedTuple):
    """How many rows of a resource at most, and whether an offset goes with it."""

    path: EmbedPath
    rows: int | None
    has_offset: bool


class Shape(NamedTuple):
    """All of a request that can decide SQL text, checks or headers of the answer."""

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


class Values(NamedTuple):
    """All of a request that is only bound, compared or told back."""

    operands: tuple[Operand, ...]
    offsets: tuple[int, ...]  # in the order of the shape's limits that have one
    top_offset: int
    parameters: Parameters
    preferences: PreferenceValues
    request: Request


class Call(NamedTuple):
    """A request, cut."""

    shape: Shape
    values: Values
