"""Calls as SQL: arguments by name, the body, and what is taken of the rows."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ArgumentSource, CallArgument, CallPlan
from pgrest_wsgi.sql.call import call_sql
from pgrest_wsgi.sql.nodes import render
from pgrest_wsgi.sql.statement import Slot, Slots, Source

HOSTILE = 'a" := 1); drop table x; --'


def sql_of(plan: CallPlan) -> tuple[str, tuple[Slot, ...]]:
    """The SQL of a call, and the slots of its parameters."""
    slots = Slots()
    query = call_sql(plan, slots)
    return render(query), slots.statement(query).slots


def make_plan(
    source: ArgumentSource, *arguments: CallArgument, is_scalar: bool = False,
    returning: tuple[str, ...] = ("*",), is_object: bool = True,
) -> CallPlan:  # fmt: skip
    name = QualifiedName("port", "tow")
    return CallPlan(name, source, arguments, is_object, is_scalar, returning)


def test_rows_come_from_the_function_itself() -> None:
    sql, slots = sql_of(make_plan(ArgumentSource.NOWHERE))
    assert sql == 'SELECT "pgrst_call".* FROM "port"."tow"() AS "pgrst_call"'
    assert slots == ()


def test_a_value_is_the_only_column_of_a_row() -> None:
    sql, _ = sql_of(make_plan(ArgumentSource.NOWHERE, is_scalar=True))
    assert sql == (
        'SELECT "pgrst_call"."pgrst_scalar" FROM'
        ' (SELECT "port"."tow"() AS "pgrst_scalar") AS "pgrst_call"'
    )


@pytest.mark.parametrize(
    ("returning", "outputs"), [((), "1"), (("id", "na"), '"pgrst_call"."id", "pgrst_call"."na"')]
)
def test_only_wanted_columns_are_taken(returning: tuple[str, ...], outputs: str) -> None:
    sql, _ = sql_of(make_plan(ArgumentSource.NOWHERE, returning=returning))
    assert sql.startswith(f"SELECT {outputs} FROM")


def test_arguments_of_a_query_are_parameters_by_name() -> None:
    bow = CallArgument("bow", "integer", place=1)
    crew = CallArgument("crew", "text[]", variadic=True, place=0)
    sql, slots = sql_of(make_plan(ArgumentSource.QUERY, bow, crew))
    assert sql.endswith(
        'FROM "port"."tow"("bow" := CAST($1 AS integer), VARIADIC "crew" := CAST($2 AS text[]))'
        ' AS "pgrst_call"'
    )
    assert slots == (
        Slot(Source.ARGUMENT, 1),
        Slot(Source.ARGUMENT, 0, Encoding.ARRAY),
    )


@pytest.mark.parametrize(
    ("is_object", "function"), [(True, "json_to_record"), (False, "json_to_recordset")]
)
def test_arguments_of_a_body_are_columns_of_its_first_row(is_object: bool, function: str) -> None:
    bow = CallArgument("bow", "port.rope")
    sql, slots = sql_of(make_plan(ArgumentSource.BODY, bow, is_object=is_object))
    assert sql == (
        f'SELECT "pgrst_call".* FROM (SELECT * FROM {function}($1) AS "pgrst_body"("bow" port.rope)'
        ' LIMIT 1) AS "pgrst_body", LATERAL "port"."tow"("bow" := "pgrst_body"."bow")'
        ' AS "pgrst_call"'
    )
    assert slots == (Slot(Source.BODY, 0),)


def test_the_whole_body_is_cast() -> None:
    sql, slots = sql_of(make_plan(ArgumentSource.WHOLE_BODY, CallArgument("", "jsonb")))
    assert sql.endswith('FROM "port"."tow"(CAST($1 AS jsonb)) AS "pgrst_call"')
    assert slots == (Slot(Source.BODY, 0),)


@pytest.mark.parametrize("source", [ArgumentSource.QUERY, ArgumentSource.BODY])
def test_names_are_quoted(source: ArgumentSource) -> None:
    """A function may have arguments of any name."""
    sql, _ = sql_of(make_plan(source, CallArgument(HOSTILE, "text")))
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    assert f"({quoted} := " in sql
    assert HOSTILE not in sql.replace(quoted, "")
