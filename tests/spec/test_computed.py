"""Computed columns and relationships: functions that take a row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'compute_anon') then
    create role compute_anon nologin;
  end if;
end $$;
create schema api;
create schema extra;   -- in the extra search path
grant usage on schema api, extra to compute_anon;
create table api.ports (id int primary key, name text);
create table api.ships (id int primary key, name text, port int references api.ports);
create table api.sailors (id int primary key, name text, boss int references api.sailors);
create table api.friends (one int, other int, primary key (one, other));
insert into api.ports values (1, 'Ro'), (2, 'Ao');
insert into api.ships values (1, 'Dora', 1), (2, 'Emma', 2), (3, 'Fido', 1);
insert into api.sailors values (1, 'Ole', null), (2, 'Pia', 1), (3, 'Qui', 1);
insert into api.friends values (1, 2), (1, 3), (2, 3);
grant select on all tables in schema api to compute_anon;

create function api.title(api.ships) returns text stable language sql
  as $$ select 'MS ' || $1.name $$;
create function api.title(api.sailors) returns text stable language sql
  as $$ select $1.name || ' A.B.' $$;
create function extra.initial(api.ships) returns text stable language sql
  as $$ select left($1.name, 1) $$;

create function api.home(api.ships) returns setof api.ports rows 1 stable language sql
  as $$ select * from api.ports where id = $1.port $$;
create function api.fleet(api.ports) returns setof api.ships stable language sql
  as $$ select * from api.ships where port = $1.id $$;
create function api.fleet(api.ships) returns setof api.ships stable language sql
  as $$ select * from api.ships where port = $1.port and id <> $1.id $$;
create function api.ports(api.ships) returns setof api.ports rows 1 stable language sql
  as $$ select id, upper(name) from api.ports where id = $1.port $$;
create function api.crew(api.sailors) returns setof api.sailors stable language sql
  as $$ select * from api.sailors where boss = $1.id $$;
create function api.chief(api.sailors) returns setof api.sailors rows 1 stable language sql
  as $$ select * from api.sailors where id = $1.boss $$;
create function api.befriended(api.sailors) returns setof api.sailors stable language sql
  as $$ select s.* from api.sailors s join api.friends f on f.other = s.id where f.one = $1.id $$;
"""


@pytest.fixture(scope="module")
def harbour(new_database: Callable[[str], str], open_api: OpenApi) -> Api:
    return open_api(
        db_uri=new_database(SCRIPT),
        db_anon_role="compute_anon",
        db_extra_search_path="extra",
        db_aggregates_enabled=True,
    )


class TestColumns:
    def test_they_are_selected_by_name(self, api: Api) -> None:
        assert api.rows("/films?id=eq.1&select=id,label,short:label::varchar") == [
            {"id": 1, "label": "Quiet Harbour (1948)", "short": "Quiet Harbour (1948)"}
        ]

    def test_they_are_no_part_of_all_columns(self, api: Api) -> None:
        assert "label" not in api.rows("/films?limit=1")[0]
        assert "label" in api.rows("/films?limit=1&select=*,label")[0]

    def test_they_filter(self, api: Api) -> None:
        assert api.rows("/films?label=like.Quiet*(1948)&select=id") == [{"id": 1}]
        assert api.rows("/films?label=not.like.*e*&or=(label.like.A*,label.like.G*)&select=id")
        assert api.rows("/films?label=wfts(english).quiet%20harbour&select=id")[0] == {"id": 1}

    def test_they_order(self, api: Api) -> None:
        labels = [row["label"] for row in api.rows("/films?select=label&order=label.desc")]
        titles = api.rows("/films?select=title,year&order=title.desc,year.desc&limit=1")
        assert labels[0] == f"{titles[0]['title']} ({titles[0]['year']})"

    def test_they_are_there_in_embedded_resources(self, api: Api) -> None:
        query = "select=label,films(label)&films.label=like.*Returns*&films.order=label"
        assert api.rows(f"/films?id=eq.5&{query}") == [
            {
                "label": "The Northern Snowfall (1986)",
                "films": [{"label": "The Northern Snowfall Returns (1989)"}],
            }
        ]
        assert api.rows("/reviews?select=...films(label)&order=films(label)&limit=1")

    def test_they_may_be_overloaded_by_table(self, harbour: Api) -> None:
        assert harbour.rows("/ships?id=eq.1&select=title") == [{"title": "MS Dora"}]
        assert harbour.rows("/sailors?id=eq.1&select=title") == [{"title": "Ole A.B."}]

    def test_they_may_be_in_the_extra_search_path(self, harbour: Api) -> None:
        query = "select=initial&initial=gt.D&order=initial.desc"
        assert harbour.rows(f"/ships?{query}") == [{"initial": "F"}, {"initial": "E"}]

    def test_what_is_neither_column_nor_function_is_told_by_postgresql(self, api: Api) -> None:
        body = api.refuse("/films?select=lable", 400, "42703")
        assert body["message"] == "column films.lable does not exist"


class TestRelationships:
    def test_a_set_of_one_row_is_to_one(self, harbour: Api) -> None:
        assert harbour.rows("/ships?id=eq.1&select=home(name)") == [{"home": {"name": "Ro"}}]
        assert harbour.rows("/ships?select=id,home(name)&order=home(name),id.desc&limit=1") == [
            {"id": 2, "home": {"name": "Ao"}}
        ]

    def test_a_set_is_to_many(self, harbour: Api) -> None:
        query = "select=fleet(name)&fleet.order=name.desc&fleet.limit=1&fleet.name=neq.Emma"
        assert harbour.rows(f"/ports?order=id&{query}") == [
            {"fleet": [{"name": "Fido"}]},
            {"fleet": []},
        ]

    def test_the_type_of_the_row_chooses_the_function(self, harbour: Api) -> None:
        assert harbour.rows("/ships?id=eq.1&select=fleet(name)") == [{"fleet": [{"name": "Fido"}]}]
        nested = "/ports?id=eq.2&select=fleet(name,fleet(name),home(name))"
        assert harbour.rows(nested) == [
            {"fleet": [{"name": "Emma", "fleet": [], "home": {"name": "Ao"}}]}
        ]

    def test_a_function_takes_the_place_of_the_foreign_key_to_what_has_its_name(
        self, harbour: Api
    ) -> None:
        assert harbour.rows("/ships?id=eq.1&select=ports(name)") == [{"ports": {"name": "RO"}}]
        assert harbour.rows("/ports?id=eq.2&select=ships(name)") == [{"ships": [{"name": "Emma"}]}]

    def test_rows_of_a_table_embed_others_of_it(self, harbour: Api) -> None:
        query = "select=name,chief(name),crew(name,befriended(name))&crew.order=id"
        assert harbour.rows(f"/sailors?id=in.(1,2)&order=id&{query}") == [
            {
                "name": "Ole",
                "chief": None,
                "crew": [
                    {"name": "Pia", "befriended": [{"name": "Qui"}]},
                    {"name": "Qui", "befriended": []},
                ],
            },
            {"name": "Pia", "chief": {"name": "Ole"}, "crew": []},
        ]

    def test_they_are_inner_counted_and_asked_for_null(self, harbour: Api) -> None:
        response = harbour.get(
            "/sailors?select=name,crew!inner()&crew.name=eq.Pia&limit=5", Prefer="count=exact"
        )
        assert response.json == [{"name": "Ole"}]
        assert response.headers["Content-Range"] == "0-0/1"
        response = harbour.get(
            "/sailors?select=name,c:chief()&c=is.null&limit=5", Prefer="count=exact"
        )
        assert response.json == [{"name": "Ole"}]
        assert response.headers["Content-Range"] == "0-0/1"

    def test_they_spread_and_aggregate(self, harbour: Api) -> None:
        assert harbour.rows("/ships?select=count(),...home(port:name)&order=home(port)") == [
            {"count": 1, "port": "Ao"},
            {"count": 2, "port": "Ro"},
        ]
        assert harbour.rows("/ports?order=id&select=...fleet(ships:name)&fleet.order=name") == [
            {"ships": ["Dora", "Fido"]},
            {"ships": ["Emma"]},
        ]

    def test_a_similar_name_is_told_by_what_it_leads_to(self, harbour: Api) -> None:
        """v16.2 compares with the names of targets, not with those of functions."""
        body = harbour.refuse("/ports?select=ship(name)", 400, "PGRST200")
        assert body["hint"] == "Perhaps you meant 'ships' instead of 'ship'."
