"""Tokens in cookies, over HTTP. Ours: see docs/authentication.md, "A token in a cookie"."""

from __future__ import annotations

import pytest

from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi

DRAFTS = "/reviews?published=is.false&select=member_id"
TOKEN = bearer("demo_member", sub="alba").removeprefix("Bearer ")
COOKIE = f"theme=dark; __Host-token={TOKEN}"


@pytest.fixture(scope="module")
def cookies(open_api: OpenApi) -> Api:
    return open_api(jwt_cookie_name="__Host-token", db_tx_end="rollback")


def test_a_page_reads_as_who_has_the_cookie(cookies: Api) -> None:
    """The same rows as with the token in the header."""
    rows = cookies.rows(DRAFTS, Cookie=COOKIE)
    assert rows == cookies.rows(DRAFTS, Authorization=f"Bearer {TOKEN}") != []
    assert cookies.rows(DRAFTS, Cookie=COOKIE, Sec_Fetch_Site="cross-site") == rows
    assert cookies.rows(DRAFTS) == []


def test_one_that_is_wrong_is_refused_like_any(cookies: Api) -> None:
    body = cookies.refuse(DRAFTS, 401, "PGRST301", Cookie="__Host-token=x")
    assert body["message"] == "Expected 3 parts in JWT; got 1"


def test_pages_of_other_sites_write_nothing(cookies: Api) -> None:
    body = cookies.refuse(
        DRAFTS, 403, "PGRSTJ02", method="DELETE", Cookie=COOKIE, Sec_Fetch_Site="cross-site"
    )
    assert body == {
        "code": "PGRSTJ02",
        "details": "The token came in a cookie, which browsers send for every site.",
        "hint": "Send the token in the header Authorization.",
        "message": "DELETE from another site is refused",
    }
    origin = {"Origin": "https://evil.example.com"}
    cookies.refuse("/rpc/nothing", 403, "PGRSTJ02", method="POST", Cookie=COOKIE, **origin)


def test_our_own_do(cookies: Api) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        headers |= {"Cookie": COOKIE, "Prefer": "return=representation"}
        answer = cookies.client.delete(DRAFTS, headers=headers)
        assert {row["member_id"] for row in answer.json or ()} == {"alba"}


def test_without_the_setting_cookies_mean_nothing(api: Api) -> None:
    assert api.rows(DRAFTS, Cookie=COOKIE) == []
