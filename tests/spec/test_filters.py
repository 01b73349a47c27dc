"""Horizontal filtering: every operator against real rows.

What each should find is asked of PostgreSQL in SQL written by hand.
https://docs.postgrest.org/en/v16/references/api/tables_views.html#horizontal-filtering
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgrest_wsgi.api.operators import IS_KEYWORDS, OPERATORS
from tests.spec.api import Api

# filter, condition: both on api.films
FILTERS = [
    ("id=eq.7", "id = 7"),
    ("title=eq.Quiet Harbour", "title = 'Quiet Harbour'"),
    ("genre=eq.western", "genre = 'western'"),
    ("tags=eq.{bleak}", "tags = '{bleak}'"),
    ("year=gte.2000", "year >= 2000"),
    ("year=gt.2000", "year > 2000"),
    ("year=lte.1960", "year <= 1960"),
    ("year=lt.1960", "year < 1960"),
    ("genre=neq.drama", "genre <> 'drama'"),
    ("sequel_of=neq.5", "sequel_of <> 5"),
    ("title=like.The*", "title like 'The%'"),
    ("title=like.%25Harbour%25", "title like '%Harbour%'"),
    ("title=like._he *", "title like '_he %'"),
    ("title=ilike.*HARBOUR", "title ilike '%harbour'"),
    ("title=match.^The .*r$", "title ~ '^The .*r$'"),
    ("title=imatch.^the", "title ~* '^the'"),
    ("tags=cs.{restored,tender}", "tags @> '{restored,tender}'"),
    ('facts=cs.{"colour":true}', """facts @> '{"colour":true}'"""),
    ("tags=cd.{bleak,tender}", "tags <@ '{bleak,tender}'"),
    ("tags=ov.{restored,sequel}", "tags && '{restored,sequel}'"),
    ("licensed=sl.[2026-06-01,2027-01-01)", "licensed << '[2026-06-01,2027-01-01)'"),
    ("licensed=sr.[2021-01-01,2022-06-01)", "licensed >> '[2021-01-01,2022-06-01)'"),
    ("licensed=nxr.[2022-01-01,2026-06-01)", "licensed &< '[2022-01-01,2026-06-01)'"),
    ("licensed=nxl.[2022-06-01,2026-06-01)", "licensed &> '[2022-06-01,2026-06-01)'"),
    ("licensed=adj.[2021-01-01,2022-01-04)", "licensed -|- '[2021-01-01,2022-01-04)'"),
    ("id=in.(1,3,5)", "id in (1, 3, 5)"),
    ("id=in.()", "false"),
    ('title=in.("Quiet Harbour",Nothing)', "title in ('Quiet Harbour', 'Nothing')"),
    ("genre=in.(drama,crime)", "genre in ('drama', 'crime')"),
    ("summary=is.null", "summary is null"),
    ("summary=is.not_null", "summary is not null"),
    ("summary=is.NULL", "summary is null"),
    ("sequel_of=isdistinct.5", "sequel_of is distinct from 5"),
    ("search=fts.lantern", "search @@ to_tsquery('lantern')"),
    ("search=fts(english).key %26 lock", "search @@ to_tsquery('english', 'key & lock')"),
    ("search=plfts.hidden garden", "search @@ plainto_tsquery('hidden garden')"),
    ("search=phfts(english).stray dog", "search @@ phraseto_tsquery('english', 'stray dog')"),
    ('search=wfts.harbour or "stray dog" -retired',
     "search @@ websearch_to_tsquery('harbour or \"stray dog\" -retired')"),
    ("summary=fts(simple).the", "to_tsvector('simple', summary) @@ to_tsquery('simple', 'the')"),
    ("year=eq(any).{1948,1977}", "year = any('{1948,1977}')"),
    ("year=neq.1948", "year <> 1948"),
    ("title=like(all).{The*,*Tide}", "title like all('{The%,%Tide}')"),
    ("title=ilike(any).{*TIDE,*ferry}", "title ilike any('{%tide,%ferry}')"),
    ("title=match(any).{^Paper,Violin$}", "title ~ any('{^Paper,Violin$}')"),
    ("year=gt(all).{1990,2010}", "year > all('{1990,2010}')"),
    ("id=not.eq.7", "not id = 7"),
    ("sequel_of=not.eq.5", "not sequel_of = 5"),
    ("id=not.in.(1,2)", "not id in (1, 2)"),
    ("summary=not.is.null", "summary is not null"),
    ("tags=not.cs.{restored}", "not tags @> '{restored}'"),
    ("title=not.like(any).{The*,P*}", "not title like any('{The%,P%}')"),
    ("search=not.fts.lantern", "not search @@ to_tsquery('lantern')"),
    ("year=gte.1990&year=lt.2000", "year >= 1990 and year < 2000"),
    ("label=eq.Quiet Harbour (1948)", "title = 'Quiet Harbour' and year = 1948"),
]  # fmt: skip

# Finds nothing on purpose.
EMPTY = ("id=in.()",)


@pytest.fixture(scope="module")
def database(demo_uri: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo_uri, autocommit=True) as connection:
        connection.execute("set role demo_anon")
        connection.execute("set search_path to api, public")
        yield connection


@pytest.mark.parametrize(("query", "condition"), FILTERS, ids=[query for query, _ in FILTERS])
def test_a_filter_finds_what_sql_finds(
    api: Api, database: psycopg.Connection, query: str, condition: str
) -> None:
    sql = f"select id from films where {condition} order by id"
    expected = [{"id": number} for (number,) in database.execute(sql.encode())]
    assert api.rows(f"/films?select=id&order=id&{query}") == expected


def test_filters_tell_rows_apart(database: psycopg.Connection) -> None:
    """All but a few find some rows and leave out others; else they would show nothing."""
    total = 170
    for query, condition in FILTERS:
        sql = f"select count(*) from films where {condition}"
        [(found,)] = database.execute(sql.encode())
        assert (query in EMPTY) if found == 0 else found < total, query


def test_every_operator_is_asked() -> None:
    heads = [query.partition("=")[2].removeprefix("not.") for query, _ in FILTERS]
    asked = {head.partition(".")[0].partition("(")[0] for head in heads}
    assert asked == {operator.name for operator in OPERATORS}


@pytest.mark.parametrize("keyword", IS_KEYWORDS)
def test_every_keyword_of_is(api: Api, database: psycopg.Connection, keyword: str) -> None:
    sql = f"select id from reviews where published is {IS_KEYWORDS[keyword]} order by id"
    expected = [{"id": number} for (number,) in database.execute(sql.encode())]
    assert api.rows(f"/reviews?select=id&order=id&published=is.{keyword}") == expected
    assert api.rows(f"/reviews?select=id&order=id&published=is.{keyword.upper()}") == expected


class TestValues:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ('("Blue Room",Cellar)', {"Blue Room", "Cellar"}),
            ('("Blue Room")', {"Blue Room"}),
            ("(Blue Room,Great Hall)", {"Blue Room", "Great Hall"}),
            ('("Cel\\lar")', {"Cellar"}),
            ('("Blue,Room")', set()),
            ('("a","b\\"c","d\\\\e")', set()),
            ("({Cellar})", set()),
            ('("\')); drop table films; --")', set()),
        ],
    )
    def test_lists_take_quoted_values(self, api: Api, value: str, found: set[str]) -> None:
        rows = api.rows(f"/screenings?select=room&room=in.{value}")
        assert {row["room"] for row in rows} == found

    @pytest.mark.parametrize(
        "value",
        ["it's", "a;b", "%25", "$1", "%24%24", "\\", "é 🎬", "a%0Ab", "null", "(1)", '"q"', "{}"],
    )
    def test_a_value_is_only_compared(self, api: Api, value: str) -> None:
        assert api.rows(f"/films?title=eq.{value}") == []

    def test_plus_is_a_blank_and_percent_2b_a_plus(self, api: Api) -> None:
        assert len(api.rows("/films?title=eq.Quiet+Harbour")) == 1
        assert api.rows("/films?title=eq.Quiet%2BHarbour") == []

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("id=eq.x", "22P02"),
            ("genre=eq.opera", "22P02"),
            ("id=in.(1,x)", "22P02"),
            ("tags=cs.{", "22P02"),
            ("id=eq.99999999999", "22003"),
            ("title=match.(", "2201B"),
            ("search=fts.a b", "42601"),
            ("search=fts(klingon).a", "22023"),
            ("id=like.1*", "42883"),
        ],
    )
    def test_a_value_that_does_not_fit_is_told_by_postgresql(
        self, api: Api, query: str, code: str
    ) -> None:
        response = api.client.get(f"/films?{query}")
        assert 400 <= response.status_code < 500, response.text
        assert response.get_json()["code"] in (code, "42704")


class TestSyntax:
    @pytest.mark.parametrize(
        "query",
        [
            "id=1",
            "id=eq",
            "id=",
            "id=is.maybe",
            "id=is.",
            "id=in.",
            "id=in.(1",
            "id=xx.1",
            "id=neq(any).{1}",
            "id=eq(some).{1}",
            "id=not.1",
            "id=not.not.eq.1",
            "id=fts().a",
        ],
    )
    def test_what_does_not_parse_is_refused(self, api: Api, query: str) -> None:
        body = api.refuse(f"/films?{query}", 400, "PGRST100")
        assert "failed to parse" in body["message"]

    def test_the_message_says_where_and_the_details_what_was_expected(self, api: Api) -> None:
        body = api.refuse("/films?id=is.maybe", 400, "PGRST100")
        assert body["message"] == '"failed to parse filter (is.maybe)" (line 1, column 4)'
        expected = "expecting isVal: (null, not_null, true, false, unknown)"
        assert body["details"] == f'unexpected "m" {expected}'
