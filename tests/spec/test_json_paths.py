"""Paths into JSON columns, and into composites and arrays as if they were.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#json-columns
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api


@pytest.mark.parametrize(
    ("select", "row"),
    [
        ("facts->format", '{"format":"35 mm"}'),
        ("facts->>format", '{"format":"35 mm"}'),
        ("facts->reels", '{"reels":3}'),
        ("facts->>reels", '{"reels":"3"}'),
        ("facts->restoration->year", '{"year":2008}'),
        ("facts->restoration->>year", '{"year":"2008"}'),
        ("since:facts->restoration->>year", '{"since":"2008"}'),
        ("facts->restoration->>year::int", '{"year":2008}'),
        ("facts->nothing->here", '{"here":null}'),
        ("facts->0", '{"facts":null}'),
        ("tags->0", '{"tags":"restored"}'),
        ("tags->>-1", '{"tags":"tender"}'),
        ('facts->"a b"', '{"a b":null}'),
        ("facts->>it's", '{"it\'s":null}'),
    ],
)
def test_a_path_is_selected(api: Api, select: str, row: str) -> None:
    """Under the name of its last key; -> gives JSON, ->> text."""
    assert api.get(f"/films?id=eq.1&select={select}").text == f"[{row}]"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("facts->restoration->>year=eq.2008&year=lt.1960", {"Quiet Harbour"}),
        ("facts->restoration->year=eq.2008&year=lt.1960", {"Quiet Harbour"}),
        ("facts->>format=eq.35 mm&id=lt.3", {"Quiet Harbour"}),
        ("tags->>0=eq.bleak&id=lt.5", {"The Crooked Orchard"}),
        ("facts->restoration=not.is.null&id=lt.3", {"Quiet Harbour", "The Crooked Orchard"}),
        ("facts->>restoration=not.is.null&id=lt.3", {"Quiet Harbour"}),
        ("facts->>reels=in.(3,4)&id=lt.4", {"Quiet Harbour", "The Crooked Orchard"}),
    ],
)
def test_a_path_is_filtered_by(api: Api, query: str, titles: set[str]) -> None:
    assert {row["title"] for row in api.rows(f"/films?select=title&{query}")} == titles


def test_a_path_is_ordered_by(api: Api) -> None:
    query = "select=id,facts->reels&id=lt.7&order=facts->reels.desc,id"
    assert [row["reels"] for row in api.rows(f"/films?{query}")] == [8, 7, 6, 5, 4, 3]


@pytest.mark.parametrize("path", ["facts->", "facts->>", "facts->a->>"])
def test_a_path_that_does_not_parse_is_refused(api: Api, path: str) -> None:
    api.refuse(f"/films?select={path}", 400, "PGRST100")


def test_an_index_too_large_is_told_by_postgresql(api: Api) -> None:
    api.refuse("/films?select=tags->99999999999", 400, "22003")
