"""``response.status`` and ``response.headers``: what a function asks of the answer.

https://docs.postgrest.org/en/v16/references/transactions.html#response-headers
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.spec.api import Api


def answer(api: Api, expected: int = 200, *, method: str = "GET", **settings: str) -> TestResponse:
    """The answer to a call that makes these settings, of the expected status."""
    return api.get(f"/rpc/answer?{urlencode(settings)}", expected, method=method)


def test_headers_are_added(office: Api) -> None:
    headers = [{"X-Tide": "high"}, {"Set-Cookie": "a=1"}, {"Set-Cookie": "b=2"}]
    response = answer(office, headers=json.dumps(headers))
    assert response.text == '"told"'
    assert response.headers["X-Tide"] == "high"
    assert response.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_our_own_headers_give_way(office: Api, name: str) -> None:
    response = answer(office, headers=json.dumps([{name: "text/vnd.told"}]))
    assert response.headers.getlist("Content-Type") == ["text/vnd.told"]


def test_text_beyond_ascii_is_sent_as_utf8(office: Api) -> None:
    response = answer(office, headers='[{"X-Name": "Åsa 完"}]')
    assert response.headers["X-Name"].encode("latin-1").decode() == "Åsa 完"


@pytest.mark.parametrize("status", [200, 202, 299, 404, 418, 599])
def test_the_status_is_set(office: Api, status: int) -> None:
    assert answer(office, status, status=str(status)).text == '"told"'


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(office: Api, status: int) -> None:
    response = office.client.get(f"/rpc/answer?status={status}")
    assert response.status_code == status
    assert response.data == b""
    assert "Content-Length" not in response.headers


def test_empty_settings_are_none(office: Api) -> None:
    assert answer(office, status="", headers="").headers["Content-Range"] == "0-0/*"
    answer(office, headers="[]")


def test_head_is_told_the_same(office: Api) -> None:
    response = answer(office, 202, method="HEAD", status="202", headers='[{"X-Tide": "low"}]')
    assert response.headers["X-Tide"] == "low"


@pytest.mark.parametrize("status", ["abc", "99", "600", "-200", "101"])
def test_what_is_no_status_is_an_error(office: Api, status: str) -> None:
    office.refuse(f"/rpc/answer?status={status}", 500, "PGRST112")


@pytest.mark.parametrize(
    "headers",
    [
        "X-A: 1",
        '{"X-A": "1"}',
        '[{"X-A": "1", "X-B": "2"}]',
        '[{"X-A": 1}]',
        '["X-A"]',
        "[[]]",
        '[{"X A": "1"}]',
        '[{"": "1"}]',
        '[{"X-A": "1\\r\\nSet-Cookie: x=1"}]',
    ],
)
def test_what_are_no_headers_is_an_error(office: Api, headers: str) -> None:
    office.refuse(f"/rpc/answer?{urlencode({'headers': headers})}", 500, "PGRST111")


def test_the_next_request_is_told_nothing(office: Api) -> None:
    answer(office, 202, status="202", headers='[{"X-Tide": "low"}]')
    for _ in range(3):
        assert "X-Tide" not in office.get("/rpc/opens").headers
