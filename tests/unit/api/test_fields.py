"""Names, JSON paths and quoted values."""

from __future__ import annotations

import pytest
from hypothesis import given

from pgrest_wsgi.api.fields import (
    FIELD_NAME,
    NESTING_CAP,
    Field,
    JsonStep,
    Parsed,
    embed_path,
    field_name,
    json_path,
    quoted,
    scan,
)
from pgrest_wsgi.api.scanner import Cursor
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("title", "title"),
        ("  of a film ", "of a film"),
        ("first-name", "first-name"),
        ("a - b", "a-b"),
        ("a->b", "a"),
        ("7", "7"),
        ("_$", "_$"),
        ("größe", "größe"),
        ("海鷗", "海鷗"),
        ('" kept as it is, (all) "', " kept as it is, (all) "),
        ('"a\\"b\\\\c"', 'a"b\\c'),
    ],
)
def test_names(text: str, name: str) -> None:
    """A name is letters, digits, `_`, `$`, inner blanks and dashes, or anything in quotes."""
    assert field_name(Cursor(text)) == name


@pytest.mark.parametrize("text", ["", ":", "*", "²", "٣", "☃", "\tname", "e\u0301"[1:]])
def test_what_cannot_begin_a_name(text: str) -> None:
    """Only letters and ASCII digits count: neither other numerals nor marks nor tabs."""
    with pytest.raises(PgrestError) as caught:
        scan(field_name, text, "x")
    assert str(caught.value.details).endswith("expecting field name (* or [a..z0..9_$])")


@given(ANY_TEXT)
def test_any_name_can_be_quoted(name: str) -> None:
    """Every text is a name, in quotes with backslash and quote escaped."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    assert quoted(Cursor(f'"{escaped}"')) == name


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", ()),
        ("->key", (JsonStep("key", False, False),)),
        ("->>key", (JsonStep("key", False, True),)),
        ("->a->0->>-1", (JsonStep("a", False, False), JsonStep("0", True, False),
                         JsonStep("-1", True, True))),
        ("->!@#$%^&*_a", (JsonStep("!@#$%^&*_a", False, False),)),
        ("->1st", (JsonStep("1st", False, False),)),
        ("-> two words ", (JsonStep("two words", False, False),)),
        ("->a-b", (JsonStep("a-b", False, False),)),
        ('->"a.b,(c)"', (JsonStep("a.b,(c)", False, False),)),
        ("->\x85", (JsonStep("\x85", False, False),)),
        ("->0.desc", (JsonStep("0", True, False),)),
    ],
)  # fmt: skip
def test_json_paths(text: str, steps: tuple[JsonStep, ...]) -> None:
    """A step is a key or an index; only what Haskell calls blank is stripped from a key."""
    assert json_path(Cursor(text)) == steps


def test_embedded_path() -> None:
    """All but the last name of a path are resources."""
    assert embed_path(Cursor("a.b.c->d")) == (
        ("a", "b"),
        Field("c", (JsonStep("d", False, False),)),
    )


def test_parsed_text_is_its_own_key() -> None:
    """Parsed values are equal and hash by their text alone, and show it."""
    assert Parsed("a", 1) == Parsed("a", 2)
    assert hash(Parsed("a", 1)) == hash(Parsed("a", 2))
    assert Parsed("a", 1) != Parsed("b", 1)
    assert Parsed("a", 1) != "a"
    assert repr(Parsed("a", 1)) == "Parsed('a')"


def test_the_cap_leaves_room_for_people() -> None:
    """64 levels: far more than a request needs, far less than the printer of SQL bears."""
    assert NESTING_CAP == 64


@pytest.mark.parametrize("text", ['"a\0b"', '"\0"', 'a->"\0"', "a->k\0"])
def test_a_nul_in_a_name_is_refused(text: str) -> None:
    """No name of PostgreSQL holds one, and in SQL it would end the statement."""
    with pytest.raises(PgrestError) as caught:
        embed_path(Cursor(text))
    assert (caught.value.code, caught.value.status) == ("22021", 400)


@pytest.mark.parametrize("text", ['""', " ", 'a.""', '"".a', '""->a'])
def test_an_empty_name_is_refused(text: str) -> None:
    """PostgreSQL would find a syntax error in SQL with an empty name."""
    with pytest.raises(PgrestError) as caught:
        scan(embed_path, text, "failed to parse tree path")
    assert caught.value.code == "PGRST100"
    assert caught.value.details == f"unexpected empty name expecting {FIELD_NAME}"
