"""What the catalog says about a real database's relationships; those of views: test_views.py.

How they follow from foreign keys and views is tested without a database, in
tests/unit/catalog/test_relations.py. Each group of tables is apart from the others, so that lists
of relationships are complete.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.relationship import ComputedRelationship
from pgrest_wsgi.names import QualifiedName
from tests.spec.catalogs import load, related, show

SCRIPT = """
create schema port;
create schema coast;
create schema hold;   -- not exposed

create table port.staff (id int primary key, boss int references port.staff,
  twin int unique references port.staff);

create table port.harbours (id int primary key);
create table port.ships (id int primary key,
  home int constraint home_port references port.harbours,
  last int constraint last_port references port.harbours);
create table port.papers (ship int primary key references port.ships);

create table port.berths (harbour int, number int, primary key (harbour, number));
create table port.stays (id int primary key, berth int, port int,
  constraint stay_at foreign key (berth, port) references port.berths (number, harbour));
create table port.crews (name text, year int, primary key (year, name));
create table port.shifts (harbour int, number int, crew text, year int, day date, note text,
  foreign key (harbour, number) references port.berths,
  foreign key (crew, year) references port.crews (name, year),
  primary key (day, crew, year, number, harbour));
create table port.visits (berth int, port int, crew text, year int,
  foreign key (port, berth) references port.berths,
  foreign key (year, crew) references port.crews,
  primary key (crew, year, port));

create table coast.lights (id int primary key);
create table hold.owners (id int primary key);
create table port.buoys (light int references coast.lights, owner int references hold.owners);
create table hold.repairs (light int references coast.lights);
create view port.owners as select id, 1 as one from hold.owners;

create table port.logs (id int, year int, primary key (id, year)) partition by list (year);
create table port.logs_2020 partition of port.logs for values in (2020);
create table port.entries (log int, year int, ship int references port.ships,
  constraint in_log foreign key (log, year) references port.logs) partition by list (year);
create table port.entries_2020 partition of port.entries for values in (2020);
create table port.notes (log int, year int,
  constraint of_2020 foreign key (log, year) references port.logs_2020);
create view port.logs_of_2020 as select * from port.logs_2020;
"""


@pytest.fixture(scope="module")
def catalog(new_database: Callable[[str], str]) -> Catalog:
    return load(new_database(SCRIPT), ("port", "coast"))


def to_many(lines: list[str]) -> list[str]:
    return [line for line in lines if ": many-to-many" in line]


class TestTables:
    def test_a_table_may_refer_to_itself(self, catalog: Catalog) -> None:
        assert related(catalog, "staff") == [
            "staff: one-to-many staff_boss_fkey (id=boss)",
            "staff: many-to-one staff_boss_fkey (boss=id)",
            "staff: one-to-one staff_twin_fkey (id=twin)",
            "staff: one-to-one staff_twin_fkey (twin=id)",
        ]
        rows = catalog.relationships[QualifiedName("port", "staff"), "port"]
        assert all(row.is_self for row in rows)

    def test_two_foreign_keys_are_two_relationships(self, catalog: Catalog) -> None:
        assert related(catalog, "harbours") == [
            "ships: one-to-many home_port (id=home)",
            "ships: one-to-many last_port (id=last)",
        ]

    def test_a_foreign_key_over_the_primary_key_is_one_to_one(self, catalog: Catalog) -> None:
        assert related(catalog, "papers") == ["ships: one-to-one papers_ship_fkey (ship=id)"]
        assert "papers: one-to-one papers_ship_fkey (id=ship)" in related(catalog, "ships")

    def test_several_columns_are_paired_as_declared(self, catalog: Catalog) -> None:
        assert related(catalog, "stays") == [
            "berths: many-to-one stay_at (berth=number, port=harbour)"
        ]

    def test_a_junction_has_both_foreign_keys_in_its_primary_key(self, catalog: Catalog) -> None:
        """``visits`` lacks one column there."""
        assert to_many(related(catalog, "berths")) == [
            "crews: many-to-many shifts shifts_harbour_number_fkey "
            "(harbour=harbour, number=number) shifts_crew_year_fkey (name=crew, year=year)"
        ]
        assert to_many(related(catalog, "crews")) == [
            "berths: many-to-many shifts shifts_crew_year_fkey "
            "(name=crew, year=year) shifts_harbour_number_fkey (harbour=harbour, number=number)"
        ]

    def test_foreign_keys_lead_to_exposed_schemas_only(self, catalog: Catalog) -> None:
        assert related(catalog, "buoys", "coast") == [
            "lights: many-to-one buoys_light_fkey (light=id)"
        ]
        assert related(catalog, "buoys", "hold") == []
        back = catalog.relationships[QualifiedName("coast", "lights"), "port"]
        assert [show(row) for row in back] == ["buoys: one-to-many buoys_light_fkey (id=light)"]
        assert (QualifiedName("coast", "lights"), "hold") not in catalog.relationships
        assert all(origin.schema != "hold" for origin, _ in catalog.relationships)

    def test_a_view_stands_for_a_hidden_table(self, catalog: Catalog) -> None:
        assert related(catalog, "buoys") == [
            "owners (view): many-to-one buoys_owner_fkey (owner=id)"
        ]
        assert related(catalog, "owners") == ["buoys: one-to-many buoys_owner_fkey (id=owner)"]

    def test_partitions_add_nothing_to_their_table(self, catalog: Catalog) -> None:
        assert related(catalog, "logs") == ["entries: one-to-many in_log (id=log, year=year)"]
        assert related(catalog, "entries") == [
            "logs: many-to-one in_log (log=id, year=year)",
            "ships: many-to-one entries_ship_fkey (ship=id)",
        ]
        assert related(catalog, "entries_2020") == []

    def test_a_foreign_key_may_refer_to_a_partition(self, catalog: Catalog) -> None:
        """That one is nobody else's, so it counts; and so does a view on the partition."""
        assert related(catalog, "notes") == [
            "logs_2020: many-to-one of_2020 (log=id, year=year)",
            "logs_of_2020 (view): many-to-one of_2020 (log=id, year=year)",
        ]
        view = catalog.find_table(QualifiedName("port", "logs_of_2020"))
        assert view.primary_key == ("id", "year")


COMPUTED = """
create schema port;
create schema sea;
create schema hold;
create table port.yards (id int primary key);
create table port.tugs (id int primary key, yard int references port.yards);
create view port.tug_list as select * from port.tugs;
create table hold.owners (id int primary key);
create table port.barges (owner int references port.yards, tug int references port.tugs);

create function port.fleet(port.yards) returns setof port.tugs
  language sql as 'select * from port.tugs where yard = $1.id';
create function port.first_tug(port.yards) returns setof port.tugs rows 1
  language sql as 'select * from port.tugs where yard = $1.id limit 1';
create function port.flagship(port.yards) returns port.tugs
  language sql as 'select * from port.tugs where yard = $1.id limit 1';
create function port.listed(port.tug_list) returns setof port.tug_list
  language sql as 'select $1.*';
create function sea.fleet(port.yards) returns setof port.tug_list
  language sql as 'select * from port.tug_list';

create function port.with_two(port.yards, int) returns setof port.tugs
  language sql as 'select * from port.tugs';
create function port.of_number(int) returns setof port.tugs
  language sql as 'select * from port.tugs';
create function port.number(port.yards) returns int language sql as 'select 1';
create function port.of_record(port.yards) returns table (id int) language sql as 'select 1';
create function hold.secret(port.yards) returns setof port.tugs
  language sql as 'select * from port.tugs';
create function port.of_hidden(hold.owners) returns setof port.tugs
  language sql as 'select * from port.tugs';
create function port.owner(port.yards) returns setof hold.owners
  language sql as 'select * from hold.owners';

create function port.yards(port.tugs) returns setof port.yards rows 1
  language sql as 'select * from port.yards where id = $1.yard';
create function port.tugs(port.barges) returns setof hold.owners
  language sql as 'select * from hold.owners';
create function sea.yards(port.barges) returns setof port.yards
  language sql as 'select * from port.yards';
"""


@pytest.fixture(scope="module")
def computed(new_database: Callable[[str], str]) -> Catalog:
    return load(new_database(COMPUTED), ("port", "sea"))


class TestComputed:
    def test_functions_from_a_row_to_rows_are_relationships(self, computed: Catalog) -> None:
        """One row is promised by ``rows 1``, or by not being a set."""
        assert [line for line in related(computed, "yards") if " by " in line] == [
            "port.tugs: one by port.first_tug",
            "port.tugs: one by port.flagship",
            "port.tugs: many by port.fleet",
        ]

    def test_views_have_rows_too(self, computed: Catalog) -> None:
        rows = computed.relationships[QualifiedName("port", "tug_list"), "port"]
        assert "port.tug_list: many by port.listed" in map(show, rows)
        assert [row.is_self for row in rows if isinstance(row, ComputedRelationship)] == [True]

    def test_they_are_indexed_by_the_schema_of_the_function(self, computed: Catalog) -> None:
        assert related(computed, "yards", "sea") == ["port.tug_list: many by sea.fleet"]

    def test_they_replace_what_leads_to_a_table_of_their_name(self, computed: Catalog) -> None:
        """And nothing else: neither the way back, nor that to views on the table."""
        assert related(computed, "tugs") == [
            "barges: one-to-many barges_tug_fkey (id=tug)",
            "port.yards: one by port.yards",
        ]
        assert "tugs: one-to-many tugs_yard_fkey (id=yard)" in related(computed, "yards")

    def test_one_to_a_hidden_table_replaces_and_is_itself_left_out(self, computed: Catalog) -> None:
        """A function of another schema replaces nothing in this one."""
        assert related(computed, "barges") == [
            "tug_list (view): many-to-one barges_tug_fkey (tug=id)",
            "yards: many-to-one barges_owner_fkey (owner=id)",
        ]
        assert related(computed, "barges", "sea") == ["port.yards: many by sea.yards"]
