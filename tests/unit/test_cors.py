"""CORS: what browsers are told, by the request alone."""

from __future__ import annotations

import pytest

from pgrest_wsgi.cors import allow_headers, answer_preflight, expose
from tests.unit.api.environs import make_request

QUAY = "https://quay.example"
LISTED = (QUAY, "http://pilot.example")
ASKING = {"HTTP_ORIGIN": QUAY, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PATCH"}
METHODS = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"


def preflight(
    *origins: str, method: str = "OPTIONS", asked: str | None = None, **changes: str
) -> dict[str, str] | None:
    """The headers of the answer to a preflight request, if it is taken for one."""
    headers = {**ASKING, **changes}
    if asked is not None:
        headers["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"] = asked
    response = answer_preflight(make_request(method=method, **headers), origins)
    if response is None:
        return None
    assert (response.status, response.body) == (200, b"")
    assert len(dict(response.headers)) == len(response.headers)
    return dict(response.headers)


def test_every_origin_may_ask_where_none_are_listed() -> None:
    assert preflight() == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Max-Age": "86400",
        "Content-Length": "0",
    }


def test_a_listed_origin_may_send_credentials() -> None:
    assert preflight(*LISTED) == {
        "Access-Control-Allow-Origin": QUAY,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Max-Age": "86400",
        "Content-Length": "0",
    }


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("Prefer", "Authorization, Prefer, Accept, Accept-Language, Content-Language"),
        (
            "prefer,X-Odd , authorization",
            "Authorization, prefer, X-Odd, authorization, Accept, Accept-Language,"
            " Content-Language",
        ),
        ("accept", "Authorization, accept, Accept-Language, Content-Language"),
        ("", "Authorization, Accept, Accept-Language, Content-Language"),
    ],
)
def test_all_headers_that_are_asked_for_are_allowed(asked: str, allowed: str) -> None:
    headers = preflight(asked=asked)
    assert headers is not None
    assert headers["Access-Control-Allow-Headers"] == allowed


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "GET"},
        {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "BREW"},
        {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "get"},
        {"HTTP_ORIGIN": "http://thief.example"},
        {"HTTP_ORIGIN": "https://quay.example:8443"},
        {"HTTP_ORIGIN": "HTTPS://QUAY.EXAMPLE"},
        {"asked": "Prefer, two words"},
        {"asked": "a\x01"},
    ],
)
def test_other_requests_are_not_taken_for_one(changes: dict[str, str]) -> None:
    """They get the answer that they would get from anywhere."""
    assert preflight(*LISTED, **changes) is None


@pytest.mark.parametrize("missing", ASKING)
def test_a_preflight_request_names_origin_and_method(missing: str) -> None:
    headers = {name: value for name, value in ASKING.items() if name != missing}
    assert answer_preflight(make_request(method="OPTIONS", **headers), ()) is None


def test_names_of_headers_are_compared_in_any_case() -> None:
    assert allow_headers(["ACCEPT", "accept-language", "Content-language"]) == [
        "Authorization", "ACCEPT", "accept-language", "Content-language"
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_an_answer_may_be_read_by_pages_that_may_ask(method: str) -> None:
    request = make_request(method=method, HTTP_ORIGIN=QUAY)
    exposed = dict(expose(request, ()))
    assert exposed.pop("Access-Control-Expose-Headers").split(", ") == [
        "Content-Encoding", "Content-Location", "Content-Range", "Content-Type", "Date",
        "Location", "Server", "Transfer-Encoding", "Range-Unit",
    ]  # fmt: skip
    assert exposed == {"Access-Control-Allow-Origin": "*"}
    listed = dict(expose(request, LISTED))
    assert listed["Access-Control-Allow-Origin"] == QUAY
    assert listed["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"HTTP_ORIGIN": "http://thief.example"}),
        ("OPTIONS", {"HTTP_ORIGIN": QUAY}),
    ],
)
def test_other_answers_say_nothing(method: str, headers: dict[str, str]) -> None:
    assert expose(make_request(method=method, **headers), LISTED) == ()
