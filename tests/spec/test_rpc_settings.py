"""The transaction of a call: settings and isolation of the function, access by its volatility.

https://docs.postgrest.org/en/v16/references/transactions.html
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def alone(open_api: OpenApi, office_uri: str) -> Api:
    """The box office over a single connection, so that what stayed on it would show."""
    return open_api(db_uri=office_uri, db_pool=1, db_tx_end="rollback-allow-override")


def state(api: Api, path: str = "/state") -> dict[str, str]:
    """Settings as a transaction has them."""
    return {row["name"]: row["value"] for row in api.rows(path)}


class TestFunctionSettings:
    def test_hoisted_ones_hold_for_the_whole_transaction(self, alone: Api) -> None:
        """Not only while the function runs: a computed column sees it, too."""
        hoisting = "/rpc/slow_films?select=mood"
        assert alone.rows(hoisting) == [{"mood": "4MB"}]

    def test_which_are_hoisted_is_configured(self, open_api: OpenApi, office_uri: str) -> None:
        api = open_api(db_uri=office_uri, db_hoisted_tx_settings="work_mem", db_pool=1)
        assert api.rows("/rpc/slow_films?select=mood") == [{"mood": "7MB"}]
        assert state(api)["work_mem"] == "4MB"

    def test_a_timeout_is_hoisted_as_a_rule(self, alone: Api) -> None:
        assert state(alone, "/rpc/timed")["statement_timeout"] == "4321ms"

    def test_the_next_request_has_none_of_them(self, alone: Api) -> None:
        before = state(alone)
        alone.rows("/rpc/timed")
        alone.rows("/rpc/isolation")
        alone.post("/rpc/sell", {"title": "Gone"})
        assert state(alone) == before
        assert before["statement_timeout"] == "0"
        assert before["transaction_isolation"] == "read committed"

    def test_nor_after_a_failure(self, alone: Api) -> None:
        before = state(alone)
        alone.refuse("/rpc/timed?ghost=eq.1", 400, "42703")
        alone.refuse("/rpc/isolation?select=ghost", 400, "42703")
        assert state(alone) == before


class TestIsolation:
    def test_the_function_chooses_its_level(self, alone: Api) -> None:
        assert alone.rows("/rpc/isolation") == "repeatable read"
        assert alone.post("/rpc/isolation").json == "repeatable read"


class TestAccess:
    @pytest.mark.parametrize(("method", "read_only"), [("GET", "on"), ("POST", "on")])
    def test_what_is_stable_reads_only(self, alone: Api, method: str, read_only: str) -> None:
        rows = alone.get("/rpc/timed", method=method).json or ()
        found = {row["name"]: row["value"] for row in rows}
        assert found["transaction_read_only"] == read_only

    def test_a_stable_function_that_writes_is_refused(self, alone: Api) -> None:
        """Also by POST, and where it leaves the writing to another one."""
        alone.refuse("/rpc/sell_quietly?title=x", 405, "25006")
        body = alone.post("/rpc/sell_quietly", {"title": "x"}, 405).json
        assert (body or {})["code"] == "25006"

    def test_what_is_volatile_writes_by_post(self, open_api: OpenApi, office_uri: str) -> None:
        api = open_api(db_uri=office_uri, db_tx_end="commit-allow-override")
        undone = api.post("/rpc/sell", {"title": "Undone"}, Prefer="tx=rollback")
        assert undone.json == "Undone"
        assert undone.headers["Preference-Applied"] == "tx=rollback"
        assert api.rows("/films?title=eq.Undone&select=title") == []
        assert api.post("/rpc/sell", {"title": "Kept"}).json == "Kept"
        assert api.rows("/films?title=eq.Kept&select=title") == [{"title": "Kept"}]
        editor = bearer("demo_editor")
        api.get("/films?title=eq.Kept", 204, method="DELETE", Authorization=editor)


class TestIdentity:
    def test_the_role_of_one_call_is_not_that_of_the_next(self, alone: Api) -> None:
        path = "/state?limit=1&select=role"
        member = bearer("demo_member", sub="alba")
        assert alone.rows(path) == [{"role": "demo_anon"}]
        assert alone.rows(path, Authorization=member) == [{"role": "demo_member"}]
        assert alone.rows(path) == [{"role": "demo_anon"}]

    def test_nor_are_its_claims(self, alone: Api) -> None:
        review = {"film_id": 1, "stars": 5}
        token = bearer("demo_member", sub="nobody")
        alone.post("/rpc/add_review", review, 409, Authorization=token)
        response = alone.post("/rpc/add_review", review, 403, Authorization=bearer("demo_member"))
        assert "row-level security" in (response.json or {})["message"]
