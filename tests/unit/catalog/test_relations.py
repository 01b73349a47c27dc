"""Deriving relationships from foreign keys and views, without a database.

What real views show is specified in tests/spec/test_relationships.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from pgrest_wsgi.catalog.model import ForeignKey, Table, TableKind
from pgrest_wsgi.catalog.relations import derive_relationships
from pgrest_wsgi.catalog.relationship import (
    Cardinality,
    ComputedRelationship,
    Junction,
    Relationship,
    Relationships,
)
from pgrest_wsgi.catalog.views import ViewSource
from pgrest_wsgi.names import QualifiedName


def port(name: str) -> QualifiedName:
    return QualifiedName("port", name)


def hold(name: str) -> QualifiedName:
    """A name in a schema that is not exposed."""
    return QualifiedName("hold", name)


SHIPS, HARBOURS, CREWS = port("ships"), port("harbours"), port("crews")
FLEET, COAST = port("fleet"), port("coast")  # views on ships and on harbours

HOME = ForeignKey("home_port", SHIPS, ("home",), HARBOURS, ("id",), unique=False)
LAST = ForeignKey("last_port", SHIPS, ("last",), HARBOURS, ("id",), unique=False)


def source(view: QualifiedName, table: QualifiedName, **columns: tuple[str, ...]) -> ViewSource:
    return ViewSource(view, table, (), columns)


def keyed(name: QualifiedName, *primary_key: str) -> Table:
    """A table of which only the primary key matters."""
    return Table(name, TableKind.TABLE, None, {}, primary_key, (), True, True, True)


def derive(
    foreign_keys: Iterable[ForeignKey] = (),
    sources: Iterable[ViewSource] = (),
    computed: Iterable[ComputedRelationship] = (),
    tables: Iterable[Table] = (),
    schemas: Iterable[str] = ("port",),
) -> Relationships:
    return derive_relationships(
        tuple(schemas),
        {table.name: table for table in tables},
        tuple(foreign_keys),
        tuple(sources),
        tuple(computed),
    )


def targets(found: Relationships, origin: QualifiedName, schema: str = "port") -> list[str]:
    """Names of the targets of a table, or of the functions, in order."""
    rows = found.get((origin, schema), ())
    return [
        row.function.name if isinstance(row, ComputedRelationship) else row.foreign_table.name
        for row in rows
    ]


def detected(found: Relationships, origin: QualifiedName) -> list[Relationship]:
    """What leads from a table, computed relationships left out."""
    return [row for row in found[origin, "port"] if isinstance(row, Relationship)]


class TestForeignKeys:
    def test_one_leads_both_ways(self) -> None:
        link = Relationship(
            table=SHIPS,
            foreign_table=HARBOURS,
            cardinality=Cardinality.MANY_TO_ONE,
            constraint="home_port",
            columns=(("home", "id"),),
            junction=None,
            is_self=False,
            table_is_view=False,
            foreign_table_is_view=False,
        )
        back = link._replace(
            table=HARBOURS,
            foreign_table=SHIPS,
            cardinality=Cardinality.ONE_TO_MANY,
            columns=(("id", "home"),),
            is_inverse=True,
        )
        assert derive([HOME]) == {(SHIPS, "port"): (link,), (HARBOURS, "port"): (back,)}

    def test_a_unique_one_is_one_to_one_both_ways(self) -> None:
        found = derive([HOME._replace(unique=True)])
        rows = (*detected(found, SHIPS), *detected(found, HARBOURS))
        assert [row.cardinality for row in rows] == [Cardinality.ONE_TO_ONE] * 2

    def test_one_to_itself_is_found_twice_in_the_table(self) -> None:
        found = derive([ForeignKey("captain", CREWS, ("captain",), CREWS, ("id",), unique=False)])
        assert [(row.cardinality, row.columns, row.is_self) for row in detected(found, CREWS)] == [
            (Cardinality.ONE_TO_MANY, (("id", "captain"),), True),
            (Cardinality.MANY_TO_ONE, (("captain", "id"),), True),
        ]

    def test_hidden_tables_are_neither_origin_nor_target(self) -> None:
        out = ForeignKey("out", SHIPS, ("owner",), hold("owners"), ("id",), unique=False)
        into = ForeignKey("into", hold("loans"), ("ship",), SHIPS, ("id",), unique=False)
        assert derive([out, into]) == {}

    def test_they_are_indexed_by_the_schema_of_the_target(self) -> None:
        out = ForeignKey("out", SHIPS, ("owner",), hold("owners"), ("id",), unique=False)
        found = derive([HOME, out], schemas=("port", "hold"))
        assert targets(found, SHIPS) == ["harbours"]
        assert targets(found, SHIPS, "hold") == ["owners"]
        assert targets(found, hold("owners")) == ["ships"]


class TestViews:
    def test_each_side_may_be_a_view(self) -> None:
        sources = [source(FLEET, SHIPS, home=("port",)), source(COAST, HARBOURS, id=("number",))]
        found = derive([HOME], sources)
        assert [
            (row.table.name, row.table_is_view, row.foreign_table.name, row.foreign_table_is_view)
            for key in (SHIPS, FLEET)
            for row in detected(found, key)
        ] == [
            ("ships", False, "coast", True),
            ("ships", False, "harbours", False),
            ("fleet", True, "coast", True),
            ("fleet", True, "harbours", False),
        ]
        assert targets(found, COAST) == targets(found, HARBOURS) == ["fleet", "ships"]

    def test_their_own_names_of_columns_count(self) -> None:
        sources = [source(FLEET, SHIPS, home=("port",)), source(COAST, HARBOURS, id=("number",))]
        to_view, to_table = detected(derive([HOME], sources), FLEET)
        assert to_view.columns == (("port", "number"),)
        assert to_table.columns == (("port", "id"),)

    def test_all_columns_of_the_key_are_needed(self) -> None:
        key = ForeignKey("stay", SHIPS, ("a", "b"), HARBOURS, ("x", "y"), unique=False)
        sources = [source(FLEET, SHIPS, a=("a",), c=("c",)), source(COAST, HARBOURS, y=("y",))]
        assert set(derive([key], sources)) == {(SHIPS, "port"), (HARBOURS, "port")}

    def test_columns_shown_twice_are_combined_in_all_ways(self) -> None:
        key = ForeignKey("stay", SHIPS, ("a", "b"), HARBOURS, ("x", "y"), unique=False)
        found = derive([key], [source(FLEET, SHIPS, a=("a1", "a2"), b=("b1", "b2"))])
        assert [row.columns for row in detected(found, FLEET)] == [
            (("a1", "x"), ("b1", "y")),
            (("a1", "x"), ("b2", "y")),
            (("a2", "x"), ("b1", "y")),
            (("a2", "x"), ("b2", "y")),
        ]

    def test_a_view_that_shows_both_sides_belongs_to_itself(self) -> None:
        sources = [source(FLEET, SHIPS, home=("home",)), source(FLEET, HARBOURS, id=("harbour",))]
        assert [
            (row.foreign_table.name, row.cardinality, row.is_self)
            for row in detected(derive([HOME], sources), FLEET)
        ] == [
            ("fleet", Cardinality.ONE_TO_MANY, True),
            ("fleet", Cardinality.MANY_TO_ONE, True),
            ("harbours", Cardinality.MANY_TO_ONE, False),
            ("ships", Cardinality.ONE_TO_MANY, False),
        ]

    def test_hidden_tables_are_reached_through_views_and_hidden_views_are_not(self) -> None:
        key = ForeignKey("owner", SHIPS, ("owner",), hold("owners"), ("id",), unique=False)
        owners = port("owners_list")
        sources = [
            source(owners, hold("owners"), id=("id",)),
            source(hold("fleet"), SHIPS, owner=("owner",)),
        ]
        found = derive([key], sources)
        assert set(found) == {(SHIPS, "port"), (owners, "port")}
        assert targets(found, SHIPS) == ["owners_list"]
        assert targets(found, owners) == ["ships"]


BERTHS, STAYS = port("berths"), port("stays")
OF_SHIP = ForeignKey("of_ship", STAYS, ("ship",), SHIPS, ("id",), unique=False)
AT_BERTH = ForeignKey(
    "at_berth", STAYS, ("quay", "number"), BERTHS, ("quay", "number"), unique=False
)
KEYED_STAYS = keyed(STAYS, "day", "number", "quay", "ship")


class TestManyToMany:
    def test_a_junction_joins_the_tables_of_its_foreign_keys(self) -> None:
        found = derive([OF_SHIP, AT_BERTH], tables=[KEYED_STAYS])
        to_berths, to_stays = detected(found, SHIPS)
        assert to_berths == Relationship(
            table=SHIPS,
            foreign_table=BERTHS,
            cardinality=Cardinality.MANY_TO_MANY,
            constraint="",
            columns=(),
            junction=Junction(
                table=STAYS,
                constraints=("of_ship", "at_berth"),
                origin_columns=(("id", "ship"),),
                target_columns=(("quay", "quay"), ("number", "number")),
            ),
            is_self=False,
            table_is_view=False,
            foreign_table_is_view=False,
        )
        assert to_stays.foreign_table == STAYS
        assert detected(found, BERTHS)[0].junction == Junction(
            table=STAYS,
            constraints=("at_berth", "of_ship"),
            origin_columns=(("quay", "quay"), ("number", "number")),
            target_columns=(("id", "ship"),),
        )

    def test_its_primary_key_must_have_all_their_columns(self) -> None:
        """One that has its own key, or whose key lacks a column, joins nothing."""
        for key in ((), ("id",), ("number", "ship"), ("number", "quay")):
            found = derive([OF_SHIP, AT_BERTH], tables=[keyed(STAYS, *key)])
            assert targets(found, SHIPS) == ["stays"]

    def test_unique_foreign_keys_make_no_junction(self) -> None:
        found = derive([OF_SHIP._replace(unique=True), AT_BERTH], tables=[KEYED_STAYS])
        assert targets(found, SHIPS) == ["stays"]

    def test_two_foreign_keys_to_one_table_join_it_with_itself_both_ways(self) -> None:
        old = ForeignKey("old_ship", STAYS, ("old",), SHIPS, ("id",), unique=False)
        new = ForeignKey("new_ship", STAYS, ("new",), SHIPS, ("id",), unique=False)
        found = derive([old, new], tables=[keyed(STAYS, "old", "new")])
        assert [
            (row.junction.constraints, row.is_self)
            for row in detected(found, SHIPS)
            if row.junction
        ] == [(("new_ship", "old_ship"), True), (("old_ship", "new_ship"), True)]

    def test_one_foreign_key_shown_twice_by_a_view_is_not_two(self) -> None:
        view = port("doubled")
        sources = [source(view, STAYS, ship=("ship", "vessel"))]
        found = derive([OF_SHIP], sources, tables=[keyed(view, "ship", "vessel")])
        assert targets(found, SHIPS) == ["doubled", "doubled", "stays"]

    def test_views_are_junctions_and_ends_like_tables(self) -> None:
        view = port("stays_list")
        sources = [
            source(view, STAYS, ship=("s",), quay=("q",), number=("n",)),
            source(FLEET, SHIPS, id=("id",)),
        ]
        found = derive([OF_SHIP, AT_BERTH], sources, tables=[keyed(view, "n", "q", "s")])
        to_berths = detected(found, FLEET)[0]
        assert to_berths.foreign_table == BERTHS
        assert to_berths.table_is_view
        assert to_berths.junction == Junction(
            view, ("of_ship", "at_berth"), (("id", "s"),), (("quay", "q"), ("number", "n"))
        )

    def test_hidden_junctions_do_not_count(self) -> None:
        """Their ends are known to be related all the same, so that no other name is hinted at."""
        stays = hold("stays")
        keys = [OF_SHIP._replace(table=stays), AT_BERTH._replace(table=stays)]
        assert derive(keys) == {(SHIPS, "port"): (), (BERTHS, "port"): ()}


def computed(
    function: QualifiedName, table: QualifiedName = SHIPS, foreign_table: QualifiedName = HARBOURS
) -> ComputedRelationship:
    return ComputedRelationship(function, table, foreign_table, True, table == foreign_table)


class TestComputed:
    def test_they_come_after_the_others_by_name(self) -> None:
        rows = [computed(port("b")), computed(port("a"))]
        assert targets(derive([HOME], computed=rows), SHIPS) == ["harbours", "a", "b"]

    def test_they_replace_what_leads_to_a_table_of_their_name(self) -> None:
        """All of it, but only from their table; what they give themselves does not matter."""
        row = computed(HARBOURS, foreign_table=CREWS)
        found = derive([HOME, LAST], computed=[row])
        assert found[SHIPS, "port"] == (row,)
        assert targets(found, HARBOURS) == ["ships", "ships"]

    def test_the_schema_of_the_function_is_the_index(self) -> None:
        row = computed(QualifiedName("sea", "harbours"))
        found = derive([HOME], computed=[row], schemas=("port", "sea"))
        assert targets(found, SHIPS) == ["harbours"]
        assert found[SHIPS, "sea"] == (row,)

    def test_one_to_a_hidden_table_replaces_and_is_itself_left_out(self) -> None:
        found = derive([HOME], computed=[computed(HARBOURS, foreign_table=hold("owners"))])
        assert targets(found, SHIPS) == []
        assert targets(found, HARBOURS) == ["ships"]


def test_the_order_is_target_cardinality_constraint_columns() -> None:
    """Names compare by code point."""
    back = ForeignKey("z_of_harbour", HARBOURS, ("flagship",), SHIPS, ("id",), unique=False)
    papers = ForeignKey("a_papers", SHIPS, ("papers",), HARBOURS, ("id",), unique=True)
    umlaut = ForeignKey("u", SHIPS, ("u",), port("über"), ("id",), unique=False)
    capital = ForeignKey("c", SHIPS, ("c",), port("Zoo"), ("id",), unique=False)
    of_ship = ForeignKey("j_ship", STAYS, ("ship",), SHIPS, ("id",), unique=False)
    of_port = ForeignKey("j_port", STAYS, ("harbour",), HARBOURS, ("id",), unique=False)
    found = derive(
        [umlaut, LAST, back, papers, HOME, capital, of_ship, of_port],
        [source(FLEET, SHIPS, c=("c2", "c1"))],
        tables=[keyed(STAYS, "harbour", "ship")],
    )
    assert [
        (row.foreign_table.name, row.cardinality.value, row.constraint)
        for row in detected(found, SHIPS)
    ] == [
        ("Zoo", "many-to-one", "c"),
        ("harbours", "one-to-many", "z_of_harbour"),
        ("harbours", "many-to-one", "home_port"),
        ("harbours", "many-to-one", "last_port"),
        ("harbours", "one-to-one", "a_papers"),
        ("harbours", "many-to-many", ""),
        ("stays", "one-to-many", "j_ship"),
        ("über", "many-to-one", "u"),
    ]
    assert [row.columns for row in detected(found, FLEET)] == [
        (("c1", "id"),),
        (("c2", "id"),),
    ]


def test_the_order_of_the_facts_makes_no_difference() -> None:
    keys = [OF_SHIP, AT_BERTH, HOME, LAST]
    sources = [source(FLEET, SHIPS, id=("id",), home=("h",)), source(COAST, HARBOURS, id=("id",))]
    rows = [computed(port("a")), computed(port("b"))]
    forward = derive(keys, sources, rows, [KEYED_STAYS])
    backward = derive(keys[::-1], sources[::-1], rows[::-1], [KEYED_STAYS])
    assert forward == backward
