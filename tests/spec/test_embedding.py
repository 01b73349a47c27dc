"""Embedded resources: every kind of relationship, aliases, nesting, limits of each level."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

# A harbour with what the demo lacks: names of all kinds, many-to-many with a key of two columns.
SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'embed_anon') then
    create role embed_anon nologin;
  end if;
end $$;
create schema api;
grant usage on schema api to embed_anon;
create table api."a ""b"" (c)" ("say ""hi""!" int primary key, "x,y" text);
insert into api."a ""b"" (c)" values (1, 'one');
create table api."sélect; --" (id int primary key,
  "a.b" int constraint "the $1 key" references api."a ""b"" (c)");
insert into api."sélect; --" values (7, 1);
create table api.berths (quay text, number int, primary key (quay, number));
create table api.crews (name text, year int, primary key (name, year));
create table api.shifts (quay text, number int, crew text, year int,
  foreign key (quay, number) references api.berths,
  foreign key (crew, year) references api.crews,
  primary key (quay, number, crew, year));
insert into api.berths values ('east', 1), ('east', 2), ('west', 1);
insert into api.crews values ('gulls', 2024), ('gulls', 2025), ('terns', 2025);
insert into api.shifts values ('east', 1, 'gulls', 2024), ('east', 1, 'terns', 2025),
  ('west', 1, 'gulls', 2024);
grant select on all tables in schema api to embed_anon;
"""


@pytest.fixture(scope="module")
def harbour(new_database: Callable[[str], str], open_api: OpenApi) -> Api:
    return open_api(db_uri=new_database(SCRIPT), db_anon_role="embed_anon")


def nested(depth: int, odd: str, even: str, innermost: str = "*") -> str:
    """Two resources inside each other, by turns."""
    names = [odd if level % 2 else even for level in range(1, depth + 1)]
    return "(".join(names) + f"({innermost}" + ")" * depth


# -- kinds of relationships -----------------------------------------------------------------------


def test_many_to_one_is_an_object(api: Api) -> None:
    query = "select=room,films(title)&order=starts_at,room&limit=1"
    assert api.rows(f"/screenings?{query}") == [
        {"room": "Blue Room", "films": {"title": "The Amber Violin"}}
    ]


def test_to_one_without_a_row_is_null(api: Api) -> None:
    assert api.rows("/films?id=eq.5&select=title,writer_id(name)") == [
        {"title": "The Northern Snowfall", "writer_id": None}
    ]


def test_one_to_many_is_an_array(api: Api) -> None:
    query = "select=name,films!director_id(title,year)&films.order=year"
    assert api.rows(f"/people?id=eq.1&{query}") == [
        {
            "name": "Ada Albering",
            "films": [
                {"title": "Quiet Harbour", "year": 1948},
                {"title": "Distant Harbour", "year": 1972},
                {"title": "Hollow Harbour", "year": 1996},
            ],
        }
    ]


def test_to_many_without_rows_is_an_empty_array(api: Api) -> None:
    assert api.rows("/films?id=eq.6&select=title,reviews(stars)&reviews.stars=gt.5") == [
        {"title": "The Winter Violin", "reviews": []}
    ]


def test_one_to_one_is_an_object_both_ways(api: Api) -> None:
    assert api.rows("/films?id=eq.2&select=title,box_office(budget)") == [
        {"title": "The Crooked Orchard", "box_office": {"budget": 135838.0}}
    ]
    assert api.rows("/box_office?film_id=eq.2&select=films(title)") == [
        {"films": {"title": "The Crooked Orchard"}}
    ]


def test_many_to_many_leaves_out_the_junction(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=people!roles(name)&people.order=name") == [
        {
            "people": [
                {"name": "Elin Eriksholm"},
                {"name": "Keiko Galanides"},
                {"name": "Nuno Farouni"},
                {"name": "Sven Janssel"},
            ]
        }
    ]


def test_a_junction_can_be_embedded_itself(api: Api) -> None:
    query = "select=roles(job,people(name))&roles.order=job&roles.job=neq.actor"
    assert api.rows(f"/films?id=eq.1&{query}") == [
        {
            "roles": [
                {"job": "camera", "people": {"name": "Elin Eriksholm"}},
                {"job": "editor", "people": {"name": "Sven Janssel"}},
            ]
        }
    ]


def test_a_foreign_key_of_two_columns_needs_both(api: Api) -> None:
    """A festival has a row for each of its years."""
    query = "select=festivals(code,year)&festival_code=eq.lumen&festival_year=eq.2023&limit=1"
    assert api.rows(f"/screenings?{query}") == [{"festivals": {"code": "lumen", "year": 2023}}]
    query = "select=screenings(festival_year)&screenings.limit=1"
    assert api.rows(f"/festivals?code=eq.lumen&year=eq.2023&{query}") == [
        {"screenings": [{"festival_year": 2023}]}
    ]


def test_many_to_many_over_keys_of_two_columns(harbour: Api) -> None:
    query = "select=*,crews(*)&order=quay,number&crews.order=name"
    assert harbour.rows(f"/berths?{query}") == [
        {
            "quay": "east",
            "number": 1,
            "crews": [{"name": "gulls", "year": 2024}, {"name": "terns", "year": 2025}],
        },
        {"quay": "east", "number": 2, "crews": []},
        {"quay": "west", "number": 1, "crews": [{"name": "gulls", "year": 2024}]},
    ]


def test_a_table_refers_to_itself_by_its_column_and_is_referred_to_by_its_name(api: Api) -> None:
    query = "select=sequel_of(title)&sequel_of=not.is.null&order=id&limit=1"
    assert api.rows(f"/films?{query}") == [{"sequel_of": {"title": "The Northern Snowfall"}}]
    assert api.rows("/films?id=eq.5&select=title,sequels:films(title)") == [
        {"title": "The Northern Snowfall", "sequels": [{"title": "The Northern Snowfall Returns"}]}
    ]


def test_a_partitioned_table_embeds_and_is_embedded(api: Api) -> None:
    """Its rows lie in three partitions, in a schema that is not exposed."""
    plain = api.rows("/screenings?film_id=eq.1&select=starts_at&order=starts_at")
    [film] = api.rows("/films?id=eq.1&select=screenings(starts_at)&screenings.order=starts_at")
    assert film == {"screenings": plain}
    assert len(plain) > 1


def test_rows_of_a_function_embed_like_those_of_its_table(api: Api) -> None:
    query = "words=lantern&select=title,director:people!director_id(name)&limit=1"
    assert api.rows(f"/rpc/search_films?{query}") == [
        {"title": "The Crooked Lantern", "director": {"name": "Leon Horvaty"}}
    ]


# -- names ----------------------------------------------------------------------------------------


def test_aliases_let_one_relation_be_embedded_several_times(api: Api) -> None:
    query = "select=director:people!director_id(name),writer:people!writer_id(name)"
    assert api.rows(f"/films?id=eq.4&{query}") == [
        {"director": {"name": "Bruno Janssel"}, "writer": {"name": "Nuno Janssel"}}
    ]


def test_names_may_hold_any_character(harbour: Api) -> None:
    table, target = "/s%C3%A9lect%3B%20--", "%22a%20%5C%22b%5C%22%20(c)%22"
    path = f"{table}?select=id,{target}(%22x,y%22)"
    assert harbour.rows(path) == [{"id": 7, 'a "b" (c)': {"x,y": "one"}}]
    by_constraint = f"{table}?select=%22it%20is%22:{target}!%22the%20$1%20key%22(*)"
    assert harbour.rows(by_constraint) == [{"it is": {'say "hi"!': 1, "x,y": "one"}}]
    assert harbour.rows(f"{path}&{target}.%22x,y%22=eq.two") == [{"id": 7, 'a "b" (c)': None}]
    assert harbour.rows(f"{path}&order={target}(%22x,y%22).desc")


@pytest.mark.parametrize("embedded", ["reviews(stars)", "box_office(budget)", "reviews!inner(*)"])
def test_an_alias_is_cut_after_63_bytes_like_any_name_in_postgresql(
    api: Api, embedded: str
) -> None:
    long = "é" * 40
    [row] = api.rows(f"/films?id=eq.1&select=year,{long}:{embedded}&{long}=not.is.null")
    assert list(row) == ["year", "é" * 31]


def test_two_resources_of_one_name_are_refused(api: Api) -> None:
    """Neither the answer nor a filter could tell them apart."""
    body = api.refuse("/films?select=box_office(budget),box_office(takings)", 400, "42712")
    assert body["message"] == 'table name "films_box_office_1" specified more than once'


# -- nothing selected -----------------------------------------------------------------------------


def test_an_empty_embed_is_not_shown(api: Api) -> None:
    query = "select=title,reviews(),box_office()"
    assert api.rows(f"/films?id=eq.1&{query}") == [{"title": "Quiet Harbour"}]


def test_an_embed_whose_embeds_are_empty_is_not_shown_either(api: Api) -> None:
    query = "select=title,reviews(members(reviews()))"
    assert api.rows(f"/films?id=eq.1&{query}") == [{"title": "Quiet Harbour"}]


def test_an_embed_alone_is_shown_without_columns_of_its_own(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=roles(people(id))&roles.limit=1") == [
        {"roles": [{"people": {"id": 14}}]}
    ]


# -- how many -------------------------------------------------------------------------------------


def test_each_row_has_its_own_limit_order_and_offset(api: Api) -> None:
    path = (
        "/members?id=in.(alba,bert)&order=id&select=id,reviews(written_at)&reviews.order=written_at"
    )
    whole = api.rows(path)
    part = api.rows(f"{path}&reviews.limit=2&reviews.offset=1")
    assert part == [
        {"id": row["id"], "reviews": row["reviews"][1:3]}
        for row in whole
        if len(row["reviews"]) > 3
    ]
    assert len(part) == 2


def test_a_limit_of_zero_leaves_an_empty_array(api: Api) -> None:
    assert api.rows("/films?id=eq.1&select=reviews(stars)&reviews.limit=0") == [{"reviews": []}]


def test_limits_hold_on_every_level(api: Api) -> None:
    query = (
        "select=name,screenings(room,films(title,reviews(stars)))&order=code,year&limit=2"
        "&screenings.limit=3&screenings.order=starts_at,room&screenings.films.reviews.limit=1"
    )
    rows = api.rows(f"/festivals?{query}")
    assert [len(row["screenings"]) for row in rows] == [3, 3]
    reviews = [len(item["films"]["reviews"]) for row in rows for item in row["screenings"]]
    assert max(reviews) == 1


def test_max_rows_cap_every_level_but_to_one(open_api: OpenApi) -> None:
    """The many of each row are capped as well, and a wish for more does not help."""
    capped = open_api(db_max_rows=2)
    query = "select=name,reviews(films(title,roles(job)))&reviews.limit=9"
    response = capped.get(f"/members?{query}", 206, Prefer="count=exact")
    rows = response.json or []
    assert response.headers["Content-Range"] == "0-1/12"
    assert [len(row["reviews"]) for row in rows] == [2, 2]
    films = [review["films"] for row in rows for review in row["reviews"]]
    assert {len(film["roles"]) for film in films} == {2}


# -- how deep, how wide ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("odd", "even"),
    [
        ("box_office", "films"),
        ("box_office!inner", "films!inner"),
        ("reviews", "films"),
        ("reviews!inner", "films"),
        ("...box_office", "...films"),
        ("...reviews", "...films"),
    ],
)
def test_64_levels_are_answered_and_more_are_refused(api: Api, odd: str, even: str) -> None:
    query = f"id=eq.5&select={nested(64, odd, even, 'id')}"
    assert len(api.rows(f"/films?{query}", Prefer="count=exact")) == 1
    query = f"id=eq.5&select={nested(65, odd, even)}"
    assert api.refuse(f"/films?{query}", 400, "PGRST100")["details"] == (
        "nested deeper than 64 levels"
    )


def test_groups_of_64_levels_fit_in_the_innermost_of_64_resources(api: Api) -> None:
    path = ".".join("box_office" if level % 2 else "films" for level in range(1, 65))
    groups = "id.eq.5"
    for _ in range(63):
        groups = f"not.and({groups},id.eq.6)"
    query = f"id=eq.5&select={nested(64, 'box_office', 'films', 'id')}&{path}.and=({groups})"
    [row] = api.rows(f"/films?{query}", Prefer="count=exact")
    assert "box_office" in row


def test_a_hundred_resources_stand_side_by_side(api: Api) -> None:
    select = ",".join(f"r{number}:reviews!inner(stars)" for number in range(100))
    [row] = api.rows(f"/films?id=eq.1&select={select}", Prefer="count=exact")
    assert list(row) == [f"r{number}" for number in range(100)]
    assert {str(value) for value in row.values()} == {"[{'stars': 1}]"}
