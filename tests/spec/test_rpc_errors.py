"""Errors that functions raise: their SQLSTATE, PTxyz, and PGRST with an answer of its own.

https://docs.postgrest.org/en/v16/references/errors.html#raise-errors-with-http-status-codes
"""

from __future__ import annotations

import json
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.spec.api import Api


def fail(api: Api, status: int, state: str, message: str = "No", **texts: str) -> TestResponse:
    """The answer to a call that raises."""
    query = urlencode({"state": state, "message": message, **texts})
    return api.get(f"/rpc/fail?{query}", status)


def raised(api: Api, message: object, detail: object) -> TestResponse:
    """The answer to a call that raises PGRST."""
    query = urlencode(
        {"state": "PGRST", "message": json.dumps(message), "detail": json.dumps(detail)}
    )
    return api.client.get(f"/rpc/fail?{query}")


def test_all_texts_of_an_error_are_told(office: Api) -> None:
    response = fail(office, 400, "P0001", 'Sold "out" – 完', detail="row 3", hint="come later")
    assert response.json == {
        "code": "P0001",
        "message": 'Sold "out" – 完',
        "details": "row 3",
        "hint": "come later",
    }


@pytest.mark.parametrize(
    ("state", "status"),
    [("23505", 409), ("42501", 401), ("22023", 400), ("P0002", 500), ("ZZ999", 400)],
)
def test_a_state_has_its_status(office: Api, state: str, status: int) -> None:
    response = fail(office, status, state)
    assert response.headers["Proxy-Status"] == f"PostgREST; error={state}"


@pytest.mark.parametrize(("state", "status"), [("PT402", 402), ("PT418", 418), ("PT503", 503)])
def test_pt_names_the_status(office: Api, state: str, status: int) -> None:
    """And its message is the reason in the status line."""
    response = fail(office, status, state, "Not today")
    assert response.status == f"{status} Not today"
    assert (response.json or {})["code"] == state


@pytest.mark.parametrize("state", ["PTABC", "PT000", "PT999"])
def test_pt_without_a_status_is_an_internal_error(office: Api, state: str) -> None:
    assert fail(office, 500, state).headers["Proxy-Status"].endswith(state)


class TestPgrst:
    MESSAGE: ClassVar = {"code": "HALL7", "message": "Closed", "details": "storm", "hint": "stay"}

    def test_it_makes_the_whole_answer(self, office: Api) -> None:
        response = raised(
            office, self.MESSAGE,
            {"status": 451, "status_text": "Windy", "headers": {"X-Wind": "11", "Vary": "X-Sea"}},
        )  # fmt: skip
        assert response.status == "451 Windy"
        assert response.json == self.MESSAGE
        assert response.headers["X-Wind"] == "11"
        assert response.headers["Proxy-Status"] == "PostgREST; error=HALL7"

    @pytest.mark.parametrize(
        ("message", "detail"),
        [
            ("closed", {"status": 400, "headers": {}}),
            ({"message": "no code"}, {"status": 400, "headers": {}}),
            (MESSAGE, {"headers": {}}),
            (MESSAGE, {"status": "400", "headers": {}}),
            (MESSAGE, {"status": 400, "headers": {"X-A": 1}}),
            (MESSAGE, "not an object"),
        ],
    )
    def test_what_has_not_this_form_is_told_as_such(
        self, office: Api, message: Any, detail: Any
    ) -> None:
        response = raised(office, message, detail)
        assert response.status_code == 500
        assert (response.json or {})["code"] == "PGRST121"

    @pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "\0"])
    def test_a_header_cannot_break_the_answer(self, office: Api, value: str) -> None:
        response = raised(office, self.MESSAGE, {"status": 400, "headers": {"X-A": value}})
        assert response.status_code in (400, 500)
        assert "Set-Cookie" not in response.headers
        assert "X-A" not in response.headers


def test_an_error_undoes_the_call(office: Api) -> None:
    office.post("/rpc/sell", {"title": ""}, 400, Prefer="tx=commit")
    assert office.rows("/films?title=eq.&select=id") == []
