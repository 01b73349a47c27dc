"""Ordering rows by a column of what is embedded in them."""

from __future__ import annotations

import pytest

from tests.spec.api import Api


def test_rows_are_ordered_by_a_to_one_resource(api: Api) -> None:
    query = "select=id,director:people!director_id(name)&order=director(name).desc,id&limit=2"
    assert api.rows(f"/films?{query}") == [
        {"id": 38, "director": {"name": "Yusuf Lindhag"}},
        {"id": 98, "director": {"name": "Yusuf Lindhag"}},
    ]


@pytest.mark.parametrize(
    ("direction", "first"),
    [
        (".nullsfirst", {"id": 5, "writer_id": None}),
        (".desc", {"id": 5, "writer_id": None}),
        (".desc.nullslast", {"id": 30, "writer_id": {"name": "Yusuf Lindhag"}}),
    ],
)
def test_missing_rows_count_as_nulls(api: Api, direction: str, first: object) -> None:
    query = f"select=id,writer_id(name)&order=writer_id(name){direction},id&limit=1"
    assert api.rows(f"/films?{query}") == [first]


def test_one_to_one_and_empty_and_spread_resources_order_too(api: Api) -> None:
    best = api.rows("/box_office?select=film_id&order=takings.desc&limit=2")
    ids = [{"id": row["film_id"]} for row in best]
    order = "order=box_office(takings).desc.nullslast&limit=2"
    assert api.rows(f"/films?select=id,box_office()&{order}") == ids
    shown = api.rows(f"/films?select=id,box_office(takings)&{order}")
    spread = api.rows(f"/films?select=id,...box_office(takings)&{order}")
    assert [{"id": row["id"]} for row in shown] == ids
    assert [row["takings"] for row in spread] == [row["box_office"]["takings"] for row in shown]


def test_a_json_path_may_follow_the_column(api: Api) -> None:
    query = "select=films(facts)&order=films(facts->>format),id"
    formats = [row["films"]["facts"]["format"] for row in api.rows(f"/reviews?{query}")]
    assert formats == sorted(formats)
    assert len({*formats}) == 3


def test_a_computed_relationship_orders(api: Api) -> None:
    query = "select=id,latest_screening(starts_at)&order=latest_screening(starts_at).desc.nullslast"
    [last] = api.rows("/screenings?select=film_id,starts_at&order=starts_at.desc&limit=1")
    assert api.rows(f"/films?{query}&limit=1") == [
        {"id": last["film_id"], "latest_screening": {"starts_at": last["starts_at"]}}
    ]


def test_embedded_rows_are_ordered_by_what_is_embedded_in_them(api: Api) -> None:
    query = "select=reviews(films(title))&reviews.order=films(title)&reviews.limit=2"
    assert api.rows(f"/members?id=eq.alba&{query}") == [
        {
            "reviews": [
                {"films": {"title": "Amber Observatory"}},
                {"films": {"title": "Borrowed Railway"}},
            ]
        }
    ]


def test_arrays_of_a_spread_are_ordered_by_what_is_spread_in_it(api: Api) -> None:
    query = "select=...screenings(...films(year))&screenings.order=films(year)"
    [row] = api.rows(f"/festivals?code=eq.reels&year=eq.2024&{query}")
    assert row["year"] == sorted(row["year"])
    assert len({*row["year"]}) > 3


# -- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", ["screenings", "...screenings"])
def test_to_many_resources_order_nothing(api: Api, resource: str) -> None:
    body = api.refuse(f"/films?select=id,{resource}(room)&order=screenings(room)", 400, "PGRST118")
    assert body["message"] == "A related order on 'screenings' is not possible"
    assert body["details"] == (
        "'films' and 'screenings' do not form a many-to-one or one-to-one relationship"
    )
    assert body["hint"] is None


def test_what_orders_must_be_embedded_by_that_name(api: Api) -> None:
    """Here the name of the relation does not do where there is an alias, warning or not."""
    for select in ("id", "id,director:people!director_id(name)"):
        body = api.refuse(f"/films?select={select}&order=people(name)", 400, "PGRST108")
        assert body["message"] == "'people' is not an embedded resource in this request"


def test_only_what_is_selected_of_a_resource_orders(api: Api) -> None:
    """v16.2 looks at the columns of the join. An empty resource has all of them."""
    query = "select=id,box_office(budget)&order=box_office(takings)"
    body = api.refuse(f"/films?{query}", 400, "42703")
    assert body["message"] == "column films_box_office_1.takings does not exist"
    assert api.rows("/films?select=id,...director_id(who:name)&order=director_id(who)&limit=1")
