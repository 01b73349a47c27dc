"""The table of filter operators: how each is written, what it is in SQL, what it compares with.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#operators.
A new operator is a new row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Encoding(Enum):
    """How an operand's text becomes a parameter. Nothing else of an operand reaches SQL."""

    TEXT = "text"  # as it is
    PATTERN = "pattern"  # `*` stands for `%`
    LIST = "list"  # an array literal, of one empty text the empty array
    ARRAY = "array"  # an array literal


class Kind(Enum):
    """The grammar an operator follows behind its name, and the SQL form it takes."""

    SIMPLE = "simple"  # column <op> value
    QUANTIFIED = "quantified"  # the same, or column <op> any(value) / all(value)
    DISTINCT = "distinct"  # column is distinct from value
    LIST = "list"  # column = any(list)
    KEYWORD = "keyword"  # column is <keyword>: the keyword is no value
    TEXT_SEARCH = "text search"  # to_tsvector(column) @@ <function>(language, value)


@dataclass(frozen=True, slots=True)
class Operator:
    """One row: the name in URLs, and the operator (for `TEXT_SEARCH` the function) in SQL."""

    name: str
    kind: Kind
    symbol: str
    encoding: Encoding = Encoding.TEXT


OPERATORS: tuple[Operator, ...] = (
    Operator("eq", Kind.QUANTIFIED, "="),
    Operator("gte", Kind.QUANTIFIED, ">="),
    Operator("gt", Kind.QUANTIFIED, ">"),
    Operator("lte", Kind.QUANTIFIED, "<="),
    Operator("lt", Kind.QUANTIFIED, "<"),
    Operator("like", Kind.QUANTIFIED, "LIKE", Encoding.PATTERN),
    Operator("ilike", Kind.QUANTIFIED, "ILIKE", Encoding.PATTERN),
    Operator("match", Kind.QUANTIFIED, "~"),
    Operator("imatch", Kind.QUANTIFIED, "~*"),
    Operator("neq", Kind.SIMPLE, "<>"),
    Operator("cs", Kind.SIMPLE, "@>"),
    Operator("cd", Kind.SIMPLE, "<@"),
    Operator("ov", Kind.SIMPLE, "&&"),
    Operator("sl", Kind.SIMPLE, "<<"),
    Operator("sr", Kind.SIMPLE, ">>"),
    Operator("nxr", Kind.SIMPLE, "&<"),
    Operator("nxl", Kind.SIMPLE, "&>"),
    Operator("adj", Kind.SIMPLE, "-|-"),
    Operator("in", Kind.LIST, "=", Encoding.LIST),
    Operator("is", Kind.KEYWORD, "IS"),
    Operator("isdistinct", Kind.DISTINCT, "IS DISTINCT FROM"),
    Operator("fts", Kind.TEXT_SEARCH, "to_tsquery"),
    Operator("plfts", Kind.TEXT_SEARCH, "plainto_tsquery"),
    Operator("phfts", Kind.TEXT_SEARCH, "phraseto_tsquery"),
    Operator("wfts", Kind.TEXT_SEARCH, "websearch_to_tsquery"),
)

BY_NAME = {operator.name: operator for operator in OPERATORS}


def names_of(kind: Kind) -> tuple[str, ...]:
    """The names of the operators of a kind, in the order they are tried."""
    return tuple(operator.name for operator in OPERATORS if operator.kind is kind)


# Behind `is.`, in the order they are tried; any case is understood.
IS_KEYWORDS = {
    "null": "NULL",
    "not_null": "NOT NULL",
    "true": "TRUE",
    "false": "FALSE",
    "unknown": "UNKNOWN",
}
