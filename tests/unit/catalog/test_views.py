"""Finding in the trees of queries what views show, and following it; keys of views."""

from __future__ import annotations

import pytest

from pgrest_wsgi.catalog.views import (
    ViewSource,
    read_origins,
    trace_columns,
    view_primary_keys,
)
from pgrest_wsgi.names import QualifiedName

SHIPS, HARBOURS = 16400, 16500  # tables
CALM, CALMER, HIDDEN = 17001, 17002, 17003  # views


def entry(number: int, name: str, origin: tuple[int, int], expression: str = "{VAR}") -> str:
    """An entry of a target list, as PostgreSQL writes it."""
    relation, column = origin
    return (
        f"{{TARGETENTRY :expr {expression} :resno {number} :resname {name} :ressortgroupref 0 "
        f":resorigtbl {relation} :resorigcol {column} :resjunk false}}"
    )


def query(*entries: str, tables: str = "<>", limit: str = "<>") -> str:
    """A query with its target list, amid of what stands before and after it."""
    targets = f"({' '.join(entries)})" if entries else "<>"
    return f"{{QUERY :commandType 1 :rtable {tables} :targetList {targets} :limitCount {limit}}}"


def tree(*entries: str, tables: str = "<>", limit: str = "<>") -> str:
    """The tree of a rule: a list of one query."""
    return f"({query(*entries, tables=tables, limit=limit)})"


def origins(text: str) -> list[tuple[int, tuple[int, int]]]:
    return [*read_origins(text)]


class TestReading:
    def test_columns_are_given_with_what_they_show(self) -> None:
        text = tree(entry(1, "id", (SHIPS, 1)), entry(2, "home", (SHIPS, 5)))
        assert origins(text) == [(1, (SHIPS, 1)), (2, (SHIPS, 5))]

    def test_what_is_computed_shows_nothing(self) -> None:
        text = tree(entry(1, "n", (0, 0)), entry(2, "id", (SHIPS, 1)))
        assert origins(text) == [(2, (SHIPS, 1))]

    @pytest.mark.parametrize("column", [0, -1])
    def test_rows_and_system_columns_do_not_count(self, column: int) -> None:
        """PostgreSQL notes a whole row as column 0, and ``ctid`` as column -1."""
        assert origins(tree(entry(1, "row", (SHIPS, column)))) == []

    def test_a_query_may_give_no_columns(self) -> None:
        assert origins(tree()) == []

    def test_columns_of_subqueries_are_not_the_views(self) -> None:
        """Wherever the subquery stands: among the tables, in an expression, behind the list."""
        inner = query(entry(1, "id", (HARBOURS, 1)), entry(2, "name", (HARBOURS, 2)))
        text = tree(
            entry(1, "home", (0, 0), f"{{SUBLINK :subselect {inner}}}"),
            entry(2, "id", (SHIPS, 1)),
            tables=f"({{RANGETBLENTRY :rtekind 1 :subquery {inner}}})",
            limit=f"{{SUBLINK :subselect {inner}}}",
        )
        assert origins(text) == [(2, (SHIPS, 1))]

    @pytest.mark.parametrize(
        "name",
        [
            r"\{",
            r"\}\}\}",
            r"\(\)",
            r"\\",
            r"\\\}",
            "\\\n",
            r":resno",
            r"\ :resno\ 7\ :resorigtbl\ 5\ :resorigcol\ 5\ ",
            r"\{TARGETENTRY\ :resno\ 7\ :resorigtbl\ 5\ :resorigcol\ 5\ :resjunk\ false\}",
            "naïve小麦",
            r"\<>",
            '""',
        ],
    )
    def test_names_may_hold_anything(self, name: str) -> None:
        """PostgreSQL writes a backslash before what could be taken for structure."""
        text = tree(
            entry(1, name, (SHIPS, 1)),
            entry(2, name, (SHIPS, 2)),
            tables=f"({{RANGETBLENTRY :eref {{ALIAS :aliasname {name} :colnames ({name})}}}})",
        )
        assert origins(text) == [(1, (SHIPS, 1)), (2, (SHIPS, 2))]

    def test_a_rule_without_a_query_gives_nothing(self) -> None:
        assert origins("<>") == []


class TestTracing:
    def test_columns_of_tables_are_the_end_of_the_way(self) -> None:
        rules = [(CALM, tree(entry(1, "id", (SHIPS, 4))))]
        assert [*trace_columns(rules)] == [((CALM, 1), (SHIPS, 4))]

    def test_views_on_views_are_followed_whatever_their_order(self) -> None:
        rules = [
            (CALMER, tree(entry(1, "a", (CALM, 2)), entry(2, "b", (CALM, 1)))),
            (CALM, tree(entry(1, "c", (SHIPS, 7)), entry(2, "d", (SHIPS, 8)))),
        ]
        assert [*trace_columns(rules)] == [
            ((CALMER, 1), (SHIPS, 8)),
            ((CALMER, 2), (SHIPS, 7)),
            ((CALM, 1), (SHIPS, 7)),
            ((CALM, 2), (SHIPS, 8)),
        ]

    def test_what_a_view_computes_is_the_end_of_the_way(self) -> None:
        rules = [
            (CALM, tree(entry(1, "n", (0, 0)))),
            (CALMER, tree(entry(1, "n", (CALM, 1)))),
        ]
        assert [*trace_columns(rules)] == [((CALMER, 1), (CALM, 1))]

    def test_unknown_views_are_not_seen_through(self) -> None:
        rules = [(CALM, tree(entry(1, "id", (HIDDEN, 1))))]
        assert [*trace_columns(rules)] == [((CALM, 1), (HIDDEN, 1))]

    def test_views_that_stand_on_each_other_lead_nowhere_but_do_end(self) -> None:
        """They can be made by replacing a view; PostgreSQL refuses only to read them."""
        rules = [
            (CALM, tree(entry(1, "id", (CALMER, 1)))),
            (CALMER, tree(entry(1, "id", (CALM, 1)))),
        ]
        assert [*trace_columns(rules)] == [((CALM, 1), (CALM, 1)), ((CALMER, 1), (CALMER, 1))]


VIEW = QualifiedName("port", "overview")


def source(table: str, key: tuple[str, ...], **columns: tuple[str, ...]) -> ViewSource:
    return ViewSource(VIEW, QualifiedName("port", table), key, columns)


class TestPrimaryKeys:
    def test_columns_that_show_the_key_are_in_its_declared_order(self) -> None:
        berths = source("berths", ("number", "harbour"), harbour=("a",), number=("b",))
        assert view_primary_keys([berths])[VIEW] == ("b", "a")

    def test_a_part_of_a_key_is_none(self) -> None:
        berths = source("berths", ("number", "harbour"), number=("number",))
        assert view_primary_keys([berths]).get(VIEW, ()) == ()

    def test_a_table_may_have_none(self) -> None:
        assert view_primary_keys([source("log", (), line=("line",))]).get(VIEW, ()) == ()

    def test_of_columns_that_show_the_same_the_first_counts(self) -> None:
        ships = source("ships", ("id",), id=("ship", "again"))
        assert view_primary_keys([ships])[VIEW] == ("ship",)

    def test_keys_of_several_tables_follow_each_other_backwards(self) -> None:
        """By the name of the table, the last one first."""
        sources = [
            source("harbours", ("id",), id=("harbour",)),
            source("ships", ("id",), id=("ship",)),
            source("berths", ("id",), id=("berth",)),
        ]
        assert view_primary_keys(sources)[VIEW] == ("ship", "harbour", "berth")
