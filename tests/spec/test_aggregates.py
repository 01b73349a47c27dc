"""Aggregates: grouped by what else is selected, in embedded resources, in spreads."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def counting(open_api: OpenApi) -> Api:
    return open_api(db_aggregates_enabled=True)


@pytest.mark.parametrize(
    "select", ["count()", "year.max()", "people!director_id(born.min())", "...box_office(count())"]
)
def test_they_are_refused_unless_enabled(api: Api, select: str) -> None:
    body = api.refuse(f"/films?select={select}", 400, "PGRST123")
    assert body["message"] == "Use of aggregate functions is not allowed"
    assert (body["details"], body["hint"]) == (None, None)


# -- columns --------------------------------------------------------------------------------------


def test_all_rows_become_one(counting: Api) -> None:
    query = "select=count(),year.min(),year.max(),total:runtime.sum(),writer_id.count()"
    rows = counting.rows("/films?select=year,runtime,writer_id")
    assert counting.rows(f"/films?{query.replace('writer_id', 'writers:writer_id')}") == [
        {
            "count": len(rows),
            "min": min(row["year"] for row in rows),
            "max": max(row["year"] for row in rows),
            "total": sum(row["runtime"] for row in rows),
            "writers": sum(row["writer_id"] is not None for row in rows),
        }
    ]


def test_other_columns_group(counting: Api) -> None:
    rows = counting.rows("/films?select=genre,decade")
    counts = Counter((row["genre"], row["decade"]) for row in rows)
    found = counting.rows("/films?select=genre,decade,n:count()")
    assert {(row["genre"], row["decade"]): row["n"] for row in found} == counts
    assert len(found) == len(counts)


def test_groups_are_ordered_and_limited(counting: Api) -> None:
    response = counting.get("/films?select=count(),genre&order=genre&limit=2&year=gt.2000")
    assert response.json == [{"count": 9, "genre": "comedy"}, {"count": 8, "genre": "crime"}]
    assert response.headers["Content-Range"] == "0-1/*"


def test_a_count_of_rows_is_of_those_before_they_are_grouped(counting: Api) -> None:
    """v16.2's figure, where there is a limit."""
    response = counting.get("/films?select=count(),genre&limit=2", 206, Prefer="count=exact")
    assert response.headers["Content-Range"] == "0-1/170"


def test_a_star_groups_by_every_column(counting: Api) -> None:
    rows = counting.rows("/members?select=*,count()&order=id")
    assert rows == [{**row, "count": 1} for row in counting.rows("/members?order=id")]


def test_paths_group_and_are_aggregated(counting: Api) -> None:
    query = "select=facts->>format,reels:facts->reels::int.sum()&order=facts->>format"
    sums: dict[str | None, int] = defaultdict(int)
    for row in counting.rows("/films?select=facts"):
        sums[row["facts"].get("format")] += row["facts"].get("reels", 0)
    sums[None] = None  # type: ignore[assignment]  # the sum of no numbers
    found = counting.rows(f"/films?{query}")
    assert {row["format"]: row["reels"] for row in found} == sums


def test_casts_come_before_and_after(counting: Api) -> None:
    query = "select=count()::text,year::text.max(),mean:year.avg()::int"
    [row] = counting.rows(f"/films?{query}&genre=eq.crime")
    assert row == {"count": "27", "max": "2021", "mean": 1984}


def test_a_computed_column_is_aggregated_and_groups(counting: Api) -> None:
    assert counting.rows("/films?select=label.max()") == [{"max": "Winter Railway (1999)"}]
    assert counting.rows("/films?select=label,count()&id=eq.1") == [
        {"label": "Quiet Harbour (1948)", "count": 1}
    ]


def test_no_rows_are_one_row_unless_there_are_groups(counting: Api) -> None:
    assert counting.rows("/films?id=eq.0&select=count(),year.max()") == [{"count": 0, "max": None}]
    assert counting.rows("/films?id=eq.0&select=count(),genre") == []


def test_filters_choose_the_rows_that_are_counted(counting: Api) -> None:
    unseen = len(counting.rows("/films?select=id,reviews()&reviews=is.null"))
    assert counting.rows("/films?select=count(),reviews()&reviews=is.null") == [{"count": unseen}]
    assert counting.rows("/films?select=count(),reviews!inner()") == [{"count": 170 - unseen}]


# -- embedded resources ---------------------------------------------------------------------------


def test_a_to_one_resource_groups(counting: Api) -> None:
    directors = counting.rows("/films?select=...people!director_id(country)")
    counts = Counter(row["country"] for row in directors)
    found = counting.rows("/films?select=count(),people!director_id(country)")
    assert {row["people"]["country"]: row["count"] for row in found} == counts
    assert len(found) == len(counts)
    spread = counting.rows("/films?select=count(),...people!director_id(country)")
    assert {row["country"]: row["count"] for row in spread} == counts


def test_a_to_many_resource_groups(counting: Api) -> None:
    """By its rows as one value: here the films that nobody has reviewed are a group."""
    found = counting.rows("/films?select=count(),reviews(stars)&reviews.stars=gt.5")
    assert found == [{"count": 170, "reviews": []}]


def test_aggregates_in_a_to_many_resource_are_of_each_parents_rows(counting: Api) -> None:
    query = "select=name,films!director_id(genre,n:count(),year.max())&films.order=genre"
    assert counting.rows(f"/people?id=eq.1&{query}") == [
        {"name": "Ada Albering", "films": [{"genre": "comedy", "n": 3, "max": 1996}]}
    ]
    query = "select=films!director_id(n:count())&films.year=gt.2000"
    assert counting.rows(f"/people?id=eq.1&{query}") == [{"films": [{"n": 0}]}]


def test_a_spread_in_an_aggregated_resource_groups(counting: Api) -> None:
    query = "select=reviews(count(),...films(genre))&reviews.order=films(genre)"
    rows = counting.rows("/reviews?member_id=eq.alba&select=...films(genre)")
    counts = Counter(row["genre"] for row in rows)
    [member] = counting.rows(f"/members?id=eq.alba&{query}")
    assert member["reviews"] == [
        {"genre": genre, "count": counts[genre]} for genre in sorted(counts)
    ]


# -- spreads --------------------------------------------------------------------------------------


def test_aggregates_of_a_to_one_spread_are_of_the_parents_rows(counting: Api) -> None:
    takings = defaultdict(list)
    for row in counting.rows("/films?select=genre,...box_office(takings)"):
        if row["takings"] is not None:
            takings[row["genre"]].append(row["takings"])
    query = "select=genre,...box_office(takings.sum(),least:takings.min())&order=genre"
    assert counting.rows(f"/films?{query}") == [
        {"genre": genre, "sum": sum(takings[genre]), "least": min(takings[genre])}
        for genre in sorted(takings)
    ]


def test_a_count_in_a_to_one_spread_is_of_the_rows_that_there_are(counting: Api) -> None:
    query = "select=films:count(),...box_office(known:count())&genre=eq.crime"
    known = counting.rows("/box_office?select=film_id,films!inner()&films.genre=eq.crime")
    assert counting.rows(f"/films?{query}") == [{"films": 27, "known": len(known)}]


def test_aggregates_go_up_through_spreads_to_what_is_no_spread(counting: Api) -> None:
    rows = counting.rows("/reviews?select=...films(genre,...box_office(takings))")
    best: dict[str, float] = {}
    for row in rows:
        best[row["genre"]] = max(best.get(row["genre"], 0), row["takings"] or 0)
    query = "select=...films(genre,...box_office(takings.max()))&order=films(genre)"
    assert counting.rows(f"/reviews?{query}") == [
        {"genre": genre, "max": best[genre]} for genre in sorted(best)
    ]
    query = "select=films(genre,...box_office(takings.max()::int))&id=eq.2"
    [row] = counting.rows(f"/reviews?{query}")
    assert [*row["films"]] == ["max", "genre"]


def test_a_cast_of_an_aggregate_goes_up_with_it(counting: Api) -> None:
    [row] = counting.rows("/films?select=...box_office(takings.sum()::int,n:count()::text)")
    assert row == {"sum": 195074931, "n": "128"}


# -- refusals -------------------------------------------------------------------------------------


def test_there_are_five_of_them(counting: Api) -> None:
    body = counting.refuse("/films?select=year.median()", 400, "PGRST100")
    assert body["details"] == ('unexpected "m" expecting "sum", "avg", "count", "max" or "min"')


def test_an_order_must_be_by_what_groups(counting: Api) -> None:
    body = counting.refuse("/films?select=count()&order=year", 400, "42803")
    assert body["message"].startswith('column "films.year" must appear in the GROUP BY clause')


def test_a_type_that_cannot_be_summed_is_told_by_postgresql(counting: Api) -> None:
    body = counting.refuse("/films?select=title.sum()", 404, "42883")
    assert body["message"] == "function sum(text) does not exist"
