"""``select``: columns, JSON paths, casts, aliases, aggregates, embedded and spread resources.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#vertical-filtering,
resource_embedding.html, aggregate_functions.html.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.fields import (
    Field,
    Parsed,
    blanks,
    field_name,
    identifier,
    nested,
    scan,
    spaced,
    spaced_field,
)
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.api.trouble import NO_TROUBLE
from pgrest_wsgi.memo import keep_short


class Join(Enum):
    """How the rows of a resource depend on an embedded one: not at all, or by its existence."""

    LEFT = "left"
    INNER = "inner"


class SelectedField(NamedTuple):
    """``alias:field::cast.aggregate()::aggregate_cast``; the field ``*`` stands for all."""

    field: Field
    alias: str | None = None
    cast: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None


class SelectedRelation(NamedTuple):
    """``alias:name!hint!join(items)``, or ``...name!hint!join(items)`` where `is_spread`.

    `by_beginning` lets the name be the beginning of that of a foreign key's column.
    """

    name: str
    items: tuple[SelectItem, ...]
    alias: str | None = None
    hint: str | None = None
    join: Join | None = None
    is_spread: bool = False
    by_beginning: bool = False


SelectItem = SelectedField | SelectedRelation


Select = Parsed[tuple[SelectItem, ...]]


@keep_short
def parse_select(text: str) -> Select:
    """Parse the value of ``select``. Raises PGRST100."""
    items = scan(select_items, text, f"failed to parse select parameter ({text})")
    return Select(text, items)


def select_items(cursor: Cursor) -> tuple[SelectItem, ...]:
    """Items with commas between, perhaps none; what follows them is the caller's to judge."""

    def items(inner: Cursor) -> list[SelectItem]:
        return inner.separated(_item, spaced(","))

    return tuple(cursor.optional(items) or ())


def _item(cursor: Cursor) -> SelectItem:
    plain = _PLAIN_COLUMN.match(cursor.text, cursor.position)
    if plain is None:
        return cursor.choice(_spread, _relation, _field)
    cursor.advance(plain.end())
    return SelectedField(Field(plain[0]))


# Most items are these. What follows them is taken for sure, so there is no trouble to account for.
_PLAIN_COLUMN = re.compile(r"(?:\*|[A-Za-z0-9_$]+)(?=[,)])")


# -- embedded resources ---------------------------------------------------------------------------


def _spread(cursor: Cursor) -> SelectItem:
    head = cursor.attempt(_spread_head)
    return head._replace(items=_embedded_items(cursor))


def _relation(cursor: Cursor) -> SelectItem:
    head = cursor.attempt(_relation_head)
    return head._replace(items=_embedded_items(cursor))


def _embedded_items(cursor: Cursor) -> tuple[SelectItem, ...]:
    cursor.char("(")
    items = nested(cursor, select_items)
    cursor.char(")")
    return items


def _spread_head(cursor: Cursor) -> SelectedRelation:
    blanks(cursor)
    cursor.literal("...")
    name = field_name(cursor)
    hint, join = _hint_and_join(cursor)
    cursor.ahead("(")
    return SelectedRelation(name, (), None, hint, join, is_spread=True)


def _relation_head(cursor: Cursor) -> SelectedRelation:
    blanks(cursor)
    alias = cursor.optional(_alias)
    name = field_name(cursor)
    if name == "count":  # count() is the aggregate
        raise cursor.failed(NO_TROUBLE)
    hint, join = _hint_and_join(cursor)
    cursor.ahead("(")
    return SelectedRelation(name, (), alias, hint, join)


def _hint_and_join(cursor: Cursor) -> tuple[str | None, Join | None]:
    marks = [cursor.optional(_hint_or_join) for _ in range(2)]
    hints = [mark for mark in marks if isinstance(mark, str)]
    joins = [mark for mark in marks if isinstance(mark, Join)]
    return (hints[0] if hints else None), (joins[0] if joins else None)


def _hint_or_join(cursor: Cursor) -> str | Join:
    cursor.char("!")
    return cursor.choice(_join, _hint)


def _join(cursor: Cursor) -> str | Join:
    return Join(cursor.word("left", "inner"))


def _hint(cursor: Cursor) -> str | Join:
    return cursor.attempt(field_name)


# -- fields ---------------------------------------------------------------------------------------


def _field(cursor: Cursor) -> SelectItem:
    blanks(cursor)
    field = cursor.choice(
        lambda inner: inner.attempt(_star),
        lambda inner: inner.attempt(_count),
        _column,
    )
    blanks(cursor)
    return field


def _star(cursor: Cursor) -> SelectedField:
    cursor.literal("*")
    cursor.stop(")", ",")
    return SelectedField(Field("*"))


def _count(cursor: Cursor) -> SelectedField:
    alias = cursor.optional(_alias)
    cursor.literal("count()")
    aggregate_cast = cursor.optional(_cast)
    cursor.stop(")", ",")
    return SelectedField(Field("*"), alias, None, "count", aggregate_cast)


def _column(cursor: Cursor) -> SelectedField:
    alias = cursor.optional(_alias)
    field = spaced_field(cursor)
    cast = cursor.optional(_cast)
    aggregate = cursor.optional(lambda inner: inner.attempt(_aggregate))
    aggregate_cast = cursor.optional(_cast)
    cursor.stop(")", ",")
    return SelectedField(field, alias, cast, aggregate, aggregate_cast)


def _alias(cursor: Cursor) -> str:
    def parser(inner: Cursor) -> str:
        name = field_name(inner)
        inner.char(":")
        inner.not_ahead(":".__eq__, '":"')
        return name

    return cursor.attempt(parser)


def _cast(cursor: Cursor) -> str:
    cursor.literal("::")
    return identifier(cursor)


def _aggregate(cursor: Cursor) -> str:
    cursor.char(".")
    name = cursor.choice(
        lambda inner: inner.literal("sum"),
        lambda inner: inner.literal("avg"),
        lambda inner: inner.literal("count"),
        lambda inner: inner.word("max", "min"),
    )
    cursor.literal("()")
    return name
