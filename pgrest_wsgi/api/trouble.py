"""Trouble: where a text could not be read, what stood there and what could have; in Parsec's words.

How troubles come about is in `scanner`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

END = "end of input"


class Trouble(NamedTuple):
    """What went wrong at a place: what stood there, and what could have stood there."""

    position: int = 0
    found: tuple[str, ...] = ()  # the input itself; "" is the end of the text
    unexpected: tuple[str, ...] = ()  # named by a parser; told instead of `found`
    expected: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found or self.unexpected or self.expected)

    def merge(self, other: Trouble) -> Trouble:
        """The trouble further into the text; of two at one place, both."""
        if not other:
            return self
        if not self or other.position > self.position:
            return other
        if self.position > other.position:
            return self
        return Trouble(
            self.position,
            self.found + other.found,
            self.unexpected + other.unexpected,
            self.expected + other.expected,
        )

    def describe(self) -> str:
        """Say it the way Parsec does, on one line."""
        parts = []
        if self.unexpected:
            parts.append(f"unexpected {_alternatives(self.unexpected)}")
        elif self.found:
            parts.append(f"unexpected {self.found[0] or END}")
        if _alternatives(self.expected):
            parts.append(f"expecting {_alternatives(self.expected)}")
        return " ".join(parts) or "unknown parse error"


NO_TROUBLE = Trouble()


class ScanError(Exception):
    """A parser failed; `trouble` says where and why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


# -- how Haskell shows text -----------------------------------------------------------------------

# fmt: off
_CONTROLS = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "a", "b", "t", "n", "v", "f", "r", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS",
    "RS", "US",
)
# fmt: on
_ESCAPES = {code: f"\\{name}" for code, name in enumerate(_CONTROLS)}
_ESCAPES |= {ord("\\"): "\\\\", 0x7F: "\\DEL"}


def _escaped(character: str, quote: str) -> str:
    code = ord(character)
    if character == quote:
        return "\\" + quote
    return _ESCAPES.get(code) or (character if code < 0x7F else f"\\{code}")


@lru_cache(maxsize=1024)
def haskell_string(text: str) -> str:
    """`text` in double quotes, as Haskell's ``show`` writes a string."""
    parts = ("".join(_escaped(found, '"') for found in part) for part in _AMBIGUOUS.split(text))
    return '"' + "\\&".join(parts) + '"'


# Where an escape could be read together with the character behind it.
_AMBIGUOUS = re.compile(r"(?<=[^\0-\x7f])(?=[0-9])|(?<=\x0e)(?=H)")


def haskell_char(character: str) -> str:
    """The same of a single character, in single quotes."""
    return "'" + _escaped(character, "'") + "'"


def shown(found: str) -> str:
    """What was found, as Haskell shows it; the end of the text stays empty."""
    return found and haskell_string(found)


def _alternatives(items: Collection[str]) -> str:
    names = [name for name in dict.fromkeys(items) if name]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def place(text: str, position: int) -> str:
    """Line and column of `position`, counted from one, a tab stop every eight columns."""
    line, column = 1, 1
    for character in text[:position]:
        if character == "\n":
            line, column = line + 1, 1
        elif character == "\t":
            column += 8 - (column - 1) % 8
        else:
            column += 1
    return f"(line {line}, column {column})"
