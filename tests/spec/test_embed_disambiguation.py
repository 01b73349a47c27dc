"""Choosing a relationship: what a name and a hint may mean, and what is told where they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'ways_anon') then
    create role ways_anon nologin;
  end if;
end $$;
create schema port;
create schema coast;
create schema hold;   -- not exposed
grant usage on schema port, coast, hold to ways_anon;
create table port.ships (id int primary key, flag text);
create table port.pilots (id int primary key, name text);
create table hold.escorts (ship int references port.ships, pilot int references port.pilots,
  primary key (ship, pilot));
create table port.wardens (id int primary key);
create table port.wages (id int primary key, warden int references port.wardens);
create table coast.lights (id int primary key, ship int references port.ships);
create table port.buoys (id int primary key, light int references coast.lights);
insert into port.ships values (1, 'blue');
insert into coast.lights values (5, 1);
insert into port.buoys values (9, 5);
grant select on port.ships, port.pilots, port.wardens, port.buoys, coast.lights to ways_anon;
"""


@pytest.fixture(scope="module")
def harbour(new_database: Callable[[str], str], open_api: OpenApi) -> Api:
    return open_api(db_uri=new_database(SCRIPT), db_schemas="port, coast", db_anon_role="ways_anon")


def embedded(api: Api, path: str, select: str) -> object:
    """What is embedded in the first row."""
    separator = "&" if "?" in path else "?"
    [row] = api.rows(f"{path}{separator}select={select}&order=id&limit=1")
    return row.popitem()[1]


# -- what leads to one relationship ---------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "people!director_id",
        "people!films_director_id_fkey",
        "director_id",
        "films_director_id_fkey",
    ],
)
def test_many_to_one_is_known_by_column_and_constraint(api: Api, target: str) -> None:
    """As a hint after the name of the table, or instead of it."""
    assert embedded(api, "/films", f"{target}(name)") == {"name": "Ada Albering"}


@pytest.mark.parametrize("hint", ["director_id", "films_director_id_fkey"])
def test_one_to_many_is_known_by_the_column_and_constraint_of_the_many(api: Api, hint: str) -> None:
    found = embedded(api, "/people?id=eq.2", f"films!{hint}(id)")
    assert found == api.rows("/films?director_id=eq.2&select=id")


def test_one_to_many_is_not_known_by_them_alone_where_these_are_names_too(api: Api) -> None:
    """A column of the target is no name for it; its constraint is one."""
    body = api.refuse("/people?select=director_id(title)", 400, "PGRST200")
    assert "'people' and 'director_id'" in body["message"]
    assert embedded(api, "/people", "films_director_id_fkey(id)")


def test_many_to_many_is_known_by_its_junction(api: Api) -> None:
    found = embedded(api, "/films", "people!roles(id)")
    assert {row["id"] for row in found} == {  # type: ignore[attr-defined]
        row["person_id"] for row in api.rows("/roles?film_id=eq.1")
    }


def test_a_key_of_two_columns_is_known_by_its_constraint_only(api: Api) -> None:
    constraint = "screenings_festival_code_festival_year_fkey"
    path = "/screenings?festival_code=eq.lumen&limit=1&select"
    assert api.rows(f"{path}=festivals!{constraint}(code)") == [{"festivals": {"code": "lumen"}}]
    assert api.rows(f"{path}={constraint}(code)") == [{constraint: {"code": "lumen"}}]
    api.refuse(f"{path}=festivals!festival_code(code)", 400, "PGRST200")


def test_to_itself_the_name_means_the_many_and_the_column_the_one(api: Api) -> None:
    sequel = "/films?title=eq.The%20Northern%20Snowfall%20Returns"
    assert embedded(api, sequel, "sequel_of(id)") == {"id": 5}
    assert embedded(api, sequel, "films(id)") == []
    assert embedded(api, "/films?id=eq.5", "films!sequel_of(id)") == [{"id": 161}]
    for hint in ("id", "films_sequel_of_fkey", "films"):
        api.refuse(f"/films?select=films!{hint}(id)", 400, "PGRST200")


def test_the_hint_and_the_join_may_come_in_any_order(api: Api) -> None:
    for marks in ("!director_id!inner", "!inner!director_id"):
        assert embedded(api, "/films", f"people{marks}(name)") == {"name": "Ada Albering"}


# -- several --------------------------------------------------------------------------------------


def test_where_several_are_meant_all_are_told(api: Api) -> None:
    body = api.refuse("/films?select=people(name)", 300, "PGRST201")
    assert body["message"] == (
        "Could not embed because more than one relationship was found for 'films' and 'people'"
    )
    assert body["hint"] == (
        "Try changing 'people' to one of the following: 'people!films_director_id_fkey', "
        "'people!films_writer_id_fkey', 'people!roles'. "
        "Find the desired relationship in the 'details' key."
    )
    assert body["details"] == [
        {
            "cardinality": "many-to-one",
            "embedding": "films with people",
            "relationship": "films_director_id_fkey using films(director_id) and people(id)",
        },
        {
            "cardinality": "many-to-one",
            "embedding": "films with people",
            "relationship": "films_writer_id_fkey using films(writer_id) and people(id)",
        },
        {
            "cardinality": "many-to-many",
            "embedding": "films with people",
            "relationship": (
                "roles using roles_film_id_fkey(film_id) and roles_person_id_fkey(person_id)"
            ),
        },
    ]


def test_a_hint_may_leave_several(api: Api) -> None:
    """Both foreign keys point to the same column."""
    body = api.refuse("/people?select=films!id(title)", 300, "PGRST201")
    assert [row["cardinality"] for row in body["details"]] == ["one-to-many", "one-to-many"]
    assert body["hint"].startswith(
        "Try changing 'films' to one of the following: 'films!films_director_id_fkey', "
        "'films!films_writer_id_fkey'."
    )


def test_several_on_a_deeper_level_are_told_with_their_parent(api: Api) -> None:
    body = api.refuse("/reviews?select=films(people(name))", 300, "PGRST201")
    assert body["details"][0]["embedding"] == "films with people"


# -- none -----------------------------------------------------------------------------------------


def test_where_there_is_none_a_similar_target_is_told(api: Api) -> None:
    body = api.refuse("/films?select=peple(name)", 400, "PGRST200")
    assert body == {
        "code": "PGRST200",
        "details": (
            "Searched for a foreign key relationship between 'films' and 'peple' in the schema "
            "'api', but no matches were found."
        ),
        "hint": "Perhaps you meant 'people' instead of 'peple'.",
        "message": "Could not find a relationship between 'films' and 'peple' in the schema cache",
    }


def test_where_the_target_is_right_no_other_is_told(api: Api) -> None:
    body = api.refuse("/films?select=people!director(name)", 400, "PGRST200")
    assert body["hint"] is None
    assert body["details"] == (
        "Searched for a foreign key relationship between 'films' and 'people' using the hint "
        "'director' in the schema 'api', but no matches were found."
    )


def test_of_a_resource_without_relationships_a_similar_one_is_told(api: Api, harbour: Api) -> None:
    """Function results have the name of their type or of the function."""
    body = api.refuse("/rpc/films_per_decade?select=films(title)", 400, "PGRST200")
    assert (body["hint"], body["message"].split("'")[1]) == (None, "record")
    body = harbour.refuse("/pilots?select=lights(id)", 400, "PGRST200")
    assert body["hint"] is None


def test_a_hidden_junction_relates_nothing(harbour: Api) -> None:
    """The tables are no unknown ones either, so nothing is told instead of them."""
    for path in ("/ships?select=pilots(name)", "/pilots?select=ships(flag)"):
        assert harbour.refuse(path, 400, "PGRST200")["hint"] is None


def test_what_the_role_may_not_see_is_not_told(harbour: Api) -> None:
    """``wages`` is related to ``wardens``, and similar; only its name is secret."""
    body = harbour.refuse("/wardens?select=wage(id)", 400, "PGRST200")
    assert body["hint"] is None
    assert harbour.refuse("/wardens?select=wages(id)", 401, "42501")


def test_relationships_are_looked_for_in_the_schema_of_the_request(harbour: Api) -> None:
    """v16.2's rule: a target in another exposed schema is known to its own only."""
    body = harbour.refuse("/buoys?select=lights(id)", 400, "PGRST200")
    assert body["details"].endswith("in the schema 'port', but no matches were found.")
    body = harbour.refuse("/lights?select=ships(id)", 400, "PGRST200", Accept_Profile="coast")
    assert body["details"].endswith("in the schema 'coast', but no matches were found.")
