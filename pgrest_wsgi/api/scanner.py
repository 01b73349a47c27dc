"""A cursor over request text that knows, when it fails, what could have stood there.

PostgREST parses with Haskell's Parsec, and its clients see Parsec's words (``unexpected "x"
expecting letter or digit``). To answer the same, this cursor keeps Parsec's account of trouble:

* a parser that fails *without consuming* lets the next alternative try, and what it expected
  is added to what the alternatives expected;
* a parser that fails *after consuming* ends the choice, unless wrapped in `attempt`;
* once input is consumed, earlier expectations are forgotten;
* of two troubles, the one further into the text is told.

A parser is a function of a `Cursor`. No grammar lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pgrest_wsgi.api.trouble import (
    END,
    NO_TROUBLE,
    ScanError,
    Trouble,
    haskell_char,
    haskell_string,
    shown,
)

T = TypeVar("T")
Parser = Callable[["Cursor"], T]
Accepts = Callable[[str], bool]


class Cursor:
    """A position in `text`, and the trouble that the way there has left behind."""

    __slots__ = ("nesting", "pending", "position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.pending = NO_TROUBLE
        self.nesting = 0

    @property
    def next(self) -> str:
        """The next character, or "" at the end."""
        return self.text[self.position : self.position + 1]

    def failed(self, trouble: Trouble) -> ScanError:
        """The error to raise for a trouble here."""
        return ScanError(self.pending.merge(trouble))

    def advance(self, to: int) -> None:
        self.position = to
        self.pending = NO_TROUBLE

    # -- characters ---------------------------------------------------------------------------

    def char(self, wanted: str) -> str:
        """One given character."""
        return self.one(wanted.__eq__, haskell_string(wanted))

    def one(self, accepts: Accepts, *names: str) -> str:
        """One character that `accepts` takes; `names` are what it would be called."""
        found = self.next
        if not found or not accepts(found):
            raise self.failed(self.surprise(expected=names))
        self.advance(self.position + 1)
        return found

    def many(self, accepts: Accepts, *names: str) -> str:
        """Characters as long as `accepts` takes them, perhaps none."""
        text, start, end = self.text, self.position, self.position
        while end < len(text) and accepts(text[end]):
            end += 1
        if end > start:
            self.advance(end)
        self.pending = self.pending.merge(self.surprise(expected=names))
        return text[start:end]

    def many1(self, accepts: Accepts, *names: str) -> str:
        """The same, at least one."""
        return self.one(accepts, *names) + self.many(accepts, *names)

    def literal(self, wanted: str) -> str:
        """A given word. A wrong character inside it counts as consumed input (see `attempt`)."""
        trouble = self._mismatch(wanted)
        if trouble is None:
            self.advance(self.position + len(wanted))
            return wanted
        if self.next == wanted[0]:
            self.advance(self.position + 1)
        raise self.failed(trouble)

    def word(self, *wanted: str) -> str:
        """The first that fits of several words, each all or nothing."""
        troubles = NO_TROUBLE
        for word in wanted:
            trouble = self._mismatch(word)
            if trouble is None:
                self.advance(self.position + len(word))
                return word
            troubles = troubles.merge(trouble)
        raise self.failed(troubles)

    def ahead(self, *wanted: str) -> None:
        """Require that one of the words stands here, and consume nothing."""
        for word in wanted:
            trouble = self._mismatch(word)
            if trouble is None:
                return
            self.pending = self.pending.merge(trouble)
        raise self.failed(NO_TROUBLE)

    def stop(self, *wanted: str) -> None:
        """The same, or the end of the text."""
        self.choice(lambda cursor: cursor.ahead(*wanted), Cursor.end)

    def end(self) -> None:
        """The end of the text."""
        found = self.next
        if found:
            raise self.failed(
                Trouble(self.position, unexpected=(haskell_char(found),), expected=(END,))
            )
        self.pending = self.pending.merge(Trouble(self.position, ("",), expected=(END,)))

    def _mismatch(self, word: str) -> Trouble | None:
        if self.text.startswith(word, self.position):
            return None
        offset = 0
        while self.text[self.position + offset : self.position + offset + 1] == word[offset]:
            offset += 1
        found = self.surprise(offset).found
        return Trouble(self.position, found, expected=(haskell_string(word),))

    def surprise(self, offset: int = 0, expected: tuple[str, ...] = ()) -> Trouble:
        """The trouble that the character `offset` places on should not be there."""
        position = self.position + offset
        found = shown(self.text[position : position + 1])
        return Trouble(position, (found,), expected=expected)

    # -- combination --------------------------------------------------------------------------

    def choice(self, *parsers: Parser[T]) -> T:
        """The first parser that fits. One that fails after consuming ends the choice."""
        start, before, trouble = self.position, self.pending, NO_TROUBLE
        for parser in parsers:
            self.pending = NO_TROUBLE
            try:
                value = parser(self)
            except ScanError as error:
                if self.position != start:
                    raise
                trouble = trouble.merge(error.trouble)
                continue
            if self.position == start:
                self.pending = before.merge(trouble.merge(self.pending))
            return value
        raise ScanError(before.merge(trouble))

    def optional(self, parser: Parser[T]) -> T | None:
        """What `parser` finds, or None where it fails without consuming."""
        return self.choice(parser, _nothing)

    def attempt(self, parser: Parser[T]) -> T:
        """What `parser` finds; a failure gives back what it consumed."""
        start, before = self.position, self.pending
        try:
            return parser(self)
        except ScanError as error:
            self.position = start
            raise ScanError(before.merge(error.trouble)) from None

    def named(self, name: str, parser: Parser[T]) -> T:
        """What `parser` finds; one that cannot begin was expecting a `name`."""
        start, before = self.position, self.pending
        self.pending = NO_TROUBLE
        try:
            value = parser(self)
        except ScanError as error:
            if self.position != start:
                raise
            raise ScanError(before.merge(error.trouble._replace(expected=(name,)))) from None
        if self.position == start:
            renamed = self.pending and self.pending._replace(expected=(name,))
            self.pending = before.merge(renamed)
        return value

    def repeat(self, parser: Parser[T]) -> list[T]:
        """`parser` as often as it fits, perhaps never."""
        values: list[T] = []
        before = self.pending
        while True:
            start = self.position
            self.pending = NO_TROUBLE
            try:
                values.append(parser(self))
            except ScanError as error:
                if self.position != start:
                    raise
                self.pending = error.trouble if values else before.merge(error.trouble)
                return values

    def separated(self, parser: Parser[T], separator: Parser[object]) -> list[T]:
        """One or more of `parser`, with `separator` between them."""

        def following(cursor: Cursor) -> T:
            separator(cursor)
            return parser(cursor)

        return [parser(self), *self.repeat(following)]

    def not_ahead(self, accepts: Accepts, *names: str) -> None:
        """Require that the next character is none that `accepts` takes, and consume nothing."""
        found = self.next
        if found and accepts(found):
            raise self.failed(Trouble(self.position + 1, unexpected=(haskell_char(found),)))
        self.pending = self.pending.merge(self.surprise(expected=names))


def _nothing(_: Cursor) -> None:
    return None
