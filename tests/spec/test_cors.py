"""Pages from elsewhere: preflight requests, and what pages may read of answers.

https://docs.postgrest.org/en/v16/references/api/cors.html
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

PAGE = "https://cinema.example"


@pytest.fixture(scope="module")
def listed(open_api: OpenApi) -> Api:
    return open_api(server_cors_allowed_origins=f"{PAGE}, http://other.example")


@pytest.mark.parametrize("path", ["/films", "/nothing", "/rpc/search_films", "/", "/a/b/c"])
def test_a_preflight_request_is_answered_whatever_it_is_about(api: Api, path: str) -> None:
    """Before anything else: browsers send no token with it."""
    response = api.get(
        path, method="OPTIONS", Origin=PAGE, Access_Control_Request_Method="DELETE",
        Access_Control_Request_Headers="prefer", Authorization="Bearer nonsense",
    )  # fmt: skip
    assert response.data == b""
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"]
    assert "prefer" in response.headers["Access-Control-Allow-Headers"]
    assert {"Allow", "Vary"}.isdisjoint(response.headers.keys())


def test_what_is_no_preflight_request_asks_for_the_methods(api: Api) -> None:
    response = api.get("/films", method="OPTIONS", Origin=PAGE)
    assert response.headers["Allow"] == "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"
    assert response.headers.getlist("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize(("path", "status"), [("/films?limit=1", 200), ("/nothing", 404)])
def test_pages_may_read_answers_and_refusals(api: Api, path: str, status: int) -> None:
    headers = api.get(path, status, Origin=PAGE).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Access-Control" not in str(api.get(path, status).headers)


def test_pages_of_listed_origins_may_send_credentials(listed: Api) -> None:
    headers = listed.get("/films?limit=1", Origin=PAGE).headers
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Access-Control-Allow-Credentials"] == "true"


def test_pages_of_other_origins_may_not_read(listed: Api) -> None:
    """The answer is the same; the browser keeps it from the page."""
    stranger = "http://elsewhere.example"
    headers = listed.get("/films?limit=1", Origin=stranger).headers
    assert "Access-Control" not in str(headers)
    refused = listed.get(
        "/films", method="OPTIONS", Origin=stranger, Access_Control_Request_Method="GET"
    )
    assert "Access-Control-Allow-Methods" not in refused.headers
