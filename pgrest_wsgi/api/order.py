"""``order``: columns, or columns of embedded resources, with directions and places of nulls.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#ordering.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field, Parsed, blanks, comma, dot, field_name, scan, spaced_field
from pgrest_wsgi.api.scanner import Cursor


class OrderTerm(NamedTuple):
    """One term; `relation` names the embedded resource whose field it is."""

    field: Field
    direction: str | None = None  # "asc" or "desc"
    nulls: str | None = None  # "nullsfirst" or "nullslast"
    relation: str | None = None


Order = Parsed[tuple[OrderTerm, ...]]


@lru_cache(maxsize=1024)
def parse_order(text: str) -> Order:
    """Parse the value of an order parameter. Raises PGRST100."""
    return Order(text, scan(_terms, text, f"failed to parse order ({text})"))


def _terms(cursor: Cursor) -> tuple[OrderTerm, ...]:
    return tuple(cursor.separated(_term, comma))


def _term(cursor: Cursor) -> OrderTerm:
    blanks(cursor)
    term = cursor.choice(lambda inner: inner.attempt(_relation_term), _field_term)
    blanks(cursor)
    return term


def _field_term(cursor: Cursor) -> OrderTerm:
    return _modified(cursor, OrderTerm(spaced_field(cursor)))


def _relation_term(cursor: Cursor) -> OrderTerm:
    relation = field_name(cursor)
    cursor.char("(")
    field = spaced_field(cursor)
    cursor.char(")")
    return _modified(cursor, OrderTerm(field, relation=relation))


def _modified(cursor: Cursor, term: OrderTerm) -> OrderTerm:
    direction = cursor.optional(lambda inner: _modifier(inner, "asc", "desc"))

    def nulls(inner: Cursor) -> str | None:
        found = inner.optional(lambda c: _modifier(c, "nullsfirst", "nullslast"))
        inner.stop(",")
        return found

    return term._replace(direction=direction, nulls=cursor.choice(nulls, _no_modifier))


def _no_modifier(cursor: Cursor) -> None:
    cursor.stop(",")


def _modifier(cursor: Cursor, *words: str) -> str:
    return cursor.attempt(lambda inner: dot(inner) and inner.word(*words))
