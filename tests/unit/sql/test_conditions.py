"""Fields and conditions as SQL. The golden files have the usual ones, here are the odd ones."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.fields import JsonStep
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import PlannedField
from pgrest_wsgi.sql.conditions import condition_sql, field_sql
from pgrest_wsgi.sql.nodes import render
from pgrest_wsgi.sql.statement import Slots
from tests.unit.plan.harbour import SHIPS, plan

RELATION = QualifiedName("", "t")


def where(query: str) -> str:
    [node] = plan(query).read.where
    return render(condition_sql(QualifiedName("", "t"), node, Slots()))


@pytest.mark.parametrize(
    ("key", "literal"),
    [("it's", "'it''s'"), ("a\\b", r"E'a\\b'"), ("ö", "'ö'"), ("$1", "'$1'"), ("1", "'1'")],
)
def test_keys_of_json_paths_are_literals(key: str, literal: str) -> None:
    field = PlannedField("papers", (JsonStep(key, is_index=False, as_text=True),))
    assert render(field_sql(RELATION, field)) == f'("t"."papers" ->> {literal})'


@pytest.mark.parametrize(
    ("index", "sql"),
    [
        ("0", "0"),
        ("-1", "-1"),
        ("007", "7"),
        ("999999999", "999999999"),
        ("2147483648", "CAST('+2147483648' AS int)"),
        ("-2147483648", "CAST('-2147483648' AS int)"),
    ],
)
def test_an_index_of_an_array_is_a_number(index: str, sql: str) -> None:
    """One too long to be surely an integer is left to PostgreSQL to read."""
    field = PlannedField("papers", (JsonStep(index, is_index=True, as_text=False),))
    assert render(field_sql(RELATION, field)) == f'("t"."papers" -> {sql})'


@pytest.mark.parametrize(
    ("query", "sql"),
    [
        ("not.and=(id.not.eq.1)", 'NOT (NOT ("t"."id" = $1))'),
        ("id=not.is.NULL", 'NOT ("t"."id" IS NULL)'),
        ("id=not.eq(any).{1}", 'NOT ("t"."id" = ANY($1))'),
        ("id=not.isdistinct.1", 'NOT ("t"."id" IS DISTINCT FROM $1)'),
        (
            "flags->>0=not.plfts(simple).x",
            'NOT (to_tsvector(\'simple\', (to_jsonb("t"."flags") ->> 0))'
            " @@ plainto_tsquery('simple', $1))",
        ),
    ],
)
def test_a_negation_is_around_the_whole_condition(query: str, sql: str) -> None:
    assert where(query) == sql


def test_one_operand_has_one_parameter_however_often_it_is_asked_for() -> None:
    [node] = plan("id=eq.1").read.where
    slots = Slots()
    first, second = (render(condition_sql(SHIPS.name, node, slots)) for _ in range(2))
    assert first == second
