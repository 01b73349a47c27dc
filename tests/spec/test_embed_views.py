"""Embedding in views and of views: those of the demo, chains of views, renamed columns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'sight_anon') then
    create role sight_anon nologin;
  end if;
end $$;
create schema api;
create schema hold;   -- not exposed
grant usage on schema api to sight_anon;
create table hold.ports (id int primary key, name text);
create table hold.ships (id int primary key, name text, home int references hold.ports);
create table hold.papers (ship int primary key references hold.ships, text text);
insert into hold.ports values (1, 'Ro'), (2, 'Ao');
insert into hold.ships values (1, 'Dora', 1), (2, 'Emma', 1), (3, 'Fido', null);
insert into hold.papers values (2, 'paid');
create view api.ports as select id as port, name from hold.ports;
create view api.ships as select name, id as ship, home as port from hold.ships;
create view api.fleet as select ship as number, name as called, port as harbour from api.ships;
create view api.papers as select * from hold.papers;
create view api.bare as select name from hold.ships;
create view api.either as
  select id, home from hold.ships union all select id, home from hold.ships;
create materialized view api.snapshot as select id, home from hold.ships;
grant select on all tables in schema api to sight_anon;
"""


@pytest.fixture(scope="module")
def harbour(new_database: Callable[[str], str], open_api: OpenApi) -> Api:
    return open_api(db_uri=new_database(SCRIPT), db_anon_role="sight_anon")


def test_views_of_hidden_tables_relate_to_each_other(harbour: Api) -> None:
    assert harbour.rows("/ships?select=name,ports(name)&order=ship") == [
        {"name": "Dora", "ports": {"name": "Ro"}},
        {"name": "Emma", "ports": {"name": "Ro"}},
        {"name": "Fido", "ports": None},
    ]
    assert harbour.rows("/ports?select=name,ships(name)&order=port&ships.order=ship") == [
        {"name": "Ro", "ships": [{"name": "Dora"}, {"name": "Emma"}]},
        {"name": "Ao", "ships": []},
    ]


def test_a_view_on_a_view_follows_its_columns_down_to_the_table(harbour: Api) -> None:
    assert harbour.rows("/fleet?select=called,ports(port)&number=eq.2") == [
        {"called": "Emma", "ports": {"port": 1}}
    ]
    assert harbour.rows("/ports?select=fleet(number)&port=eq.1&fleet.order=number") == [
        {"fleet": [{"number": 1}, {"number": 2}]}
    ]


def test_one_to_one_goes_through_views(harbour: Api) -> None:
    assert harbour.rows("/fleet?select=called,papers(text)&order=number&limit=2") == [
        {"called": "Dora", "papers": None},
        {"called": "Emma", "papers": {"text": "paid"}},
    ]


def test_a_materialized_view_is_a_view(harbour: Api) -> None:
    assert harbour.rows("/snapshot?select=id,ports(name)&id=eq.1") == [
        {"id": 1, "ports": {"name": "Ro"}}
    ]


@pytest.mark.parametrize("view", ["bare", "either"])
def test_a_view_without_the_columns_of_the_key_relates_to_nothing(harbour: Api, view: str) -> None:
    """A union has no columns of any table."""
    harbour.refuse(f"/{view}?select=ports(name)", 400, "PGRST200")
    harbour.refuse(f"/ports?select={view}(*)", 400, "PGRST200")


def test_a_view_is_no_target_by_its_columns(harbour: Api) -> None:
    """A column or constraint alone stands for a table; with the view's name it is a hint."""
    assert (
        "'harbour'" in (harbour.refuse("/fleet?select=harbour(name)", 400, "PGRST200")["message"])
    )
    assert harbour.rows("/fleet?number=eq.1&select=ports!harbour(name)") == [
        {"ports": {"name": "Ro"}}
    ]
    assert harbour.rows("/fleet?number=eq.1&select=ports!ships_home_fkey(name)") == [
        {"ports": {"name": "Ro"}}
    ]


def test_rows_of_views_are_filtered_ordered_and_counted_like_others(harbour: Api) -> None:
    path = "/ports?select=name,fleet!inner(called)&fleet.called=like.D*&order=name"
    response = harbour.get(path, Prefer="count=exact")
    assert response.json == [{"name": "Ro", "fleet": [{"called": "Dora"}]}]
    assert response.headers["Content-Range"] == "0-0/1"
    assert harbour.rows("/fleet?select=number&order=ports(name).desc,number.desc&limit=1", 400)
    assert harbour.rows(
        "/fleet?select=number,ports(name)&order=ports(name),number.desc&limit=1"
    ) == [{"number": 2, "ports": {"name": "Ro"}}]


def test_a_table_and_a_materialized_view_of_the_demo(api: Api) -> None:
    assert api.rows("/ratings?film_id=lt.3&select=stars,films(title)&order=film_id") == [
        {"stars": 1.0, "films": {"title": "Quiet Harbour"}},
        {"stars": 5.0, "films": {"title": "The Crooked Orchard"}},
    ]
    assert api.rows("/films?id=eq.2&select=ratings(stars)") == [{"ratings": [{"stars": 5.0}]}]


def test_a_view_over_a_join_has_the_relationships_of_each_table(api: Api) -> None:
    """``credits`` shows the keys of films and of people, so either's foreign keys point to it."""
    query = "select=name,reviews(stars),films!films_director_id_fkey(id)"
    [row] = api.rows(f"/credits?film_id=eq.1&person_id=eq.14&{query}&films.order=id")
    assert row == {
        "name": "Nuno Farouni",
        "reviews": [{"stars": 1}],
        "films": api.rows("/films?director_id=eq.14&select=id&order=id"),
    }
    body = api.refuse("/films?select=credits(name)", 300, "PGRST201")
    assert len(body["details"]) > 2
