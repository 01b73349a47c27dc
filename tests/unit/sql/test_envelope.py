"""The row around what is read or called: how it is counted, explained, and what it computes."""

from __future__ import annotations

import pytest

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.action import plan_calling
from pgrest_wsgi.plan.model import ActionPlan
from pgrest_wsgi.sql.envelope import explain_statement, main_statement
from tests.unit.plan.harbour import CONFIG, ask, make_config, plan
from tests.unit.routines import make_catalog, make_routine

CATALOG = make_catalog(
    make_routine("depth"),
    make_routine("depths", set_of=True),
    make_routine("berth", returns=QualifiedName("port", "berths"), composite=True),
)


def call(name: str, query: str = "", method: str = "GET", prefer: str = "") -> ActionPlan:
    shape = ask(query, path=f"/rpc/{name}", method=method, HTTP_PREFER=prefer).shape
    return plan_calling(shape, CONFIG, CATALOG)


def sql_of(action: ActionPlan) -> str:
    return main_statement(action).sql.decode()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("depth", 'CAST(1 AS bigint) AS "page_total"'),
        ("berth", 'CAST(1 AS bigint) AS "page_total"'),
        ("depths", 'count("pgrst_page") AS "page_total"'),
    ],
)
def test_what_is_no_set_is_one(name: str, count: str) -> None:
    assert count in sql_of(call(name))


def test_all_rows_of_a_function_are_counted_from_one_call() -> None:
    sql = sql_of(call("depths", "limit=2", prefer="count=exact"))
    assert sql.count('"port"."depths"()') == 1
    assert '"pgrst_source_count" AS (SELECT 1 FROM "pgrst_source"' in sql


@pytest.mark.parametrize("count", ["planned", "estimated"])
def test_the_planner_is_not_asked_about_functions(count: str) -> None:
    assert explain_statement(call("depths", prefer=f"count={count}")) is None
    assert explain_statement(plan(HTTP_PREFER=f"count={count}")) is not None


@pytest.mark.parametrize(("method", "materialized"), [("GET", False), ("HEAD", True)])
def test_a_function_is_called_though_nothing_reads_its_value(
    method: str, materialized: bool
) -> None:
    assert (" AS MATERIALIZED (" in sql_of(call("depth", method=method))) is materialized


def test_a_head_on_a_table_computes_nothing_more() -> None:
    assert "MATERIALIZED" not in sql_of(plan(method="HEAD"))


@pytest.mark.parametrize(
    ("accept", "prefix"),
    [
        ("application/json", "WITH "),
        ("application/vnd.pgrst.plan", "EXPLAIN (FORMAT TEXT) WITH "),
        ("application/vnd.pgrst.plan+json", "EXPLAIN (FORMAT JSON) WITH "),
        (
            "application/vnd.pgrst.plan; options=wal|analyze|x); drop table y; --",
            "EXPLAIN (FORMAT TEXT, ANALYZE, WAL) WITH ",
        ),
        (
            "application/vnd.pgrst.plan+json; options=verbose|buffers|settings|wal",
            "EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS, BUFFERS, WAL) WITH ",
        ),
    ],
)
def test_a_plan_is_explained_with_options_of_the_table(accept: str, prefix: str) -> None:
    action = plan(HTTP_ACCEPT=accept, config=make_config(db_plan_enabled=True))
    assert sql_of(action).startswith(prefix)
