"""Spread resources: their columns among those of the parent, as values or as arrays."""

from __future__ import annotations

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def counting_api(open_api: OpenApi) -> Api:
    return open_api(db_aggregates_enabled=True)


# -- to-one ---------------------------------------------------------------------------------------


def test_to_one_gives_its_columns_to_the_parent(api: Api) -> None:
    query = "select=title,...people!director_id(director:name,country)"
    assert api.rows(f"/films?id=eq.4&{query}") == [
        {"title": "Indigo Garden", "director": "Bruno Janssel", "country": "Norway"}
    ]


def test_to_one_without_a_row_gives_nulls(api: Api) -> None:
    assert api.rows("/films?id=eq.5&select=title,...writer_id(name,born)") == [
        {"title": "The Northern Snowfall", "name": None, "born": None}
    ]


def test_a_to_one_that_is_inner_leaves_out_parents(api: Api) -> None:
    query = "select=id,...people!director_id!inner(name)&people.name=like.Ada*&order=id&limit=1"
    assert api.rows(f"/films?{query}") == [{"id": 1, "name": "Ada Albering"}]


def test_columns_have_aliases_casts_and_paths(api: Api) -> None:
    query = "select=exact:budget::text,...films(year::text,facts->>format,facts->reels)"
    assert api.rows(f"/box_office?film_id=eq.1&{query}") == [
        {"exact": "127919.00", "year": "1948", "format": "35 mm", "reels": 3}
    ]


def test_a_star_spreads_all_columns(api: Api) -> None:
    [office] = api.rows("/box_office?film_id=eq.1")
    assert api.rows("/films?id=eq.1&select=title,...box_office(*)") == [
        {"title": "Quiet Harbour", **office}
    ]


def test_repeated_keys_are_all_there(api: Api) -> None:
    """As JSON allows; only aliases help those who read them."""
    text = api.get("/films?id=eq.2&select=id,...people!director_id(id)").text
    assert text == '[{"id":2,"id":8}]'


def test_a_junction_spreads_what_it_joins(api: Api) -> None:
    query = "select=roles(job,...people(name))&roles.order=job.desc&roles.limit=1"
    assert api.rows(f"/films?id=eq.1&{query}") == [
        {"roles": [{"job": "editor", "name": "Sven Janssel"}]}
    ]


@pytest.mark.parametrize("resource", ["box_office()", "reviews()", "box_office(films())"])
def test_an_empty_spread_adds_nothing(api: Api, resource: str) -> None:
    query = f"select=title,...{resource}"
    assert api.rows(f"/films?id=eq.1&{query}") == [{"title": "Quiet Harbour"}]


# -- to-many --------------------------------------------------------------------------------------


def test_to_many_gives_arrays_that_belong_together(api: Api) -> None:
    query = "select=name,...films!director_id(titles:title,years:year)&films.order=year.desc"
    assert api.rows(f"/people?id=eq.1&{query}") == [
        {
            "name": "Ada Albering",
            "titles": ["Hollow Harbour", "Distant Harbour", "Quiet Harbour"],
            "years": [1996, 1972, 1948],
        }
    ]


def test_to_many_without_rows_gives_empty_arrays(api: Api) -> None:
    query = "select=id,...reviews(stars,body)&reviews.stars=gt.5"
    assert api.rows(f"/films?id=eq.6&{query}") == [{"id": 6, "stars": [], "body": []}]


def test_nulls_have_their_places_in_the_arrays(api: Api) -> None:
    query = "...roles(job,character)&roles.order=job,person_id.desc"
    assert api.rows(f"/films?id=eq.1&select={query}") == [
        {
            "job": ["actor", "actor", "camera", "editor"],
            "character": ["Professor Quist", "Inspector Marek", None, None],
        }
    ]


def test_a_to_many_that_is_inner_leaves_out_parents(api: Api) -> None:
    query = "select=id,...reviews!inner(stars)&reviews.stars=eq.5&order=id"
    assert api.rows(f"/films?id=in.(1,2)&{query}") == [{"id": 2, "stars": [5]}]


def test_many_to_many_spreads_arrays(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=...people!roles(cast:name)&people.order=name") == [
        {"cast": ["Elin Eriksholm", "Keiko Galanides", "Nuno Farouni", "Sven Janssel"]}
    ]


def test_a_limit_takes_the_first_rows_of_the_order(api: Api) -> None:
    query = "select=...films!director_id(title)&films.order=year.desc&films.limit=2"
    assert api.rows(f"/people?id=eq.1&{query}") == [
        {"title": ["Hollow Harbour", "Distant Harbour"]}
    ]
    assert api.rows(f"/people?id=eq.1&{query}&films.offset=2") == [{"title": ["Quiet Harbour"]}]


def test_an_order_may_be_by_what_is_not_selected(api: Api) -> None:
    query = "select=...reviews(body)&reviews.order=written_at&reviews.limit=3"
    plain = api.rows("/reviews?member_id=eq.alba&select=body&order=written_at&limit=3")
    [row] = api.rows(f"/members?id=eq.alba&{query}")
    assert row == {"body": [review["body"] for review in plain]}


def test_a_star_spreads_an_array_of_each_column(api: Api) -> None:
    rows = api.rows("/reviews?film_id=eq.11&order=id")
    [film] = api.rows("/films?id=eq.11&select=...reviews(*)&reviews.order=id")
    assert film == {name: [row[name] for row in rows] for name in rows[0]}
    assert len(rows) > 1


# -- spreads in spreads ---------------------------------------------------------------------------


def test_a_to_one_in_a_to_many_becomes_arrays(api: Api) -> None:
    query = (
        "select=id,...reviews(stars,...films(title,...people!director_id(director:name)))"
        "&reviews.order=written_at&reviews.limit=2"
    )
    assert api.rows(f"/members?id=eq.alba&{query}") == [
        {
            "id": "alba",
            "stars": [3, 1],
            "title": ["The Winter Violin", "The Quiet Orchard"],
            "director": ["Pavel Horvaty", "Mara Itokawa"],
        }
    ]


def test_a_to_many_in_a_to_many_becomes_arrays_of_arrays(api: Api) -> None:
    query = (
        "select=...screenings(room,...films(title,...reviews(stars)))"
        "&screenings.order=starts_at,room&screenings.limit=2"
    )
    assert api.rows(f"/festivals?code=eq.lumen&year=eq.2022&{query}") == [
        {
            "room": ["Blue Room", "Cellar"],
            "title": ["The Amber Violin", "The Forgotten Ballroom"],
            "stars": [[4], []],
        }
    ]


def test_an_embed_in_a_spread_goes_up_with_it(api: Api) -> None:
    query = "select=id,...reviews(films(title))&reviews.order=written_at&reviews.limit=2"
    assert api.rows(f"/members?id=eq.alba&{query}") == [
        {"id": "alba", "films": [{"title": "The Winter Violin"}, {"title": "The Quiet Orchard"}]}
    ]
    query = "select=id,...box_office(films(id,year))"
    assert api.rows(f"/films?id=eq.1&{query}") == [{"id": 1, "films": {"id": 1, "year": 1948}}]


def test_a_computed_relationship_spreads_like_others(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=id,...latest_screening(room)") == [
        {"id": 1, "room": "Cellar"}
    ]


# -- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spread",
    [
        "...films!director_id(year.max())",
        "...films!director_id(count())",
        "...films!director_id(title,...box_office(takings.sum()))",
        "...films!roles(count())",
    ],
)
def test_aggregates_in_a_to_many_spread_are_refused(counting_api: Api, spread: str) -> None:
    body = counting_api.refuse(f"/people?select={spread}", 400, "PGRST127")
    assert body["message"] == "Feature not implemented"
    assert body["details"] == (
        "Aggregates are not implemented for one-to-many or many-to-many spreads."
    )


def test_a_spread_has_no_alias(api: Api) -> None:
    api.refuse("/films?select=id,...office:box_office(budget)", 400, "PGRST100")
    api.refuse("/films?select=office:...box_office(budget)", 400, "PGRST100")
