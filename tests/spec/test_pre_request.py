"""``db-pre-request``: a function that is called in every transaction, before the request.

https://docs.postgrest.org/en/v16/references/transactions.html#pre-request
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def checked(open_api: OpenApi, office_uri: str) -> Api:
    return open_api(
        db_uri=office_uri,
        db_pool=1,
        db_pre_request="studio.check_request",
        db_tx_end="rollback-allow-override",
    )


@pytest.mark.parametrize("path", ["/films?limit=1", "/rpc/opens"])
def test_what_it_raises_is_the_answer(checked: Api, path: str) -> None:
    body = checked.refuse(path, 402, "PT402", X_Ticket="none")
    assert body["message"] == "Buy a ticket first"
    checked.get(path)


def test_it_refuses_before_anything_is_done(checked: Api) -> None:
    headers = {"X_Ticket": "none", "Prefer": "tx=commit"}
    checked.post("/rpc/sell", {"title": "Sneaked"}, 402, **headers)
    assert checked.rows("/films?title=eq.Sneaked") == []


def test_it_sets_headers_and_status(checked: Api) -> None:
    for path in ("/films?limit=1", "/rpc/opens"):
        response = checked.get(path, 203, X_Ticket="stamped")
        assert response.headers["X-Stamp"] == "seen"
        assert "X-Stamp" not in checked.get(path).headers


def test_the_function_called_has_the_last_word(checked: Api) -> None:
    path = '/rpc/answer?status=202&headers=[{"X-Told":"1"}]'
    response = checked.get(path, 202, X_Ticket="stamped")
    assert response.headers["X-Told"] == "1"
    assert "X-Stamp" not in response.headers


def test_it_may_change_the_role_for_this_request_only(checked: Api) -> None:
    path = "/state?limit=1&select=role"
    assert checked.rows(path) == [{"role": "demo_anon"}]
    assert checked.rows(path, X_Ticket="member") == [{"role": "demo_member"}]
    assert checked.rows(path) == [{"role": "demo_anon"}]


def test_one_that_is_not_there_fails_every_request(open_api: OpenApi, office_uri: str) -> None:
    api = open_api(db_uri=office_uri, db_pre_request="studio.no_such_function")
    api.refuse("/films?limit=1", 404, "42883")
