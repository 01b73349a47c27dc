"""Where the token of a request stands, and which requests with one in a cookie are refused."""

from __future__ import annotations

import pytest

from pgrest_wsgi.auth.bearer import SAFE_METHODS, bearer_token, find_token
from pgrest_wsgi.config import read_config
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.environs import make_request

CONFIG = read_config(
    {"jwt_cookie_name": "token", "server_cors_allowed_origins": "https://app.example.com"}, {}
)
COOKIE = {"HTTP_COOKIE": "a=1; token=x.y.z; token=other; b=2"}
HOST = {"HTTP_HOST": "api.example.com"}


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer a.b.c", "a.b.c"),
        ("bearer  a.b.c ", "a.b.c"),
        ("BEARER a", "a"),
        ("Bearer\ta.b.c\t", "a.b.c"),
        ("Bearer \xa0a", "\xa0a"),
        ("Bearer ", ""),
        ("Bearer", ""),
        ("", None),
        ("a.b.c", None),
        ("Basic dTpw", None),
        ("Bearera.b.c", None),
        (None, None),
    ],
)
def test_a_header_has_one_after_the_scheme(header: str | None, token: str | None) -> None:
    """The scheme has any case; another one is not ours to read."""
    assert bearer_token(header) == token


def find(method: str = "GET", **headers: str) -> str | None:
    return find_token(make_request(method=method, **headers), CONFIG)


class TestCookie:
    def test_it_is_the_first_of_its_name(self) -> None:
        assert find(**COOKIE) == "x.y.z"

    @pytest.mark.parametrize("cookies", ["", "a=1", "token=", "tokens=x", "xtoken=x", "Token=x"])
    def test_without_it_there_is_no_token(self, cookies: str) -> None:
        assert find("POST", HTTP_COOKIE=cookies) is None

    def test_the_header_counts_before_it(self) -> None:
        """Even with a token that is wrong, and from any site: pages of others cannot set it."""
        for method in ("GET", "POST"):
            given = {"HTTP_AUTHORIZATION": "Bearer q", "HTTP_SEC_FETCH_SITE": "cross-site"}
            assert find(method, **COOKIE, **given) == "q"

    def test_another_scheme_leaves_it_to_the_cookie(self) -> None:
        assert find(**COOKIE, HTTP_AUTHORIZATION="Basic dTpw") == "x.y.z"

    def test_unless_it_is_named_none_is_looked_at(self) -> None:
        config = read_config({}, {})
        assert find_token(make_request(method="POST", **COOKIE), config) is None


class TestSites:
    @pytest.mark.parametrize("method", SAFE_METHODS)
    @pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
    def test_reading_is_for_pages_of_all(self, method: str, site: str) -> None:
        assert find(method, **COOKIE, HTTP_SEC_FETCH_SITE=site) == "x.y.z"

    @pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "get", "ANY"])
    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_SEC_FETCH_SITE": "same-origin"},
            {"HTTP_SEC_FETCH_SITE": "none"},
            {"HTTP_ORIGIN": "https://api.example.com"},
            {"HTTP_ORIGIN": "HTTPS://API.example.com"},
            {"HTTP_ORIGIN": "https://app.example.com", "HTTP_SEC_FETCH_SITE": "same-site"},
        ],
    )
    def test_writing_is_for_our_own(self, method: str, headers: dict[str, str]) -> None:
        """And for those of the origins that are allowed."""
        assert find(method, **COOKIE, **HOST, **headers) == "x.y.z"

    @pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "get", "ANY"])
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"HTTP_SEC_FETCH_SITE": "cross-site"},
            {"HTTP_SEC_FETCH_SITE": "same-site"},
            {"HTTP_SEC_FETCH_SITE": "same-origin, cross-site"},
            {"HTTP_SEC_FETCH_SITE": ""},
            {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://api.example.com"},
            {"HTTP_ORIGIN": "https://evil.example.com"},
            {"HTTP_ORIGIN": "https://api.example.com.evil.example.com"},
            {"HTTP_ORIGIN": "https://api.example.com:8443"},
            {"HTTP_ORIGIN": "https://api.example.com@evil.example.com"},
            {"HTTP_ORIGIN": "https://app.example.com.evil.example.com"},
            {"HTTP_ORIGIN": "null"},
            {"HTTP_ORIGIN": ""},
            {"HTTP_ORIGIN": "https://["},
            {"HTTP_ORIGIN": "api.example.com"},
            {"HTTP_HOST": "", "HTTP_ORIGIN": ""},
            {"HTTP_REFERER": "https://api.example.com/"},
        ],
    )
    def test_and_for_nobody_else(self, method: str, headers: dict[str, str]) -> None:
        """Who does not tell is taken for a stranger."""
        with pytest.raises(PgrestError) as caught:
            find(method, **{**COOKIE, **HOST, **headers})
        assert (caught.value.code, caught.value.status) == ("PGRSTJ02", 403)
        assert caught.value.message == f"{method} from another site is refused"

    def test_without_a_token_there_is_nothing_to_abuse(self) -> None:
        assert find("POST", HTTP_SEC_FETCH_SITE="cross-site") is None
