"""Names found by similarity: scores, the order of matches, and what takes part."""

from __future__ import annotations

from itertools import product

import pytest

from pgrest_wsgi.hints import COMPARED, FuzzyNames, similarity

SHIPS = ("barges", "tugboats", "dredgers", "pilot_boats", "ferries", "Lighters")


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's distance by its definition."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        edit_distance(one[1:], other) + 1,
        edit_distance(one, other[1:]) + 1,
        edit_distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


def words(longest: int) -> list[str]:
    return [
        "".join(letters) for size in range(longest + 1) for letters in product("ab", repeat=size)
    ]


def test_the_score_is_the_edit_distance_over_the_longer_length() -> None:
    for one, other in product(words(4), repeat=2):
        longer = max(len(one), len(other))
        expected = (longer - edit_distance(one, other)) / longer if longer else 1.0
        assert similarity(one, other) == expected, (one, other)


def test_long_words_carry_beyond_a_machine_word() -> None:
    """Distances of one substitution, one insertion and a whole replacement over 200 letters."""
    text = "abcdefgh" * 25
    assert similarity(text, text.replace("h", "x", 1)) == 199 / 200
    assert similarity(text, text[:100] + text[101:]) == 199 / 200
    assert similarity(text, "z" * 200) == 0


def test_the_nearest_name_is_found() -> None:
    names = FuzzyNames(SHIPS)
    assert names.nearest("barge") == "barges"
    assert names.nearest("pilotboat") == "pilot_boats"


def test_a_name_scores_one_and_stands_alone_whatever_its_case() -> None:
    names = FuzzyNames(SHIPS)
    assert names.matches("lighters") == [(1.0, "Lighters")]
    assert names.matches("BARGES") == [(1.0, "barges")]


def test_matches_come_best_first() -> None:
    matches = FuzzyNames(("boats", "pilot_boats", "tugboats")).matches("boat")
    assert matches == [(4 / 5, "boats"), (4 / 8, "tugboats"), (4 / 11, "pilot_boats")]


def test_a_match_must_reach_the_minimum() -> None:
    names = FuzzyNames(("boats",))
    assert names.nearest("boat", minimum=0.8) == "boats"
    assert names.nearest("boat", minimum=0.81) is None


def test_names_without_a_gram_in_common_are_not_compared() -> None:
    """Half of the letters agree, and still these two share no two neighbours."""
    assert similarity("axbxcx", "aybycy") == 0.5
    assert FuzzyNames(("aybycy",)).nearest("zxbxcx") is None


def test_short_grams_help_where_long_ones_find_nothing() -> None:
    assert FuzzyNames(("ab1cd",)).nearest("ab2cd") == "ab1cd"
    assert FuzzyNames(("xab1y",)).nearest("zab2w") == "xab1y"


def test_grams_ignore_all_but_letters_digits_blanks_and_commas() -> None:
    """The underscore is not in the grams, yet it costs in the comparison that follows."""
    assert FuzzyNames(("a_b_c",)).matches("abc") == [(3 / 5, "a_b_c")]


def test_marks_alone_match_only_marks_alone() -> None:
    names = FuzzyNames((*SHIPS, "@#!"))
    assert names.matches("@#?") == [(2 / 3, "@#!")]


def test_grams_in_common_choose_who_is_compared() -> None:
    """One name is nearest by letters, but as many others as are compared share more grams."""
    wanted = "abcabcabcxyz"
    crowd = [f"abcabcabc{'q' * 30}{number:02}" for number in range(COMPARED)]
    assert FuzzyNames(["zzzabzzzxyz"]).nearest(wanted, minimum=0.2) == "zzzabzzzxyz"
    assert "zzzabzzzxyz" not in [
        name for _, name in FuzzyNames([*crowd, "zzzabzzzxyz"]).matches(wanted, 0.2)
    ]


def test_of_equal_matches_the_last_name_given_comes_first() -> None:
    assert FuzzyNames(("(a, b)", "(a, c)")).nearest("(a)") == "(a, c)"
    assert FuzzyNames(("(a, c)", "(a, b)")).nearest("(a)") == "(a, b)"


def test_of_names_that_differ_in_case_the_first_counts() -> None:
    assert FuzzyNames(("Quay", "QUAY")).matches("quai") == [(3 / 4, "Quay")]


@pytest.mark.parametrize("text", ["", "quay", "\x00", "港", "\ud800"])
def test_no_names_have_no_match(text: str) -> None:
    assert FuzzyNames(()).nearest(text) is None


def test_names_of_any_alphabet_are_found() -> None:
    assert FuzzyNames(("größen", "λόγος")).nearest("GRÖSEN") == "größen"
    assert FuzzyNames(("ΛΌΓΟΣ",)).nearest("λόγοσ") == "ΛΌΓΟΣ"


def test_text_far_longer_than_any_name_is_not_compared() -> None:
    assert similarity("abc", "abc" * 1000, minimum=0.33) == 0.0
    assert FuzzyNames(("abc",)).nearest("abc" * 1000) is None
