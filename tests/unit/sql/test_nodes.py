"""The vocabulary of SQL trees: quoting, grouping, order, and trees of any size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.nodes import INFIXES, Node, render

HOSTILE = (
    "plain",
    "Two Words",
    'a"b',
    '"',
    "it's",
    "back\\slash",
    "çédille",
    "船",
    "🚢",
    "a\nb",
    "--",
    "/*",
    "$1",
    "%s",
    "{0}",
    "select",
    "'; drop table ships; --",
    '"; drop table ships; --',
)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_identifier_is_its_name_in_double_quotes_and_quotes_are_doubled(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    assert render(nodes.identifier(name)) == quoted
    assert render(nodes.column(QualifiedName(name, name), name)) == f"{quoted}.{quoted}.{quoted}"
    assert (
        render(nodes.relation(QualifiedName(name, name), name)) == f"{quoted}.{quoted} AS {quoted}"
    )
    assert render(nodes.alias(nodes.null(), name)) == f"NULL AS {quoted}"
    assert render(nodes.call_named(QualifiedName(name, name))) == f"{quoted}.{quoted}()"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_is_quoted_so_that_no_setting_reads_it_otherwise(value: str) -> None:
    """A backslash needs the form E'…', which does not depend on standard_conforming_strings."""
    quoted = "'" + value.replace("'", "''") + "'"
    if "\\" in value:
        quoted = "E" + quoted.replace("\\", "\\\\")
    assert render(nodes.text(value)) == quoted


def test_a_star_is_all_columns() -> None:
    assert render(nodes.column(QualifiedName("port", "ships"), "*")) == '"port"."ships".*'


def test_names_without_a_schema_are_not_qualified() -> None:
    name = QualifiedName("", "ships")
    assert render(nodes.column(name, "id")) == '"ships"."id"'
    assert render(nodes.relation(name)) == '"ships"'
    assert render(nodes.call_named(name)) == '"ships"()'


def test_names_of_functions_keep_their_case() -> None:
    assert render(nodes.call_named(QualifiedName("Port", "sailAway"))) == '"Port"."sailAway"()'
    assert render(nodes.call("to_jsonb", nodes.null())) == "to_jsonb(NULL)"


@pytest.mark.parametrize("symbol", INFIXES)
def test_every_infix_prints_its_own_symbol(symbol: str) -> None:
    printed = render(nodes.infix(nodes.number(1), symbol, nodes.number(2)))
    assert printed == f"1 {symbol} 2"


@pytest.mark.parametrize(
    ("node", "sql"),
    [
        (nodes.any_of(nodes.parameter(1)), "ANY($1)"),
        (nodes.all_of(nodes.parameter(1)), "ALL ($1)"),
        (nodes.matches(nodes.number(1), nodes.number(2)), "1 @@ 2"),
        (nodes.cast(nodes.parameter(1), "double precision"), "CAST($1 AS double precision)"),
        (nodes.coalesce(nodes.null(), nodes.text("")), "COALESCE(NULL, '')"),
        (nodes.group(nodes.null()), "(NULL)"),
        (nodes.number(-1), "-1"),
    ],
)
def test_small_nodes(node: Node, sql: str) -> None:
    assert render(node) == sql


@pytest.mark.parametrize(
    ("direction", "nulls", "sql"),
    [
        (None, None, "1 ASC"),
        (None, "nullsfirst", "1 ASC NULLS FIRST"),
        (None, "nullslast", "1 ASC"),
        ("asc", None, "1 ASC"),
        ("asc", "nullsfirst", "1 ASC NULLS FIRST"),
        ("asc", "nullslast", "1 ASC"),
        ("desc", None, "1 DESC"),
        ("desc", "nullsfirst", "1 DESC"),
        ("desc", "nullslast", "1 DESC NULLS LAST"),
    ],
)
def test_order_and_nulls_as_postgresql_means_them(
    direction: str | None, nulls: str | None, sql: str
) -> None:
    """Without NULLS, PostgreSQL puts nulls last when ascending and first when descending."""
    assert render(nodes.ordered(nodes.number(1), direction, nulls)) == sql


def equal(number: int) -> Node:
    return nodes.infix(nodes.identifier("a"), "=", nodes.parameter(number))


def test_groups_inside_groups_keep_their_brackets() -> None:
    inner = nodes.join("or", [equal(1), equal(2)])
    assert render(nodes.join("and", [inner, equal(3)])) == '(("a" = $1 OR "a" = $2) AND "a" = $3)'
    assert render(nodes.negate(equal(1))) == 'NOT ("a" = $1)'
    assert render(nodes.join("or", [nodes.negate(equal(1)), equal(2)])) == (
        '(NOT ("a" = $1) OR "a" = $2)'
    )


def test_one_condition_alone_needs_no_brackets() -> None:
    assert render(nodes.join("or", [equal(1)])) == '"a" = $1'


def test_an_alternative_among_the_conditions_of_a_query_keeps_its_brackets() -> None:
    either = nodes.join("or", [equal(1), equal(2)])
    query = nodes.select([nodes.number(1)], where=[either, equal(3)])
    assert render(query) == 'SELECT 1 WHERE ("a" = $1 OR "a" = $2) AND "a" = $3'


def test_a_query_has_its_parts_in_the_order_of_sql() -> None:
    query = nodes.select(
        [nodes.column(QualifiedName("", "t"), "a"), nodes.subquery(nodes.select([nodes.null()]))],
        nodes.subquery(nodes.select([nodes.number(1)]), "t"),
        where=[equal(1)],
        order=[nodes.ordered(nodes.identifier("a"), "desc", None)],
        limit=nodes.number(5),
        offset=nodes.parameter(2),
        common=[("c", nodes.select([nodes.number(2)]))],
    )
    assert render(query) == (
        'WITH "c" AS (SELECT 2) SELECT "t"."a", (SELECT NULL) FROM (SELECT 1) AS "t"'
        ' WHERE "a" = $1 ORDER BY "a" DESC LIMIT 5 OFFSET $2'
    )


@pytest.mark.parametrize("operator", ["and", "or"])
def test_two_thousand_conditions_side_by_side(operator: str) -> None:
    """The printer must not recurse along a chain of conditions."""
    conditions = [equal(number) for number in range(1, 2001)]
    sql = render(nodes.select([nodes.number(1)], where=[nodes.join(operator, conditions)]))
    assert sql.count(f" {operator.upper()} ") == 1999
    assert sql.endswith('"a" = $2000)')


def test_what_nests_needs_no_stack_to_be_printed() -> None:
    """Requests nest 64 deep, embedded resources and, in the innermost, groups of conditions."""
    tree = equal(1)
    for _ in range(500):
        tree = nodes.negate(nodes.join("and", [equal(1), tree]))
    sql = render(nodes.select([nodes.number(1)], where=[tree]))
    assert sql.count("NOT (") == 500
    assert "((" not in sql


NESTINGS: dict[str, Callable[[Node], Node]] = {
    "lateral": lambda query: nodes.select(
        [nodes.number(1)], joins=[nodes.lateral(query, "a", is_inner=True)]
    ),
    "exists": lambda query: nodes.select([nodes.number(1)], where=[nodes.exists(query)]),
}


@pytest.mark.parametrize("nest", NESTINGS.values(), ids=NESTINGS)
def test_queries_inside_each_other_need_no_stack_to_be_printed(
    nest: Callable[[Node], Node],
) -> None:
    query = nodes.select([nodes.number(1)])
    for _ in range(500):
        query = nest(query)
    assert render(query).count("SELECT 1") == 501
