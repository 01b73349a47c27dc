"""Read plans as SQL, where the golden files do not show it."""

from __future__ import annotations

import pytest

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.sql.nodes import render
from pgrest_wsgi.sql.read import count_sql, limit_sql, read_sql
from pgrest_wsgi.sql.statement import Slots
from tests.unit.plan.harbour import make_config, plan


@pytest.mark.parametrize(
    ("limit", "sql"),
    [
        (0, "0"),
        (2**63 - 1, "9223372036854775807"),
        (2**63, "'9223372036854775808'"),
        (10**30, f"'{10**30}'"),
    ],
)
def test_a_limit_is_a_number_unless_postgresql_must_refuse_it(limit: int, sql: str) -> None:
    """As a text it is refused as out of range for type bigint, which is v16.2's answer."""
    assert render(limit_sql(limit)) == sql


def read(query: str) -> str:
    config = make_config(db_aggregates_enabled=True)
    return render(read_sql(plan(query, config=config).read, Slots()))


def count(query: str) -> str:
    return render(count_sql(plan(query).read, Slots()))


def test_the_rows_of_a_write_or_call_are_read_from_where_they_are() -> None:
    source = QualifiedName("", "written")
    sql = render(read_sql(plan("select=id").read, Slots(), source))
    assert sql == 'SELECT "port"."ships"."id" FROM "written"'


def test_parameters_are_numbered_through_all_levels() -> None:
    sql = read("select=logs(id,ships(id))&logs.day=eq.1&id=eq.2&logs.ships.name=eq.a&logs.offset=1")
    numbers = [sql.index(f"${number}") for number in (1, 2, 3, 4)]
    assert "$5" not in sql
    assert len({*numbers}) == 4


def test_a_count_joins_nothing_and_keeps_what_leaves_rows_out() -> None:
    assert count("select=id,logs(id),...permits(fee)&logs.id=eq.1&order=id&limit=1") == (
        'SELECT 1 FROM "port"."ships"'
    )
    assert count("select=crews!inner(id)") == (
        'SELECT 1 FROM "port"."ships" WHERE EXISTS(SELECT 1 FROM "port"."crews", "port"."shifts" '
        'WHERE "port"."shifts"."crew" = "port"."crews"."id" '
        'AND "port"."shifts"."ship" = "port"."ships"."id")'
    )


def test_a_count_asks_for_null_with_exists() -> None:
    permit = (
        'EXISTS(SELECT 1 FROM "port"."permits" AS "permits_1" '
        'WHERE "permits_1"."ship" = "port"."ships"."id")'
    )
    assert count("select=permits()&permits=not.is.null").endswith(f"WHERE {permit}")
    assert count("select=permits()&permits=is.null").endswith(f"WHERE NOT ({permit})")


def test_groups_are_all_that_is_not_aggregated() -> None:
    query = "select=id,label:name::text,papers->>a,n:count(),home:harbours!home(id),logs()"
    assert read(query).endswith('GROUP BY "port"."ships"."id", "label", "a", "home"')
    assert "GROUP BY" not in read("select=count()")
    assert read("select=...permits(fee,ship.max())").endswith('GROUP BY "ships_permits_1"."fee"')


def test_a_missing_row_of_a_spread_does_not_count() -> None:
    """The row itself is counted, which is NULL where the join found none."""
    sql = read("select=...permits(count())")
    assert 'count("ships_permits_1"."count") AS "count"' in sql
    assert '"permits_1" AS "count"' in sql
