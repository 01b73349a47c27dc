"""The cursor: how troubles are kept, merged and told."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.scanner import Cursor, Parser
from pgrest_wsgi.api.trouble import ScanError, Trouble, haskell_string, place


def trouble_of(parser: Parser[object], text: str) -> Trouble:
    with pytest.raises(ScanError) as caught:
        parser(Cursor(text))
    return caught.value.trouble


def words_of(parser: Parser[object], text: str) -> str:
    return trouble_of(parser, text).describe()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble(), "unknown parse error"),
        (Trouble(found=("",)), "unexpected end of input"),
        (Trouble(found=('"x"', '"y"')), 'unexpected "x"'),
        (Trouble(found=('"x"',), unexpected=("'x'",)), "unexpected 'x'"),
        (Trouble(unexpected=("a", "b")), "unexpected a or b"),
        (Trouble(expected=("a", "b", "a", "", "c")), "expecting a, b or c"),
        (Trouble(found=("",), expected=("digit",)), "unexpected end of input expecting digit"),
        (Trouble(found=('"x"',), expected=("",)), 'unexpected "x"'),
    ],
)
def test_description(trouble: Trouble, words: str) -> None:
    """A trouble is told in Parsec's words, each expectation once."""
    assert trouble.describe() == words


def test_the_trouble_further_on_is_told() -> None:
    """Of two troubles the one further into the text wins; an empty one never does."""
    near, far = Trouble(1, ("a",)), Trouble(2, ("b",))
    assert near.merge(far) == far.merge(near) == far
    assert near.merge(Trouble(9)) == Trouble(9).merge(near) == near


def test_troubles_at_one_place_add_up() -> None:
    """What was expected at one place is told together, in the order of trying."""
    merged = Trouble(1, ("a",), expected=("x",)).merge(Trouble(1, ("b",), ("u",), ("y",)))
    assert merged == Trouble(1, ("a", "b"), ("u",), ("x", "y"))


def test_choice_goes_on_after_a_failure_that_consumed_nothing() -> None:
    """The next alternative is tried where the first did not begin."""
    cursor = Cursor("b")
    assert cursor.choice(lambda c: c.char("a"), lambda c: c.char("b")) == "b"
    parsers: tuple[Parser[str], ...] = (lambda c: c.char("a"), lambda c: c.char("b"))
    assert words_of(lambda c: c.choice(*parsers), "x") == 'unexpected "x" expecting "a" or "b"'


def test_choice_ends_at_a_failure_that_consumed() -> None:
    """A parser that began well owns the failure, unless it is only an attempt."""

    def pair(cursor: Cursor) -> str:
        return cursor.char("a") + cursor.char("b")

    assert words_of(lambda c: c.choice(pair, lambda d: d.char("a")), "ax") == (
        'unexpected "x" expecting "b"'
    )
    assert Cursor("ax").choice(lambda c: c.attempt(pair), lambda c: c.char("a")) == "a"


def test_consuming_forgets_earlier_expectations() -> None:
    """What was optional before a consumed character is no longer expected behind it."""

    def parser(cursor: Cursor) -> None:
        cursor.optional(lambda inner: inner.char("-"))
        cursor.char("1")
        cursor.char("2")

    assert words_of(parser, "x") == 'unexpected "x" expecting "-" or "1"'
    assert words_of(parser, "1x") == 'unexpected "x" expecting "2"'


def test_a_half_matched_literal_tells_only_itself() -> None:
    """A wrong character inside a literal is consumed input: what came before is forgotten."""

    def parser(cursor: Cursor) -> None:
        cursor.many(" ".__contains__, "blank")
        cursor.literal("...")

    assert words_of(parser, ".x") == 'unexpected "x" expecting "..."'
    assert words_of(parser, "x") == 'unexpected "x" expecting blank or "..."'


def test_words_are_all_or_nothing() -> None:
    """Of several words none consumes a part, so that the next can be tried."""
    assert Cursor("gt").word("gte", "gt") == "gt"
    cursor = Cursor("gx")
    with pytest.raises(ScanError):
        cursor.word("gte", "gt")
    assert cursor.position == 0


def test_a_name_replaces_expectations_where_nothing_was_consumed() -> None:
    """A named parser that cannot begin is told by its name, one that broke off by its parts."""

    def digits(cursor: Cursor) -> str:
        return cursor.named("number", lambda inner: inner.char("1") + inner.char("2"))

    assert words_of(digits, "x") == 'unexpected "x" expecting number'
    assert words_of(digits, "1x") == 'unexpected "x" expecting "2"'


def test_looking_ahead_consumes_nothing() -> None:
    """`ahead`, `stop` and `not_ahead` leave the cursor where it is."""
    cursor = Cursor(",")
    cursor.ahead("(", ",")
    cursor.stop(",")
    cursor.not_ahead(".".__eq__)
    assert cursor.position == 0
    Cursor("").stop(",")
    assert trouble_of(lambda c: c.not_ahead(",".__eq__), ",") == Trouble(1, unexpected=("','",))


def test_separated_needs_a_value_behind_each_separator() -> None:
    """A trailing separator is a failure, told at its end."""

    def parser(cursor: Cursor) -> list[str]:
        return cursor.separated(lambda c: c.char("a"), lambda c: c.char(","))

    assert parser(Cursor("a,a")) == ["a", "a"]
    assert trouble_of(parser, "a,") == Trouble(2, ("",), expected=('"a"',))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", '"a"'),
        ('"', '"\\""'),
        ("'", '"\'"'),
        ("\\", '"\\\\"'),
        ("\n", '"\\n"'),
        ("\a", '"\\a"'),
        ("\x1b", '"\\ESC"'),
        ("\x7f", '"\\DEL"'),
        ("\x80", '"\\128"'),
        ("é", '"\\233"'),
        ("☃", '"\\9731"'),
        ("->>", '"->>"'),
        ("é1☃", '"\\233\\&1\\9731"'),
        ("\x0eH\x0eO", '"\\SO\\&H\\SOO"'),
        ("\x011", '"\\SOH1"'),
    ],
)
def test_text_as_haskell_shows_it(text: str, shown: str) -> None:
    """Characters are told in Haskell's notation."""
    assert haskell_string(text) == shown


@pytest.mark.parametrize(
    ("text", "position", "told"),
    [
        ("abc", 0, "(line 1, column 1)"),
        ("abc", 3, "(line 1, column 4)"),
        ("a\nbc", 3, "(line 2, column 2)"),
        ("\tb", 1, "(line 1, column 9)"),
        ("abcdefgh\ti", 9, "(line 1, column 17)"),
        ("☃☃", 2, "(line 1, column 3)"),
    ],
)
def test_place(text: str, position: int, told: str) -> None:
    """Lines and columns count from one; a tab goes to the next multiple of eight."""
    assert place(text, position) == told
