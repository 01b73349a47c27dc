"""Execution plans instead of answers, where the configuration allows them.

https://docs.postgrest.org/en/v16/references/observability.html#execution-plan
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.spec.api import Api

PLAN = "application/vnd.pgrst.plan"
FOR_JSON = 'for="application/json"'


@pytest.fixture(scope="module")
def planner(open_api: Callable[..., Api], office_uri: str) -> Api:
    return open_api(db_uri=office_uri, db_plan_enabled=True, db_tx_end="rollback-allow-override")


@pytest.mark.parametrize("accept", [PLAN, f"{PLAN}+json", f"{PLAN}+text; options=analyze"])
def test_they_are_off_unless_the_configuration_says_so(office: Api, accept: str) -> None:
    office.refuse("/films", 406, "PGRST107", Accept=accept)
    office.refuse("/rpc/opens", 406, "PGRST107", Accept=accept)


def test_another_accepted_type_stands_in_for_them(office: Api) -> None:
    response = office.get("/films?limit=1&select=id", Accept=f"{PLAN}+json, application/json")
    assert response.json == [{"id": 1}]


def test_json_is_a_plan_for_programs(planner: Api) -> None:
    response = planner.get("/films?id=eq.1", Accept=f"{PLAN}+json")
    assert response.headers["Content-Type"] == f"{PLAN}+json; {FOR_JSON}; charset=utf-8"
    [plan] = response.get_json()
    assert plan["Plan"]["Node Type"] == "Aggregate"
    assert "Content-Range" not in response.headers


@pytest.mark.parametrize("accept", [PLAN, f"{PLAN}+text"])
def test_text_is_a_plan_for_people(planner: Api, accept: str) -> None:
    response = planner.get("/films?id=eq.1", Accept=accept)
    assert response.headers["Content-Type"] == f"{PLAN}+text; {FOR_JSON}; charset=utf-8"
    assert response.text.startswith("Aggregate  (cost=")
    assert "films_pkey" in response.text


@pytest.mark.parametrize(
    ("option", "is_seen"),
    [
        ("analyze", lambda plan: "Execution Time" in plan),
        ("verbose", lambda plan: "Output" in plan["Plan"]),
        ("buffers", lambda plan: "Planning" in plan),
        ("settings", lambda plan: "search_path" in plan["Settings"]),
    ],
)
def test_options_are_those_of_explain(
    planner: Api, option: str, is_seen: Callable[[dict[str, Any]], bool]
) -> None:
    response = planner.get("/films?id=eq.1", Accept=f"{PLAN}+json; options={option}")
    expected = f"{PLAN}+json; {FOR_JSON}; options={option}; charset=utf-8"
    assert response.headers["Content-Type"] == expected
    [plan] = response.get_json()
    assert is_seen(plan)


def test_options_are_joined_and_unknown_ones_left_out(planner: Api) -> None:
    accept = f"{PLAN}+json; options=wal|analyze|colour|wal"
    response = planner.get("/films?id=eq.1", Accept=accept)
    expected = f"{PLAN}+json; {FOR_JSON}; options=analyze|wal; charset=utf-8"
    assert response.headers["Content-Type"] == expected


def test_the_answer_planned_for_is_chosen_by_its_media_type(planner: Api) -> None:
    """Its handler is part of the plan."""
    accept = f'{PLAN}+json; for="text/calendar"; options=verbose'
    response = planner.get("/screenings", Accept=accept)
    expected = f'{PLAN}+json; for="text/calendar"; options=verbose; charset=utf-8'
    assert response.headers["Content-Type"] == expected
    assert any("calendar(" in output for output in response.get_json()[0]["Plan"]["Output"])


def test_a_media_type_that_nobody_makes_has_no_plan(planner: Api) -> None:
    planner.refuse("/films", 406, "PGRST107", Accept=f'{PLAN}+json; for="image/png"')


@pytest.mark.parametrize("preference", ["return=minimal", "return=representation"])
def test_writes_are_planned_and_not_done(planner: Api, preference: str) -> None:
    row = '{"title": "Planned", "year": 2000, "genre": "crime", "director_id": 1}'
    response = planner.post("/films", row, Accept=PLAN, Prefer=f"tx=commit, {preference}")
    assert "Insert on films" in response.text
    assert planner.rows("/films?title=eq.Planned") == []


def test_calls_are_planned_and_not_done(planner: Api) -> None:
    """Without ``analyze`` PostgreSQL runs nothing: not even a function that only fails."""
    response = planner.get("/rpc/fail?state=P0001&message=x", Accept=PLAN)
    assert response.text.startswith("Aggregate")
    response = planner.post("/rpc/sell", {"title": "Planned"}, Accept=PLAN, Prefer="tx=commit")
    assert response.status_code == 200
    assert planner.rows("/films?title=eq.Planned") == []


def test_analyze_runs_the_request_in_its_transaction(planner: Api) -> None:
    accept = f"{PLAN}+json; options=analyze"
    planner.refuse("/rpc/fail?state=P0001&message=x", 400, "P0001", Accept=accept)
    planner.refuse("/rpc/sell?title=Planned", 405, "25006", Accept=accept)
    planner.post("/rpc/sell", {"title": "Planned"}, Accept=accept)
    assert planner.rows("/films?title=eq.Planned") == []


def test_the_number_of_rows_does_not_count(planner: Api) -> None:
    accept = f'{PLAN}+json; for="application/vnd.pgrst.object+json"'
    planner.get("/films", Accept=accept)


def test_head_has_no_body(planner: Api) -> None:
    response = planner.get("/films", method="HEAD", Accept=f"{PLAN}+json")
    assert response.data == b""
    assert response.headers["Content-Type"].startswith(f"{PLAN}+json")
