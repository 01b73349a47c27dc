"""Logic trees: ``and=(…)``, ``or=(…)``, ``not.and=(…)`` and what they nest.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#logical-operators.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field, dot, field_name, nested, scan, spaced, spaced_field
from pgrest_wsgi.api.filters import (
    Condition,
    Filter,
    Operand,
    condition,
    plain_condition,
    plain_operand,
    quoted_operand,
)
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.memo import keep_short


class LogicGroup(NamedTuple):
    """Conditions joined by ``and`` or ``or``."""

    operator: str
    negated: bool
    items: tuple[LogicNode, ...]


LogicNode = Filter | LogicGroup


@keep_short
def parse_logic_path(text: str) -> tuple[tuple[str, ...], str]:
    """Parse the name of a logic parameter into the embedded resource's path and the operator."""
    parts = scan(_path, text, f"failed to parse logic path ({text})")
    path = tuple(part for part in parts[:-1] if part != "not")
    return path, f"not.{parts[-1]}" if "not" in parts else parts[-1]


def parse_logic(operator: str, text: str, operands: list[Operand]) -> LogicNode:
    """Parse the value of a logic parameter; its operands are appended to `operands`.

    Raises PGRST100.
    """

    def tree(cursor: Cursor) -> LogicNode:
        return cursor.choice(lambda inner: inner.attempt(leaf), group)

    def leaf(cursor: Cursor) -> LogicNode:
        field, found, operand = _plain_leaf(cursor) or _leaf(cursor)
        operands.append(operand)
        return Filter(field, found, len(operands) - 1)

    def group(cursor: Cursor) -> LogicNode:
        negated = cursor.named("negation operator (not)", lambda c: c.optional(_not)) is not None
        name = cursor.named("logic operator (and, or)", _operator)
        spaced("(")(cursor)
        items = nested(cursor, lambda inner: inner.separated(tree, spaced(",")))
        spaced(")")(cursor)
        return LogicGroup(name, negated, tuple(items))

    return scan(tree, operator + text, f"failed to parse logic tree ({text})")


def _plain_leaf(cursor: Cursor) -> tuple[Field, Condition, Operand] | None:
    """What `_leaf` finds, where it is as plain as ``id.eq.1``; most are."""
    text = cursor.text
    name = _PLAIN_NAME.match(text, cursor.position)
    plain = name and plain_condition(text, name.end(), _PLAIN_OPERAND)
    if not name or not plain or text[plain[2] : plain[2] + 1] not in (",", ")"):
        return None
    cursor.advance(plain[2])
    return Field(name[1]), plain[0], plain[1]


_PLAIN_NAME = re.compile(r"([A-Za-z0-9_$]+)\.")
_PLAIN_OPERAND = re.compile(r'(?!["{])[^,)]*')


def _leaf(cursor: Cursor) -> tuple[Field, Condition, Operand]:
    field = spaced_field(cursor)
    dot(cursor)
    return field, *_condition(cursor)


def _path(cursor: Cursor) -> list[str]:
    return cursor.separated(field_name, dot)


def _not(cursor: Cursor) -> str:
    return cursor.attempt(lambda inner: inner.literal("not") + dot(inner))


def _operator(cursor: Cursor) -> str:
    return cursor.choice(lambda inner: inner.word("and"), lambda inner: inner.literal("or"))


def _operand(cursor: Cursor) -> str:
    return cursor.choice(
        lambda inner: inner.attempt(quoted_operand),
        lambda inner: inner.attempt(_array),
        plain_operand,
    )


def _array(cursor: Cursor) -> str:
    opening = cursor.literal("{")
    elements = cursor.many(lambda character: character not in "{}")
    return opening + elements + cursor.literal("}")


_condition = condition(_operand)
