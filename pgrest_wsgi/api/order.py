"""``order``: columns, or columns of embedded resources, with directions and places of nulls.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#ordering.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field, Parsed, blanks, comma, dot, field_name, scan, spaced_field
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.memo import keep_short


class OrderTerm(NamedTuple):
    """One term; `relation` names the embedded resource whose field it is."""

    field: Field
    direction: str | None = None  # "asc" or "desc"
    nulls: str | None = None  # "nullsfirst" or "nullslast"
    relation: str | None = None


Order = Parsed[tuple[OrderTerm, ...]]


@keep_short
def parse_order(text: str) -> Order:
    """Parse the value of an order parameter. Raises PGRST100."""
    return Order(text, scan(_terms, text, f"failed to parse order ({text})"))


def _terms(cursor: Cursor) -> tuple[OrderTerm, ...]:
    return tuple(cursor.separated(_term, comma))


def _term(cursor: Cursor) -> OrderTerm:
    plain = _PLAIN_TERM.match(cursor.text, cursor.position)
    if plain is not None:
        cursor.advance(plain.end())
        return OrderTerm(Field(plain[1]), plain[2], plain[3])
    blanks(cursor)
    term = cursor.choice(lambda inner: inner.attempt(_relation_term), _field_term)
    blanks(cursor)
    return term


# Most terms are these; nothing behind them can fail.
_PLAIN_TERM = re.compile(r"([A-Za-z0-9_$]+)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?(?=,|\Z)")


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
