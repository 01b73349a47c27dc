"""The URLs of PostgREST 0.3, read where today's grammar finds no meaning.

What the old grammar is, beside today's: docs/legacy-grammar.md. Its texts are rewritten into
today's and read by today's parsers, so that nobody below knows of it. Today's grammar always goes
first, and where neither fits it is its refusal that is told: whoever has no old clients notices
nothing. Only old words in ``Prefer``, which v16.2 ignores, get a meaning that they had lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from pgrest_wsgi.api.fields import scan
from pgrest_wsgi.api.filters import Condition, Operand, is_condition, parse_condition
from pgrest_wsgi.api.preferences import Preferences, PreferenceValues, parse_prefer
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.api.select import (
    Select,
    SelectedRelation,
    SelectItem,
    parse_select,
    select_items,
)
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.memo import keep_short

T = TypeVar("T")


class Grammar(NamedTuple):
    """How those parts of a request are read that were once written otherwise.

    The first three raise PGRST100. `describes_tables` says that ``OPTIONS`` can ask for more than
    methods.
    """

    select: Callable[[str], Select]
    condition: Callable[[str], tuple[Condition, Operand]]
    is_condition: Callable[[str], bool]
    prefer: Callable[[str], tuple[Preferences, PreferenceValues]]
    describes_tables: bool


def _either(today: Callable[[str], T], old: Callable[[str], T]) -> Callable[[str], T]:
    """Read a text as today, else as it was; where neither fits, today's refusal is raised."""

    def read(text: str) -> T:
        try:
            return today(text)
        except PgrestError as refusal:
            try:
                return old(text)
            except PgrestError:
                raise refusal from None

    return read


# -- select ---------------------------------------------------------------------------------------


def parse_old_select(text: str) -> Select:
    """Parse ``id,clients{*}``, where names may be the beginnings of columns. Raises PGRST100."""
    items = scan(_whole_select, round_braces(text), f"failed to parse select parameter ({text})")
    return Select(text, _named_by_beginnings(items))


def _whole_select(cursor: Cursor) -> tuple[SelectItem, ...]:
    """The items, and nothing behind them, which today's parser lets pass as v16.2 does."""
    items = select_items(cursor)
    cursor.end()
    return items


def round_braces(text: str) -> str:
    """Make round brackets of braces, unless in quotes; what does not pair is left unclosed."""
    opened: list[str] = []

    def rounded(token: re.Match[str]) -> str:
        mark = token[0].strip(" \t")
        if mark in ("(", "{"):
            opened.append(mark)
            return "("
        if mark in (")", "}") and opened:
            return ")" if opened.pop() + mark in ("()", "{}") else "}"
        return token[0]

    return _TOKEN.sub(rounded, text)


# Of what begins like a token each matches something, so that no text is gone through twice.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[()]|[{}][ \t]*|[ \t]+[{}]?[ \t]*', re.DOTALL)


def _named_by_beginnings(items: tuple[SelectItem, ...]) -> tuple[SelectItem, ...]:
    return tuple(
        item._replace(items=_named_by_beginnings(item.items), by_beginning=True)
        if isinstance(item, SelectedRelation)
        else item
        for item in items
    )


# -- filters --------------------------------------------------------------------------------------

OLD_OPERATORS = {
    "in": "in",
    "notin": "not.in",
    "isnot": "not.is",
    "@@": "fts",
    "@>": "cs",
    "<@": "cd",
}
"""Operators that the old grammar writes, or continues, otherwise; and what they are today."""

_OLD_CONDITION = re.compile(rf"(not\.)?({'|'.join(OLD_OPERATORS)})\.(.*)", re.DOTALL)


def parse_old_condition(text: str) -> tuple[Condition, Operand]:
    """Parse ``notin.1,2`` and its like; a list without brackets ends an element at every comma.

    Raises PGRST100.
    """
    old = _OLD_CONDITION.fullmatch(text)
    if old is None:
        return parse_condition(text)
    head, value = OLD_OPERATORS[old[2]], old[3]
    operand: Operand
    if head.endswith("in") and _BARE_LIST.match(value):
        found, operand = Condition("in", negated=head == "not.in"), tuple(value.split(","))
    else:
        found, operand = parse_condition(f"{head}.{value}")
    return found._replace(negated=found.negated != bool(old[1])), operand


_BARE_LIST = re.compile(r"[ \t]*[^ \t(]")


# -- Prefer ---------------------------------------------------------------------------------------

OLD_PREFERENCES = frozenset(("plurality=singular", "plurality=plural", "count=none"))


def parse_both_prefers(header: str) -> tuple[Preferences, PreferenceValues]:
    """Read a ``Prefer`` header; one with old words may have semicolons between its preferences."""
    tokens = [token.strip() for token in re.split("[,;]", header)]
    if OLD_PREFERENCES.isdisjoint(tokens):
        return parse_prefer(header)
    others = ",".join(token for token in tokens if token not in OLD_PREFERENCES)
    preferences, values = parse_prefer(others)
    if "plurality=singular" in tokens:  # a single row is no page of others, so none are counted
        return preferences._replace(plurality="singular", counted="none"), values
    if "count=none" in tokens and preferences.counted is None:
        return preferences._replace(counted="none"), values
    return preferences, values


# -- the grammars ---------------------------------------------------------------------------------

TODAYS = Grammar(parse_select, parse_condition, is_condition, parse_prefer, False)

BOTH = Grammar(
    keep_short(_either(parse_select, parse_old_select)),
    _either(parse_condition, parse_old_condition),
    _either(is_condition, lambda text: bool(parse_old_condition(text))),
    keep_short(parse_both_prefers),
    describes_tables=True,
)
