"""Logic trees: and, or, not, and what they nest.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#logical-operators
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.spec.api import Api

# query, condition on api.films
TREES = [
    ("or=(year.lt.1950,year.gt.2020)", "year < 1950 or year > 2020"),
    ("and=(year.gte.1990,genre.eq.drama)", "year >= 1990 and genre = 'drama'"),
    ("not.or=(year.lt.1990,genre.eq.drama)", "not (year < 1990 or genre = 'drama')"),
    ("not.and=(year.lt.1990,genre.eq.drama)", "not (year < 1990 and genre = 'drama')"),
    (
        "or=(year.eq.1948,and(genre.eq.crime,not.or(year.lt.2000,title.like.*Border)))",
        "year = 1948 or (genre = 'crime' and not (year < 2000 or title like '%Border'))",
    ),
    ("or=(year.not.gt.1950,summary.is.null)", "not year > 1950 or summary is null"),
    ("or=(id.in.(1,2),id.eq.3)", "id in (1, 2, 3)"),
    ('or=(title.eq."Quiet Harbour",title.in.("a,b(c)"))', "title = 'Quiet Harbour'"),
    ("or=(tags.cs.{restored,tender},id.eq.2)", "tags @> '{restored,tender}' or id = 2"),
    ("or=(id.eq.1)", "id = 1"),
    (
        "or=(year.eq(any).{1948,1977},search.fts(english).lantern)",
        "year in (1948, 1977) or search @@ to_tsquery('english', 'lantern')",
    ),
    ("or=(facts->reels.eq.3,facts->>format.eq.digital)",
     "facts->'reels' = '3' or facts->>'format' = 'digital'"),
    ("or=( id.eq.1 , id.eq.2 )", "id in (1, 2)"),
    ("or=(id.eq.1,id.eq.2)&or=(id.eq.2,id.eq.3)", "id = 2"),
    ("or=(id.eq.1,id.eq.2)&year=eq.1977", "id = 2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def database(demo_uri: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo_uri, autocommit=True) as connection:
        connection.execute("set role demo_anon")
        connection.execute("set search_path to api, public")
        yield connection


@pytest.mark.parametrize(("query", "condition"), TREES, ids=[query for query, _ in TREES])
def test_a_tree_finds_what_sql_finds(
    api: Api, database: psycopg.Connection, query: str, condition: str
) -> None:
    sql = f"select id from films where {condition} order by id"
    expected = [{"id": number} for (number,) in database.execute(sql.encode())]
    assert 0 < len(expected) < 170
    assert api.rows(f"/films?select=id&order=id&{query}") == expected


@pytest.mark.parametrize(
    "query",
    [
        "or=",
        "or=()",
        "or=(id.eq.1",
        "or=(id)",
        "or=(,id.eq.1)",
        "or=(xor(id.eq.1))",
        "and=(not.id.eq.1)",
        "or=(id.xx.1)",
    ],
)
def test_what_is_no_tree_is_refused(api: Api, query: str) -> None:
    body = api.refuse(f"/films?{query}", 400, "PGRST100")
    assert body["message"].startswith('"failed to parse logic ')
