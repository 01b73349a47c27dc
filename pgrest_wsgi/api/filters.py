"""Filters: ``operator.value`` behind a column, cut into what decides SQL and the operand.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#horizontal-filtering.
The scanner below is the grammar. Nearly every real filter begins with a plain head such as
``eq.`` or ``not.in.``; `parse_condition` reads those by one regular expression and leaves the
others, and all wrong ones, to the scanner. A test holds the two together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field, blanks, comma, dot, embed_path, identifier, quoted, scan
from pgrest_wsgi.api.operators import IS_KEYWORDS, OPERATORS, Kind, names_of
from pgrest_wsgi.api.scanner import Cursor, Parser
from pgrest_wsgi.api.trouble import NO_TROUBLE
from pgrest_wsgi.memo import keep_short

Operand = str | tuple[str, ...]

NO_OPERAND = ""


class Condition(NamedTuple):
    """What a filter asks of its column, without the operand."""

    operator: str
    negated: bool = False
    quantifier: str | None = None  # "any" or "all"
    language: str | None = None  # of a full-text search
    keyword: str | None = None  # of `is`: a key of IS_KEYWORDS


class Filter(NamedTuple):
    """A condition on a field; `operand` is where its operand stands in the request's values."""

    field: Field
    condition: Condition
    operand: int


@keep_short
def parse_embed_path(text: str) -> tuple[tuple[str, ...], Field]:
    """Parse the name of a filter, order or limit parameter. Raises PGRST100."""
    return scan(embed_path, text, f"failed to parse tree path ({text})")


def parse_condition(text: str) -> tuple[Condition, Operand]:
    """Parse the value of a filter parameter. Raises PGRST100."""
    name, stop, value = text.partition(".")
    known = _WHOLE_HEADS.get(name)
    if known is not None and stop:
        return known, value
    plain = plain_condition(text, 0, _ANYTHING)
    if plain is None:
        return scan(condition(_rest), text, f"failed to parse filter ({text})")
    return plain[0], plain[1]


def is_condition(text: str) -> bool:
    """Whether a text is the value of a filter. Raises PGRST100 where it only begins like one."""
    if _HEAD_START.match(text) is None:
        return False
    what = f"failed to parse filter ({text})"
    return scan(lambda cursor: cursor.optional(condition(_rest)), text, what) is not None


def plain_condition(
    text: str, start: int, operand: re.Pattern[str]
) -> tuple[Condition, Operand, int] | None:
    """The condition at `start`, its operand and where it ends; None leaves it to the scanner."""
    plain = _PLAIN_HEAD.match(text, start)
    if plain is None:
        return None
    head = _plain_condition(*plain.groups())
    if head.operator == "is":
        return head, NO_OPERAND, plain.end()
    found = (_PLAIN_LIST if head.operator == "in" else operand).match(text, plain.end())
    if found is None:
        return None
    value = tuple(found[1].split(",")) if head.operator == "in" else found[0]
    return head, value, found.end()


_HEADS = "|".join((*names_of(Kind.SIMPLE), *names_of(Kind.DISTINCT), *names_of(Kind.LIST)))
_PLAIN_HEAD = re.compile(
    rf"(not\.)?(?:({_HEADS}|{'|'.join(names_of(Kind.TEXT_SEARCH))})\."
    rf"|({'|'.join(names_of(Kind.QUANTIFIED))})(?:\((any|all)\))?\."
    rf"|is\.({'|'.join(IS_KEYWORDS)}))",
)
# Heads that are but the name of an operator, with all of the rest as its operand: the usual ones.
_WHOLE_HEADS = {
    name: Condition(name)
    for kind in (Kind.SIMPLE, Kind.DISTINCT, Kind.TEXT_SEARCH, Kind.QUANTIFIED)
    for name in names_of(kind)
}
_HEAD_START = re.compile(rf"not\.|(?:{'|'.join(operator.name for operator in OPERATORS)})[.(]")
_ANYTHING = re.compile(r"(?s:.*)")
_PLAIN_LIST = re.compile(r'\((?![ \t])([^")]*)\)')


@lru_cache(maxsize=512)
def _plain_condition(
    negation: str | None,
    name: str | None,
    quantified: str | None,
    quantifier: str | None,
    keyword: str | None,
) -> Condition:
    operator = name or quantified or "is"
    return Condition(operator, bool(negation), quantifier, None, keyword)


# -- the grammar ----------------------------------------------------------------------------------


def condition(value: Parser[str]) -> Parser[tuple[Condition, Operand]]:
    """A condition whose operands `value` reads: all the rest, or up to a logic tree's comma."""

    def operation(cursor: Cursor) -> tuple[Condition, Operand]:
        return cursor.choice(
            _list,
            _is,
            lambda inner: _distinct(inner, value),
            lambda inner: inner.attempt(lambda c: _text_search(c, value)),
            lambda inner: inner.attempt(lambda c: _simple(c, value)),
            lambda inner: inner.attempt(lambda c: _quantified(c, value)),
        )

    def parser(cursor: Cursor) -> tuple[Condition, Operand]:
        negated = cursor.optional(lambda inner: inner.attempt(_not)) is not None
        found, operand = cursor.named("operator (eq, gt, ...)", operation)
        return found._replace(negated=negated), operand

    return parser


def _not(cursor: Cursor) -> str:
    cursor.literal("not")
    return dot(cursor)


def _rest(cursor: Cursor) -> str:
    return cursor.many(lambda _: True)


def _list(cursor: Cursor) -> tuple[Condition, Operand]:
    cursor.attempt(lambda inner: (inner.literal("in"), dot(inner)))
    _spaced_bracket(cursor, "(")
    values = cursor.separated(_list_element, comma)
    _spaced_bracket(cursor, ")")
    return Condition("in"), tuple(values)


def _spaced_bracket(cursor: Cursor, bracket: str) -> None:
    blanks(cursor)
    cursor.char(bracket)
    blanks(cursor)


def _list_element(cursor: Cursor) -> str:
    plain = _PLAIN_ELEMENT.match(cursor.text, cursor.position)
    if plain is not None:
        cursor.advance(plain.end())
        return plain[1] or ""
    return cursor.choice(lambda inner: inner.attempt(quoted_operand), plain_operand)


_PLAIN_ELEMENT = re.compile(r'"([^"\\]*)"(?=[,)])')


def quoted_operand(cursor: Cursor) -> str:
    """A quoted value that ends where an operand ends, at a comma or a closing bracket."""
    value = quoted(cursor)
    cursor.not_ahead(lambda character: character not in ",)")
    return value


def plain_operand(cursor: Cursor) -> str:
    """A value up to a comma or a closing bracket."""
    return cursor.many(lambda character: character not in ",)")


def _is(cursor: Cursor) -> tuple[Condition, Operand]:
    cursor.attempt(lambda inner: (inner.literal("is"), dot(inner)))
    name = "isVal: (null, not_null, true, false, unknown)"
    return Condition("is", keyword=cursor.named(name, _is_keyword)), NO_OPERAND


def _is_keyword(cursor: Cursor) -> str:
    trouble = NO_TROUBLE
    for keyword in IS_KEYWORDS:
        here = cursor.text[cursor.position : cursor.position + len(keyword)]
        shared = 0
        while shared < len(here) and here[shared] in (keyword[shared], keyword[shared].upper()):
            shared += 1
        if shared == len(keyword):
            cursor.advance(cursor.position + shared)
            return keyword
        trouble = trouble.merge(cursor.surprise(shared))
    raise cursor.failed(trouble)


def _distinct(cursor: Cursor, value: Parser[str]) -> tuple[Condition, Operand]:
    cursor.attempt(lambda inner: (inner.literal("isdistinct"), dot(inner)))
    return Condition("isdistinct"), value(cursor)


def _text_search(cursor: Cursor, value: Parser[str]) -> tuple[Condition, Operand]:
    name = cursor.word(*names_of(Kind.TEXT_SEARCH))
    language = cursor.optional(lambda inner: inner.attempt(_language))
    dot(cursor)
    return Condition(name, language=language), value(cursor)


def _language(cursor: Cursor) -> str:
    cursor.char("(")
    language = identifier(cursor)
    cursor.char(")")
    return language


def _simple(cursor: Cursor, value: Parser[str]) -> tuple[Condition, Operand]:
    name = _operator(cursor, Kind.SIMPLE)
    dot(cursor)
    return Condition(name), value(cursor)


def _quantified(cursor: Cursor, value: Parser[str]) -> tuple[Condition, Operand]:
    name = _operator(cursor, Kind.QUANTIFIED)
    quantifier = cursor.optional(lambda inner: inner.attempt(_quantifier))
    dot(cursor)
    return Condition(name, quantifier=quantifier), value(cursor)


def _operator(cursor: Cursor, kind: Kind) -> str:
    names = names_of(kind)
    return cursor.named("unknown single value operator", lambda inner: inner.word(*names))


def _quantifier(cursor: Cursor) -> str:
    cursor.char("(")
    quantifier = cursor.choice(lambda inner: inner.word("any"), lambda inner: inner.literal("all"))
    cursor.char(")")
    return quantifier
