"""What select, filters and order have in common: names, JSON paths, quoted values.

Grammar: https://docs.postgrest.org/en/v16/references/api/url_grammar.html. A name is letters,
digits, ``_``, ``$`` and inner blanks, with dashes between; anything else needs double quotes.
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from pgrest_wsgi.api.scanner import Cursor, Parser
from pgrest_wsgi.api.trouble import ScanError, Trouble, place
from pgrest_wsgi.errors import QUERY_PARAMETER
from pgrest_wsgi.sqlstates import nul_refused

T = TypeVar("T")

# Nested embeds and conditions become nested SQL. sqlglot's printer recurses and gives up near 100
# laterals, Python's and PostgreSQL's stacks later. No request of a person comes near.
NESTING_CAP = 64

DIGITS = "0123456789"
# What counts as blank in Haskell; `str.strip` alone would take line separators as well.
SPACES = " \t\n\v\f\r\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class JsonStep(NamedTuple):
    """One arrow of a JSON path: a key, or an index into an array; ``->>`` asks for text."""

    key: str
    is_index: bool
    as_text: bool


class Field(NamedTuple):
    """A column, and the way into it where it holds JSON, a composite or an array."""

    name: str
    path: tuple[JsonStep, ...] = ()


class Parsed(Generic[T]):
    """Parsed text: equal and hashed by the text, so that a cache key stays cheap."""

    __slots__ = ("text", "value")

    def __init__(self, text: str, value: T) -> None:
        self.text = text
        self.value = value

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parsed) and self.text == other.text

    def __repr__(self) -> str:
        return f"Parsed({self.text!r})"


def scan(parser: Parser[T], text: str, what: str) -> T:
    """Parse the whole of `text`.

    Raises PGRST100 worded as v16.2 does: what was parsed and where it broke; then the trouble.
    """
    try:
        return parser(Cursor(text))
    except ScanError as error:
        where = place(text, error.trouble.position)
        reason = error.trouble.describe()
        raise QUERY_PARAMETER(what=what, where=where, reason=reason) from None


def blanks(cursor: Cursor) -> str:
    return cursor.many(" \t".__contains__)


def dot(cursor: Cursor) -> str:
    return cursor.named("delimiter (.)", lambda inner: inner.char("."))


def comma(cursor: Cursor) -> str:
    return cursor.char(",")


def spaced(mark: str) -> Parser[str]:
    """A character with blanks around it."""

    def parser(cursor: Cursor) -> str:
        blanks(cursor)
        cursor.char(mark)
        blanks(cursor)
        return mark

    return parser


def nested(cursor: Cursor, parser: Parser[T]) -> T:
    """Parse one level deeper; more than `NESTING_CAP` levels are refused."""
    if cursor.nesting == NESTING_CAP:
        where = place(cursor.text, cursor.position)
        reason = f"nested deeper than {NESTING_CAP} levels"
        raise QUERY_PARAMETER(what="failed to parse nested expression", where=where, reason=reason)
    cursor.nesting += 1
    value = parser(cursor)
    cursor.nesting -= 1
    return value


def identifier(cursor: Cursor) -> str:
    """Letters, digits, ``_``, ``$`` and inner blanks."""
    return cursor.many1(_in_identifier, "letter", "digit").strip()


def _in_identifier(character: str) -> bool:
    return character.isalpha() or character in DIGITS or character in "_ $"


def quoted(cursor: Cursor) -> str:
    """A value in double quotes; after a backslash any character stands for itself."""
    cursor.char('"')
    pieces = cursor.repeat(lambda inner: inner.choice(_plain_text, _escaped_character))
    cursor.char('"')
    return "".join(pieces)


def _plain_text(cursor: Cursor) -> str:
    return cursor.many1(lambda character: character not in '\\"')


def _escaped_character(cursor: Cursor) -> str:
    cursor.char("\\")
    return cursor.one(lambda _: True)


def _dash(cursor: Cursor) -> str:
    """A dash that does not begin an arrow."""

    def parser(inner: Cursor) -> None:
        inner.char("-")
        inner.not_ahead(">".__eq__, '">"')

    cursor.attempt(parser)
    return "-"


FIELD_NAME = "field name (* or [a..z0..9_$])"


def field_name(cursor: Cursor) -> str:
    """A name. PostgreSQL has no empty ones: its parser would call it a syntax error."""
    name = cursor.named(FIELD_NAME, lambda inner: inner.choice(quoted, _dashed_identifiers))
    if not name:
        raise ScanError(
            Trouble(cursor.position, unexpected=("empty name",), expected=(FIELD_NAME,))
        )
    return _refuse_nul(name)


def _refuse_nul(name: str) -> str:
    """Names of PostgreSQL hold no NUL, and C would end the SQL there."""
    if "\0" in name:
        raise nul_refused()
    return name


def _dashed_identifiers(cursor: Cursor) -> str:
    return "-".join(cursor.separated(identifier, _dash))


def json_path(cursor: Cursor) -> tuple[JsonStep, ...]:
    return tuple(cursor.repeat(_json_step))


def _json_step(cursor: Cursor) -> JsonStep:
    arrow = cursor.word("->>", "->")
    key, is_index = cursor.choice(
        lambda inner: inner.attempt(_json_index),
        lambda inner: inner.attempt(_json_key),
    )
    return JsonStep(key, is_index, as_text=arrow == "->>")


def _json_index(cursor: Cursor) -> tuple[str, bool]:
    sign = cursor.optional(lambda inner: inner.char("-")) or ""
    digits = cursor.many1(DIGITS.__contains__, "digit")
    cursor.stop("->", "::", ".", ",")
    return sign + digits, True


def _json_key(cursor: Cursor) -> tuple[str, bool]:
    name = "any non reserved character different from: .,>()"
    key = cursor.named(name, lambda inner: inner.choice(quoted, _dashed_json_words))
    return _refuse_nul(key), False


def _dashed_json_words(cursor: Cursor) -> str:
    return "-".join(cursor.separated(_json_word, _dash))


def _json_word(cursor: Cursor) -> str:
    return cursor.many1(lambda character: character not in "(-:.,>)").strip(SPACES)


def spaced_field(cursor: Cursor) -> Field:
    """A name and its JSON path, with blanks around."""
    blanks(cursor)
    field = Field(field_name(cursor), json_path(cursor))
    blanks(cursor)
    return field


def embed_path(cursor: Cursor) -> tuple[tuple[str, ...], Field]:
    """The left side of a filter or order: embedded resources, then the field, dots between."""
    *path, name = cursor.separated(field_name, dot)
    return tuple(path), Field(name, json_path(cursor))
