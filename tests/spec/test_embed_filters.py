"""Filters, orders and limits of embedded resources, and filters on whether there are any rows."""

from __future__ import annotations

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def strict_api(open_api: OpenApi) -> Api:
    """What has an alias goes by it alone."""
    return open_api(url_use_legacy_target_names=False)


def ids(rows: list[dict[str, int]]) -> list[int]:
    return [row["id"] for row in rows]


# -- what they do to the embedded rows ------------------------------------------------------------


def test_a_filter_leaves_the_rows_of_the_parent(api: Api) -> None:
    query = "select=id,reviews(id)&reviews.stars=eq.5&reviews.order=id&id=in.(alba,gus)&order=id"
    assert api.rows(f"/members?{query}") == [
        {"id": "alba", "reviews": api.rows("/reviews?member_id=eq.alba&stars=eq.5&select=id")},
        {"id": "gus", "reviews": api.rows("/reviews?member_id=eq.gus&stars=eq.5&select=id")},
    ]


def test_a_to_one_whose_row_is_filtered_out_is_null(api: Api) -> None:
    query = "select=id,director:people!director_id(name)&director.name=like.Ada*"
    assert api.rows(f"/films?id=in.(1,2)&order=id&{query}") == [
        {"id": 1, "director": {"name": "Ada Albering"}},
        {"id": 2, "director": None},
    ]


def test_trees_of_conditions_take_a_path_in_front(api: Api) -> None:
    query = (
        "select=screenings(room,seats_sold)&screenings.or=(room.eq.Cellar,seats_sold.gt.100)"
        "&screenings.not.and=(room.eq.Cellar,seats_sold.lt.50)"
    )
    festival = "festival_code=eq.lumen&festival_year=eq.2022&select=room,seats_sold"
    plain = api.rows(f"/screenings?{festival}")
    [row] = api.rows(f"/festivals?code=eq.lumen&year=eq.2022&{query}")
    assert row["screenings"] == [
        each
        for each in plain
        if (each["room"] == "Cellar" or each["seats_sold"] > 100)
        and not (each["room"] == "Cellar" and each["seats_sold"] < 50)
    ]
    assert 0 < len(row["screenings"]) < len(plain)


def test_paths_lead_to_any_level(api: Api) -> None:
    query = (
        "select=reviews(stars,films(title,roles(job)))&id=eq.alba&reviews.order=written_at"
        "&reviews.limit=1&reviews.films.title=like.*Violin&reviews.films.roles.order=job.desc"
        "&reviews.films.roles.limit=1"
    )
    assert api.rows(f"/members?{query}") == [
        {
            "reviews": [
                {"stars": 3, "films": {"title": "The Winter Violin", "roles": [{"job": "editor"}]}}
            ]
        }
    ]


def test_filters_of_an_inner_embed_below_do_not_reach_the_top(api: Api) -> None:
    """The reviews of old films only, of all members: inner is about the level above."""
    query = "select=id,reviews(films!inner(year))&reviews.films.year=lt.1950"
    rows = api.rows(f"/members?{query}")
    assert len(rows) == 12
    assert any(row["reviews"] == [] for row in rows)
    years = [review["films"]["year"] for row in rows for review in row["reviews"]]
    assert years
    assert max(years) < 1950


# -- inner ----------------------------------------------------------------------------------------


def test_inner_leaves_out_parents_without_rows(api: Api) -> None:
    path = "/films?select=id,reviews!inner(stars)&reviews.stars=eq.5&order=id&limit=3"
    response = api.get(path, 206, Prefer="count=exact")
    rows = response.json or []
    assert ids(rows) == [2, 11, 16]
    assert rows[1]["reviews"] == [{"stars": 5}, {"stars": 5}]
    films = {row["film_id"] for row in api.rows("/reviews?stars=eq.5&select=film_id")}
    assert response.headers["Content-Range"] == f"0-2/{len(films)}"


def test_a_to_one_that_is_inner_leaves_them_out_as_well(api: Api) -> None:
    path = "/films?select=id,people!director_id!inner()&people.name=eq.Ada%20Albering"
    assert ids(api.rows(f"{path}&order=id")) == [1, 61, 121]
    response = api.get(f"{path}&limit=1", 206, Prefer="count=exact")
    assert response.headers["Content-Range"] == "0-0/3"


def test_inner_on_every_level_reaches_the_top(api: Api) -> None:
    query = "reviews!inner(stars,films!inner(title))&reviews.films.title=eq.Indigo%20Garden"
    response = api.get(f"/members?select=id,{query}", Prefer="count=exact")
    assert response.json == [
        {"id": "dana", "reviews": [{"stars": 3, "films": {"title": "Indigo Garden"}}]}
    ]
    assert response.headers["Content-Range"] == "0-0/1"


def test_left_is_what_is_done_anyway(api: Api) -> None:
    query = "(stars)&reviews.stars=eq.5&order=id"
    assert api.rows(f"/films?select=id,reviews!left{query}") == api.rows(
        f"/films?select=id,reviews{query}"
    )


# -- is there a row -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("reviews(stars)&reviews.stars=eq.5&reviews=not.is.null", [2, 11, 16]),
        ("reviews()&reviews=is.null", [3, 9, 15]),
        ("box_office()&box_office=is.null", [4, 8, 12]),
        ("box_office(film_id)&box_office=not.is.null", [1, 2, 3]),
        ("box_office(),writer_id()&or=(box_office.is.null,writer_id.is.null)", [4, 5, 8]),
        ("box_office(),writer_id()&not.or=(box_office.is.null,writer_id.is.null)", [1, 2, 3]),
        ("box_office(),reviews()&and=(box_office.is.null,reviews.not.is.null)", [4, 8, 12]),
        ("box_office(),genre&or=(box_office.is.null,genre.eq.western)", [2, 4, 8]),
        ("people!roles(id)&people.name=eq.Ada%20Albering&people=not.is.null", [31, 52, 53]),
        ("d:people!director_id()&d.country=eq.Japan&d=not.is.null", [36, 37, 38]),
        ("...box_office(budget)&box_office=is.null", [4, 8, 12]),
        ("latest_screening()&latest_screening=is.null", [2, 9, 11]),
    ],
)
def test_null_filters_ask_whether_there_is_a_row(api: Api, query: str, found: list[int]) -> None:
    """Rows and count agree; the count asks with EXISTS, the rows look at the join."""
    path = f"/films?select=id,{query}&order=id"
    assert ids(api.rows(f"{path}&limit=3")) == found
    whole = api.rows(path)
    counted = api.get(f"{path}&limit=3", 206, Prefer="count=exact").headers["Content-Range"]
    assert counted == f"0-2/{len(whole)}"


def test_null_filters_hold_on_deeper_levels(api: Api) -> None:
    query = "reviews(members(id))&reviews.members.id=eq.alba&reviews.members=not.is.null"
    rows = api.rows(f"/films?select=id,{query}&reviews=not.is.null")
    assert {review["members"]["id"] for row in rows for review in row["reviews"]} == {"alba"}
    reviewed = api.rows("/reviews?member_id=eq.alba&select=film_id")
    assert {row["id"] for row in rows} == {row["film_id"] for row in reviewed}


@pytest.mark.parametrize("condition", ["eq.3", "is.true", "is.not_null", "in.(1,2)"])
def test_other_filters_are_on_columns_only(api: Api, condition: str) -> None:
    body = api.refuse(f"/films?select=id,reviews(stars)&reviews={condition}", 400, "42703")
    assert body["message"] == "column films.reviews does not exist"


def test_a_null_filter_on_what_is_not_embedded_is_on_a_column(api: Api) -> None:
    body = api.refuse("/films?select=id&reviews=is.null", 400, "42703")
    assert body["message"] == "column films.reviews does not exist"


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["roles.job=eq.actor", "roles.order=job", "roles.limit=1", "roles.or=(job.eq.actor)"]
)
def test_what_is_not_embedded_cannot_be_filtered(api: Api, part: str) -> None:
    body = api.refuse(f"/films?select=id,people!roles(name)&{part}", 400, "PGRST108")
    assert body["message"] == "'roles' is not an embedded resource in this request"
    assert body["hint"] == "Verify that 'roles' is included in the 'select' query parameter."
    assert body["details"] is None


def test_a_path_must_be_embedded_in_each_of_its_parts(api: Api) -> None:
    body = api.refuse("/films?select=reviews(stars)&reviews.members.id=eq.x", 400, "PGRST108")
    assert body["message"].startswith("'members' is not")


def test_an_alias_is_the_name_in_filters(api: Api) -> None:
    query = "select=title,d:people!director_id(name)&d.name=eq.Ada%20Albering&d=not.is.null"
    response = api.get(f"/films?{query}&order=id&limit=1")
    assert response.json == [{"title": "Quiet Harbour", "d": {"name": "Ada Albering"}}]
    assert "Warning" not in response.headers


def test_the_old_name_still_works_with_a_warning(api: Api) -> None:
    query = "select=d:people!director_id(name)&people.name=eq.x&id=eq.1"
    response = api.get(f"/films?{query}")
    assert response.json == [{"d": None}]
    assert response.headers.get_all("Warning") == [
        '299 PostgRESTv16.2 "Embedded resource was referenced by relation name even though it has '
        "an alias. This is deprecated and will stop working in a future release. "
        'Update `people` to `d` in query string filters, orders or limits."'
    ]


def test_each_old_name_is_warned_of_once(api: Api) -> None:
    query = (
        "select=r:reviews(stars,m:members(id))&reviews.stars=gt.1&reviews.order=stars"
        "&reviews.members.id=eq.alba&id=eq.1"
    )
    [warning] = api.get(f"/films?{query}").headers.get_all("Warning")
    assert "Update `reviews` to `r`, `members` to `m` in" in warning


def test_the_old_name_can_be_refused(strict_api: Api) -> None:
    query = "select=d:people!director_id(name)&people.name=eq.x"
    body = strict_api.refuse(f"/films?{query}", 400, "PGRST108")
    assert body["details"] == "Target names are not allowed in filters if they have an alias"
    assert body["hint"] == "Change 'people' to 'd' in filters, orders or limits."


def test_the_old_name_of_one_is_the_name_of_another_where_it_can_be(strict_api: Api) -> None:
    query = "select=id,d:people!director_id(id),people!writer_id(id)&people.id=eq.1&id=eq.1"
    assert strict_api.rows(f"/films?{query}") == [{"id": 1, "d": {"id": 1}, "people": {"id": 1}}]
    query = query.replace("people.id=eq.1", "people.id=eq.2")
    assert strict_api.rows(f"/films?{query}") == [{"id": 1, "d": {"id": 1}, "people": None}]
