"""`order`: terms, directions, places of nulls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.fields import Field, JsonStep
from pgrest_wsgi.api.order import OrderTerm, parse_order
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import TEXTS, outcome

ID = Field("id")
KEY = Field("a", (JsonStep("k", is_index=False, as_text=False),))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("id", (OrderTerm(ID),)),
        ("id.asc", (OrderTerm(ID, "asc"),)),
        ("id.desc.nullslast", (OrderTerm(ID, "desc", "nullslast"),)),
        ("id.nullsfirst", (OrderTerm(ID, None, "nullsfirst"),)),
        ("id.desc,a->k.asc", (OrderTerm(ID, "desc"), OrderTerm(KEY, "asc"))),
        (" id , two words ", (OrderTerm(ID), OrderTerm(Field("two words")))),
        ('"a.b".desc', (OrderTerm(Field("a.b"), "desc"),)),
        ("r(id).desc", (OrderTerm(ID, "desc", relation="r"),)),
        ("r(a->k).nullsfirst", (OrderTerm(KEY, None, "nullsfirst", "r"),)),
    ],
)
def test_terms(text: str, terms: tuple[OrderTerm, ...]) -> None:
    """Each form of a term becomes the value it stands for."""
    assert parse_order(text).value == terms


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", 1, "unexpected end of input expecting field name (* or [a..z0..9_$])"),
        ("id,", 4, "unexpected end of input expecting field name (* or [a..z0..9_$])"),
        ("id.ac", 4, 'unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"'),
        ("id.descc", 8, "unexpected 'c' expecting delimiter (.), \",\" or end of input"),
        ("id.asc.asc", 8, 'unexpected "a" expecting "nullsfirst" or "nullslast"'),
        ("id.nullslast.asc", 13, "unexpected '.' expecting \",\" or end of input"),
        ("r(id,name)", 2, 'unexpected \'(\' expecting letter, digit, "-", "->>", "->", '
                          'delimiter (.), "," or end of input'),
        ("id\n", 3, 'unexpected \'\\n\' expecting letter, digit, "-", "->>", "->", '
                    'delimiter (.), "," or end of input'),
    ],
)  # fmt: skip
def test_refusals(text: str, place: int, reason: str) -> None:
    """Wrong text is refused where it breaks, with all that could have stood there."""
    with pytest.raises(PgrestError) as caught:
        parse_order(text)
    assert caught.value.message == f'"failed to parse order ({text})" (line 1, column {place})'
    assert caught.value.details == reason


MODIFIERS = st.sampled_from(["", ".asc", ".desc", ".nullslast", ".desc.nullsfirst"])
TERMS = st.lists(st.tuples(st.sampled_from(["id", "A_1$", "asc"]), MODIFIERS), min_size=1)


@given(TERMS)
def test_plain_terms_are_read_as_the_grammar_reads_them(terms: list[tuple[str, str]]) -> None:
    """Blanks send a term through the whole grammar, and change nothing else."""
    plain = ",".join(name + modifiers for name, modifiers in terms)
    spaced = ",".join(f" {name} {modifiers}" for name, modifiers in terms)
    assert parse_order(plain).value == parse_order(spaced).value


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the parser fail in another way."""
    outcome(parse_order, text)
