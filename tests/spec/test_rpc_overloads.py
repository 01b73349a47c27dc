"""Which function a call means, and what is told where none or several are meant.

https://docs.postgrest.org/en/v16/references/api/functions.html#overloaded-functions
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api, bearer


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ({"seats": "1"}, "by seats"),
        ({"name": "Ada"}, "by name"),
        ({"seats": "1", "name": "Ada"}, "by both"),
    ],
)
def test_names_of_arguments_choose(office: Api, arguments: dict[str, str], chosen: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in arguments.items())
    assert office.rows(f"/rpc/refund?{query}") == chosen
    assert office.post("/rpc/refund", arguments).json == chosen


def test_types_do_not_choose(office: Api) -> None:
    body = office.refuse("/rpc/fine?seats=1", 300, "PGRST203")
    assert body["message"] == (
        "Could not choose the best candidate function between: "
        "api.fine(seats => integer), api.fine(seats => text)"
    )
    assert body["hint"].startswith("Try renaming the parameters")


class TestHints:
    def test_a_likely_name_is_hinted_at(self, office: Api) -> None:
        body = office.refuse("/rpc/refunds?seats=1", 404, "PGRST202")
        assert body["message"] == (
            "Could not find the function api.refunds(seats) in the schema cache"
        )
        assert body["hint"] == "Perhaps you meant to call the function api.refund"

    def test_likely_arguments_are_hinted_at(self, office: Api) -> None:
        body = office.refuse("/rpc/price?seat=1", 404, "PGRST202")
        assert body["hint"] == "Perhaps you meant to call the function api.price(fee, seats)"

    def test_a_json_body_is_also_looked_for_as_a_whole(self, office: Api) -> None:
        body = office.refuse("/rpc/price", 404, "PGRST202", method="POST", data='{"fee": 1}')
        assert body["details"] == (
            "Searched for the function api.price with parameter fee or with a single unnamed "
            "json/jsonb parameter, but no matches were found in the schema cache."
        )

    def test_what_may_not_be_called_is_not_hinted_at(self, office: Api) -> None:
        for path in ("/rpc/audits?year=2000", "/rpc/audit?years=2000"):
            assert office.refuse(path, 404, "PGRST202")["hint"] is None

    def test_who_may_call_it_is_told(self, office: Api) -> None:
        editor = bearer("demo_editor")
        body = office.refuse("/rpc/audit?years=2000", 404, "PGRST202", Authorization=editor)
        assert body["hint"] == "Perhaps you meant to call the function api.audit(year)"

    def test_candidates_are_told_only_to_who_may_call_them(self, office: Api) -> None:
        path = "/rpc/audit?year=2000"
        body = office.refuse(path, 300, "PGRST203")
        assert body["message"] == "Could not choose the best candidate function"
        body = office.refuse(path, 300, "PGRST203", Authorization=bearer("demo_editor"))
        assert body["message"] == (
            "Could not choose the best candidate function between: "
            "api.audit(year => integer), api.audit(year => text)"
        )


def test_a_function_that_may_not_be_called_is_refused_by_postgresql(office: Api) -> None:
    """401 for anybody, 403 for who said who they are."""
    body = office.refuse("/rpc/add_review?film_id=1&stars=1", 405, "25006")
    assert "add_review" not in body["message"]
    no_review = {"film_id": 1, "stars": 5}
    assert (office.post("/rpc/add_review", no_review, 401).json or {})["code"] == "42501"
