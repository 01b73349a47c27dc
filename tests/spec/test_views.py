"""What the catalog says about real views: their relationships and primary keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.names import QualifiedName
from tests.spec.catalogs import load, related

PARCELS = """
create schema port;
create schema hold;
create schema "Extra ""path\\, {é}";
create table port.firms (id int primary key, name text);
create table port.parcels (id int primary key, firm int references port.firms, label text);
create view hold.parcels as select * from port.parcels;
create view "Extra ""path\\, {é}".parcels as select id as parcel, firm as owner from port.parcels;
"""
ODD_SCHEMA = 'Extra "path\\, {é}'
LIKE_FIELDS = "{TARGETENTRY :resno 9 :resorigtbl 1 :resorigcol 1 :resjunk false} }}) \\"
HOSTILE = (
    "{",
    "}",
    "}}} ({",
    "a, b",
    '"quoted"',
    "'quoted'",
    "back\\slash",
    "\\",
    "line\nbreak",
    " ",
    "<>",
    ":resno",
    ":targetList",
    ":resno 2 :resorigtbl 1 :resorigcol 1 ",
    "小麦",
)

# The query of a view, and the names under which it shows the columns `firm` and `id` of parcels.
SHOWN: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "plain": ("select * from port.parcels", ("firm",), ("id",)),
    "renamed": ("select id as nr, firm as owner from port.parcels", ("owner",), ("nr",)),
    "on_view": ("select owner as o, nr from port.renamed", ("o",), ("nr",)),
    "on_view_on_view": ("select nr as n, o as firm from port.on_view", ("firm",), ("n",)),
    "joined": (
        "select p.firm, p.id, x.id as other from port.parcels p join hold.parcels x using (id)",
        ("firm",),
        ("id",),
    ),
    "left_joined": (
        "select id, a.firm from port.parcels a left join port.plain b using (id)",
        ("firm",),
        ("id",),
    ),
    "common": (
        "with p as (select id, firm as f from port.parcels), q as (select * from p)"
        " select f as firm, 1 as one, id from q",
        ("firm",),
        ("id",),
    ),
    "nested": (
        "select s.firm, s.id from (select * from (select id, firm from port.parcels) r) s",
        ("firm",),
        ("id",),
    ),
    "lateral_one": (
        "select l.firm, l.id from generate_series(1, 2) n,"
        " lateral (select * from port.parcels p where p.id = n) l",
        ("firm",),
        ("id",),
    ),
    "grouped": ("select firm, count(*) as n from port.parcels group by firm", ("firm",), ()),
    "distinct_one": ("select distinct on (firm) firm, id from port.parcels", ("firm",), ("id",)),
    "ordered": (
        "select label, firm from port.parcels order by id limit (select count(*) from port.firms)",
        ("firm",),
        (),
    ),
    "with_lookup": (
        "select (select f.id from port.firms f where f.id = p.firm) as firm, p.firm as own, id"
        " from port.parcels p where exists (select id, firm from hold.parcels)",
        ("own",),
        ("id",),
    ),
    "windowed": (
        "select firm, id, row_number() over (partition by firm order by id) from port.parcels",
        ("firm",),
        ("id",),
    ),
    "twice": ("select firm as b, id, firm as a from port.parcels", ("a", "b"), ("id",)),
    "self_joined": (
        "select x.firm, y.firm as next, y.id from port.parcels x join port.parcels y"
        " on y.id = x.id + 1",
        ("firm", "next"),
        ("id",),
    ),
    "through_extra": (
        'select owner, parcel from "Extra ""path\\, {é}".parcels',
        ("owner",),
        ("parcel",),
    ),
    "through_hidden": ("select firm, id from hold.parcels", (), ()),
    "united": ("select firm, id from port.parcels union select 1, 2", (), ()),
    "all_united": (
        "select firm, id from port.parcels union all select firm, id from port.parcels",
        (),
        (),
    ),
    "in_union": (
        "select firm, id from (select firm, id from port.parcels except select 1, 2) x",
        (),
        (),
    ),
    "recursive_one": (
        "with recursive r(firm, id) as (select firm, id from port.parcels"
        " union all select firm, id + 1 from r where id < 0) select firm, id from r",
        (),
        (),
    ),
    "computed": ("select firm + 0 as firm, id::bigint from port.parcels", (), ()),
    "aggregated": ("select max(firm) as firm, min(id) as id from port.parcels", (), ()),
    "merged": (
        "select id, firm from port.parcels full join (select 1 as id, 2 as firm) x"
        " using (id, firm)",
        (),
        (),
    ),
    "row_of": ("select p as firm, p.tableoid as id from port.parcels p", (), ()),
    "no_columns": ("select from port.parcels", (), ()),
    "listed": ("values (1, 2)", (), ()),
    "called": ("select * from generate_series(1, 2) as firm", (), ()),
    "constant": (
        f"select '{LIKE_FIELDS}'::text as label, E'\\\\}} {{' as x, firm, id from port.parcels"
        f" where label <> '{LIKE_FIELDS}'",
        ("firm",),
        ("id",),
    ),
    **{
        f"hostile_{number}": (
            f'select 0 as "x{name}", firm as "{name}", id as "id{name}" from port.parcels'
            f' "t{name}"',
            (name.replace('""', '"'),),
            ("id" + name.replace('""', '"'),),
        )
        for number, name in enumerate(name.replace('"', '""') for name in HOSTILE)
    },
}
PARCEL_VIEWS = "".join(f"create view port.{name} as {SHOWN[name][0]};\n" for name in SHOWN)


@pytest.fixture(scope="module")
def parcels_uri(new_database: Callable[[str], str]) -> str:
    return new_database(PARCELS + PARCEL_VIEWS)


@pytest.fixture(scope="module")
def parcels(parcels_uri: str) -> Catalog:
    return load(parcels_uri, ("port",), (ODD_SCHEMA, "there is none"))


class TestViews:
    @pytest.mark.parametrize("name", SHOWN)
    def test_columns_that_come_unchanged_are_foreign_keys_still(
        self, parcels: Catalog, name: str
    ) -> None:
        """Each of the columns that show it is a relationship; there are no others."""
        _, foreign, _ = SHOWN[name]
        assert related(parcels, name) == [
            f"firms: many-to-one parcels_firm_fkey ({column}=id)" for column in foreign
        ]
        back = [line for line in related(parcels, "firms") if line.startswith(f"{name} (view)")]
        assert back == [
            f"{name} (view): one-to-many parcels_firm_fkey (id={column})" for column in foreign
        ]

    @pytest.mark.parametrize("name", SHOWN)
    def test_columns_that_come_unchanged_are_primary_keys_still(
        self, parcels: Catalog, name: str
    ) -> None:
        _, _, primary = SHOWN[name]
        assert parcels.find_table(QualifiedName("port", name)).primary_key == primary

    def test_views_are_looked_through_in_exposed_schemas_and_the_extra_search_path(
        self, parcels_uri: str
    ) -> None:
        catalog = load(parcels_uri, ("port", "hold"))
        assert related(catalog, "through_extra") == []
        assert related(catalog, "through_hidden") == [
            "firms: many-to-one parcels_firm_fkey (firm=id)"
        ]

    def test_views_of_the_extra_search_path_are_not_exposed_by_it(self, parcels: Catalog) -> None:
        assert all(origin.schema == "port" for origin, _ in parcels.relationships)
        assert all(schema == "port" for _, schema in parcels.relationships)

    def test_a_role_without_rights_reads_the_same(self, parcels_uri: str, parcels: Catalog) -> None:
        again = load(
            parcels_uri, ("port",), (ODD_SCHEMA, "there is none"), role="pg_signal_backend"
        )
        assert again == parcels


KEYED = """
create schema port;
create table port.berths (b int, a int, primary key (b, a));
create table port.crews (id int primary key);
create table port.shifts (b int, a int, crew int references port.crews,
  foreign key (b, a) references port.berths, primary key (crew, b, a));

create materialized view port.stored as select a, b from port.berths;
create view port.shifts_list as select crew as c, a as y, b as x, a as again from port.shifts;
create view port.half as select b from port.berths;
create view port.halves as select x.a, y.b from port.berths x, port.half y;
create view port.overview as
  select s.crew, s.b as s_b, s.a as s_a, c.id, x.b, x.a
  from port.shifts s join port.crews c on c.id = s.crew join port.berths x using (b, a);

create view port.ruled as select id as crew from port.crews;
create rule added as on insert to port.ruled
  do also select crew as c, b, a, a as x from port.shifts;
create view port.one as select crew from port.shifts;
create view port.other as select crew from port.one;
create or replace view port.one as select crew from port.other;
"""


@pytest.fixture(scope="module")
def keyed(new_database: Callable[[str], str]) -> Catalog:
    return load(new_database(KEYED), ("port",))


class TestKeysOfViews:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("stored", ("b", "a")),
            ("shifts_list", ("c", "x", "y")),
            ("half", ()),
            ("halves", ("b", "a")),
            ("overview", ("crew", "s_b", "s_a", "id", "b", "a")),
            ("ruled", ("crew",)),
            ("one", ()),
        ],
    )
    def test_primary_keys(self, keyed: Catalog, name: str, key: tuple[str, ...]) -> None:
        """In declared order, the first of equal columns; the last of several tables first.

        That the columns of ``halves`` are not of the same row does not matter to PostgREST.
        """
        assert keyed.find_table(QualifiedName("port", name)).primary_key == key

    def test_keys_of_tables_stay_sorted(self, keyed: Catalog) -> None:
        assert keyed.find_table(QualifiedName("port", "berths")).primary_key == ("a", "b")

    def test_a_view_is_a_junction_by_its_primary_key(self, keyed: Catalog) -> None:
        """Of columns that show the same only the one in the primary key serves."""
        lines = related(keyed, "crews")
        assert [line for line in lines if line.startswith("berths: many-to-many")] == [
            "berths: many-to-many overview shifts_crew_fkey (id=crew) "
            "shifts_b_a_fkey (b=s_b, a=s_a)",
            "berths: many-to-many shifts shifts_crew_fkey (id=crew) shifts_b_a_fkey (b=b, a=a)",
            "berths: many-to-many shifts_list shifts_crew_fkey (id=c) shifts_b_a_fkey (b=x, a=y)",
        ]

    def test_a_materialized_view_is_an_end_like_others(self, keyed: Catalog) -> None:
        assert "stored (view): many-to-one shifts_b_a_fkey (b=b, a=a)" in related(keyed, "shifts")

    def test_rules_that_are_not_the_views_query_mean_nothing(self, keyed: Catalog) -> None:
        assert not [line for line in related(keyed, "ruled") if ": many-to-one" in line]

    def test_views_that_stand_on_each_other_have_no_relationships(self, keyed: Catalog) -> None:
        """PostgreSQL lets them be made, but not be read."""
        assert related(keyed, "one") == related(keyed, "other") == []
