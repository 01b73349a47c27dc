"""Hostile requests: an answer in JSON below 500, and never a syntax error in PostgreSQL.

What PostgreSQL thinks is asked of itself: 42601 is its syntax error, and would be in its log.
"""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from tests.spec.api import JSON, Api

LONG = 1_000_000  # characters: more than any query that is read
MUCH = 60_000  # characters: near the longest query that is read
SECONDS = 10  # no request may take longer, however slow the machine


def ask(api: Api, path: str, query: str = "", **headers: str) -> TestResponse:
    """The answer to a request line as it stands: no client repairs it."""
    environ = create_environ(method="GET")
    environ["PATH_INFO"] = path
    environ["QUERY_STRING"] = query
    environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
    started = time.monotonic()
    body, status, sent = run_wsgi_app(api.app, environ, buffered=True)
    assert time.monotonic() - started < SECONDS
    return TestResponse(body, status, sent, api.client.get("/members?limit=0").request)


def refused(response: TestResponse, *codes: str) -> None:
    """A 4xx in JSON with one of these codes."""
    assert 400 <= response.status_code < 500, response.text[:300]
    assert response.headers["Content-Type"] == JSON
    assert response.get_json()["code"] in codes


def harmless(response: TestResponse) -> None:
    """Below 500, in JSON, and no syntax error for PostgreSQL to log."""
    assert response.status_code < 500, response.text[:300]
    assert response.headers["Content-Type"] == JSON
    assert "42601" not in response.headers.get("Proxy-Status", "")


class TestNul:
    """PostgreSQL's texts cannot hold it, and in C it would end them."""

    @pytest.mark.parametrize("path", ["/films\0", "/\0", "/fi\0lms"])
    def test_in_a_path(self, api: Api, path: str) -> None:
        refused(ask(api, path), "PGRST205")

    @pytest.mark.parametrize(
        "query",
        [
            "title=eq.a%00b",
            "title=like.%00",
            "id=in.(1,%00)",
            "or=(title.eq.a%00,id.eq.1)",
            "search=fts.%00",
        ],
    )
    def test_in_a_value(self, api: Api, query: str) -> None:
        refused(ask(api, "/films", query), "22021")

    @pytest.mark.parametrize(
        "query",
        [
            "ti%00tle=eq.a",
            "select=title%00",
            "select=id::te%00xt",
            "select=a%00:id",
            "select=facts->>a%00",
            "order=id%00",
            'select="a%00"',
            'order="a%00"',
            "search=fts(a%00).b",
            "limit=%00",
            "facts->>a%00=eq.1",
            "%00=eq.1",
        ],
    )
    def test_in_a_name(self, api: Api, query: str) -> None:
        harmless(ask(api, "/films", query))

    @pytest.mark.parametrize("name", ["accept", "prefer", "range", "accept_profile", "cookie", "x"])
    def test_in_a_header(self, api: Api, name: str) -> None:
        response = ask(api, "/films", "limit=1", **{name: "timezone=a\0, count=exact"})
        harmless(response)

    def test_in_a_token(self, api: Api) -> None:
        refused(ask(api, "/films", authorization="Bearer a.b\0.c"), "PGRST301")


class TestInvalidUtf8:
    @pytest.mark.parametrize(
        "query",
        [
            "title=eq.%FF",
            "%FF=eq.1",
            "select=%C3",
            "order=%ED%A0%80",
            "or=(title.eq.%C0%AF)",
            "limit=%FF",
            "title=eq.\xff",
        ],
    )
    def test_in_a_query(self, api: Api, query: str) -> None:
        response = ask(api, "/films", query)
        refused(response, "PGRST100")
        assert "failed to decode the query string" in response.get_json()["message"]

    @pytest.mark.parametrize("path", ["/\xff", "/films\xc3", "/\xed\xa0\x80"])
    def test_in_a_path(self, api: Api, path: str) -> None:
        refused(ask(api, path), "PGRST205")

    @pytest.mark.parametrize("name", ["accept", "prefer", "range", "accept_profile", "cookie", "x"])
    def test_in_a_header(self, api: Api, name: str) -> None:
        harmless(ask(api, "/films", "limit=1", **{name: "timezone=\xff\xfe"}))


class TestSize:
    @pytest.mark.parametrize("name", ["select", "title", "order", "or", "limit", "x" * 100])
    def test_a_megabyte_of_query_is_not_even_read(self, api: Api, name: str) -> None:
        refused(ask(api, "/films", f"{name}=" + "a," * (LONG // 2)), "PGRST100")

    @pytest.mark.parametrize(
        "query",
        [
            "select=" + "a" * MUCH,
            "a" * MUCH + "=eq.1",
            "order=" + "id," * (MUCH // 3) + "id",
            "select=" + "id," * (MUCH // 3) + "id",
            "select=facts" + "->a" * (MUCH // 3),
            "or=(" + "id.eq.1," * (MUCH // 8) + "id.eq.1)",
            "select=id::" + "a" * MUCH,
            "limit=" + "9" * MUCH,
            "offset=" + "9" * MUCH,
            "&".join(f"id=gt.-{n}" for n in range(5000)),
        ],
        ids=lambda query: query[:12],
    )
    def test_as_much_as_is_read_is_answered(self, api: Api, query: str) -> None:
        """By us or by PostgreSQL, whose own limits (class 54) are a 500 as in v16.2."""
        response = ask(api, "/films", query)
        limited = response.headers.get("Proxy-Status", "").startswith("PostgREST; error=54")
        assert response.status_code < 500 or limited, response.text[:300]

    @pytest.mark.parametrize(
        "query",
        ["title=eq." + "x" * MUCH, "id=in.(" + "1," * (MUCH // 2) + "1)&select=id"],
        ids=["text", "list"],
    )
    def test_a_long_value_is_only_compared(self, api: Api, query: str) -> None:
        assert ask(api, "/films", query).status_code == 200

    def test_a_long_path(self, api: Api) -> None:
        refused(ask(api, "/" + "a" * LONG), "PGRST205")
        refused(ask(api, "/a" * (LONG // 2)), "PGRST125")

    def test_a_long_header(self, api: Api) -> None:
        for name in ("prefer", "accept", "cookie", "range", "authorization"):
            response = ask(api, "/films", "limit=1", **{name: "x," * (LONG // 2)})
            assert response.status_code < 500, (name, response.text[:300])


class TestNesting:
    @pytest.mark.parametrize(
        "query",
        [
            "or=" + "(" * 10_000,
            "or=" + "(" * 10_000 + ")" * 10_000,
            "or=" + "(and" * 10_000 + "(id.eq.1)" + ")" * 10_000,
            "and=" + "(not.or" * 5000 + "(id.eq.1)" + ")" * 5000,
            "select=" + "a(" * 10_000,
            "select=" + "a(" * 10_000 + ")" * 10_000,
            "select=" + "(" * 10_000,
            "order=" + "a(" * 10_000,
            "limit=" + "(" * 10_000 + "1" + ")" * 10_000,
            "id=in." + "(" * 10_000,
        ],
        ids=lambda query: f"{query[:12]} {len(query)}",
    )
    def test_ten_thousand_brackets(self, api: Api, query: str) -> None:
        harmless(ask(api, "/films", query))


INJECTIONS = (
    "'; drop table api.films; --",
    '"; drop table api.films; --',
    "1) or (1=1",
    "id) union select 1 --",
    "$$;select 1;$$",
    "/*",
    "--",
    "\\",
    "E'\\'",
    "$1",
    "%s",
    "{0}",
    "\n;\n",
    "pg_sleep(10)",
    "id::text",
    "::",
    '"',
    "''",
    ".",
    "*",
    "->",
    "->>''",
)


class TestInjection:
    @pytest.mark.parametrize("text", INJECTIONS)
    @pytest.mark.parametrize(
        "place",
        [
            "{}=eq.1",
            "select={}",
            "select=id::{}",
            "select={}:id",
            "select=facts->>{}",
            'select="{}"',
            'select=id::"{}"',
            "order={}",
            'order="{}"',
            "order=id.{}",
            "limit={}",
            "offset={}",
            "id={}.1",
            "id=eq({}).1",
            "id=is.{}",
            "search=plfts({}).a",
            "title=eq.{}",
            "title=in.({})",
            "or=(title.eq.{})",
            "or=({}.eq.1)",
            "and={}",
        ],
    )
    def test_is_no_syntax_error_wherever_it_stands(self, api: Api, place: str, text: str) -> None:
        harmless(ask(api, "/films", place.format(quote(text, safe="'()*,:\"$->./"))))

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_neither_in_the_path_nor_in_headers(self, api: Api, text: str) -> None:
        harmless(ask(api, f"/{text}"))
        for name in ("prefer", "accept_profile", "range", "cookie", "x_any"):
            sent = f"timezone={text}" if name == "prefer" else text
            harmless(ask(api, "/films", "limit=1&select=id", **{name: sent}))

    @pytest.mark.parametrize(
        "query",
        [
            *("select=", "select=id::", "select=:id", "order=", "id=", "limit=", "=eq.1"),
            *('select=id::""', "search=fts().a", "or=(.eq.1)", "or=()", "select=facts->>"),
        ],
    )
    def test_nothing_where_a_name_should_stand(self, api: Api, query: str) -> None:
        harmless(ask(api, "/films", query))

    @pytest.mark.parametrize(
        "query",
        ["+=eq.1", '""=eq.1', 'select=""', 'order=""', 'or=("".eq.1)', 'select=facts->>""'],
    )
    def test_a_name_without_a_character(self, api: Api, query: str) -> None:
        harmless(ask(api, "/films", query))

    def test_the_tables_are_still_there(self, api: Api) -> None:
        assert len(api.rows("/films?select=id")) == 170
