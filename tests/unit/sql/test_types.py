"""Names of types in casts: what goes out as SQL's own words, what quoted, and what not at all."""

from __future__ import annotations

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.sql.types import SPELLINGS, type_name


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_spellings_of_the_grammar_go_out_as_they_are(spelling: str) -> None:
    assert type_name(spelling) == spelling
    assert type_name(f" {spelling.upper().replace(' ', '   ')} ") == spelling


def test_spellings_are_words_with_single_blanks() -> None:
    """The table is written as one text; this is what cutting it up must give."""
    assert len(SPELLINGS) == 31
    assert all(" ".join(spelling.split()) == spelling for spelling in SPELLINGS)


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("text", '"text"'),
        ("JSONB", '"jsonb"'),
        ("_text", '"_text"'),
        ("int4", '"int4"'),
        ("user", '"user"'),
        ("ÄÖ", '"ÄÖ"'),
        ("a$1", '"a$1"'),
    ],
)
def test_other_names_go_out_quoted_in_the_case_that_postgresql_would_read(
    name: str, sql: str
) -> None:
    """PostgreSQL folds ASCII letters only."""
    assert type_name(name) == sql


@pytest.mark.parametrize(
    "name", ["", " ", "1st", "$1", "text array", "int; drop", "text) --", "setof text"]
)
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(PgrestError) as caught:
        type_name(name)
    assert (caught.value.code, caught.value.status) == ("PGRST100", 400)


@pytest.mark.parametrize("name", ['a"b', "a);drop", "text--", "a'b", "a\\b", "int[]", "a.b"])
def test_hostile_names_stay_inside_their_quotes(name: str) -> None:
    """The parser lets none of them through; were it to change, this is what holds."""
    assert type_name(name) == '"' + name.replace('"', '""') + '"'
