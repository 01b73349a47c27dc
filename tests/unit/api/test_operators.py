"""The table of operators."""

from __future__ import annotations

from pgrest_wsgi.api.operators import BY_NAME, IS_KEYWORDS, OPERATORS, Encoding, Kind, names_of


def test_names_are_unique() -> None:
    """Each name has one row."""
    assert len(BY_NAME) == len(OPERATORS)


def test_every_operator_of_the_original_is_here() -> None:
    """No operator of v16.2 is missing, and none was added."""
    assert " ".join(BY_NAME) == (
        "eq gte gt lte lt like ilike match imatch neq cs cd ov sl sr nxr nxl adj in is isdistinct "
        "fts plfts phfts wfts"
    )


def test_kinds_keep_the_order_of_the_table() -> None:
    """Operators are tried in the order of the table, and none that begins another comes first."""
    assert names_of(Kind.TEXT_SEARCH) == ("fts", "plfts", "phfts", "wfts")
    for kind in Kind:
        names = names_of(kind)
        for place, name in enumerate(names):
            assert not any(later.startswith(name) for later in names[place + 1 :])


def test_only_patterns_and_lists_are_encoded() -> None:
    """`*` stands for `%` behind LIKE alone, and only `in` takes an array."""
    encoded = {row.name: row.encoding for row in OPERATORS if row.encoding is not Encoding.TEXT}
    assert encoded == {"like": Encoding.PATTERN, "ilike": Encoding.PATTERN, "in": Encoding.LIST}


def test_keywords_are_sql() -> None:
    """What follows `is.` is printed as SQL: five fixed words."""
    assert set(IS_KEYWORDS.values()) == {"NULL", "NOT NULL", "TRUE", "FALSE", "UNKNOWN"}
