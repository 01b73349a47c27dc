"""Tables, views and what else has rows, read as a whole.

https://docs.postgrest.org/en/v16/references/api/tables_views.html
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api, bearer

FESTIVALS = [
    f"{code} {year}" for year in range(2022, 2026) for code in ("lumen", "tidewater", "reels")
]


def test_a_whole_table_is_an_array_of_its_rows(api: Api) -> None:
    response = api.get("/festivals")
    assert [f"{row['code']} {row['year']}" for row in response.get_json()] == FESTIVALS
    assert dict(response.headers) == {
        "Content-Range": "0-11/*",
        "Content-Location": "/festivals",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(response.data)),
        "Vary": "Accept, Prefer, Range",
    }


def test_values_keep_their_types(api: Api) -> None:
    """Numerics keep their digits, dates are ISO 8601, arrays and JSON are themselves."""
    columns = "id,title,runtime,tags,facts,licensed,writer_id,sequel_of"
    [film] = api.rows(f"/films?id=eq.2&select={columns}")
    assert film == {
        "id": 2,
        "title": "The Crooked Orchard",
        "runtime": 109,
        "tags": ["bleak"],
        "facts": {"reels": 4, "colour": True, "format": "16 mm", "restoration": None},
        "licensed": "[2022-01-04,2026-01-06)",
        "writer_id": 12,
        "sequel_of": None,
    }
    money = api.get("/box_office?film_id=eq.1")
    assert money.text == '[{"film_id":1,"budget":127919.00,"takings":144729.50,"profit":16810.50}]'


def test_no_row_is_an_empty_array(api: Api) -> None:
    response = api.get("/films?id=eq.0")
    assert (response.json, response.headers["Content-Range"]) == ([], "*/*")


@pytest.mark.parametrize(
    ("path", "row"),
    [
        (
            "/credits?film_id=eq.1&job=eq.editor&select=title,name",
            {"title": "Quiet Harbour", "name": "Sven Janssel"},
        ),
        ("/ratings?film_id=eq.1", {"film_id": 1, "reviews": 1, "stars": 1.0}),
        (
            "/screenings?room=eq.Cellar&starts_at=eq.2025-01-13T19:00Z&select=film_id",
            {"film_id": 4},
        ),
    ],
    ids=["view", "materialized view", "partitioned table"],
)
def test_whatever_has_rows_is_read_like_a_table(
    api: Api, path: str, row: dict[str, object]
) -> None:
    assert api.rows(path) == [row]


class TestHead:
    def test_it_has_the_headers_and_nothing_else(self, api: Api) -> None:
        expected = api.get("/films?limit=3", Prefer="count=exact", status=206)
        response = api.get("/films?limit=3", 206, method="HEAD", Prefer="count=exact")
        assert response.data == b""
        headers = dict(expected.headers)
        headers.pop("Content-Length")
        assert dict(response.headers) == headers

    def test_errors_have_no_body_but_say_their_code(self, api: Api) -> None:
        response = api.get("/film", 404, method="HEAD")
        assert (response.data, response.headers["Proxy-Status"]) == (
            b"",
            "PostgREST; error=PGRST205",
        )


class TestNotFound:
    def test_a_similar_table_is_hinted_at(self, api: Api) -> None:
        body = api.refuse("/film", 404, "PGRST205")
        assert body["message"] == "Could not find the table 'api.film' in the schema cache"
        assert body["hint"] == "Perhaps you meant the table 'api.films'"

    @pytest.mark.parametrize("name", ["zebra", "FILMS", "contacts", "pg_class", "films%00", "%22"])
    def test_what_is_not_exposed_does_not_exist(self, api: Api, name: str) -> None:
        """Not another spelling, nor another schema's table."""
        api.refuse(f"/{name}", 404, "PGRST205")

    @pytest.mark.parametrize("path", ["/films/1", "/films/", "/a/b/c"])
    def test_paths_have_one_part(self, api: Api, path: str) -> None:
        body = api.refuse(path, 404, "PGRST125")
        assert body["message"] == "Invalid path specified in request URL"

    @pytest.mark.parametrize("query", ["nope=eq.1", "select=nope", "order=nope", "TITLE=eq.x"])
    def test_an_unknown_column_is_told_by_postgresql(self, api: Api, query: str) -> None:
        body = api.refuse(f"/films?{query}", 400, "42703")
        assert body["message"].startswith("column films.")

    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "LINK", "get"])
    def test_an_unknown_method_is_refused(self, api: Api, method: str) -> None:
        response = api.get("/films", 405, method=method)
        assert response.get_json()["code"] == "PGRST117"


class TestPrivileges:
    def test_row_level_security_sees_the_claims(self, api: Api) -> None:
        """Anybody sees what is published, a member also the own drafts, editors everything."""
        drafts = "/reviews?published=is.false&select=member_id"
        assert api.rows(drafts) == []
        own = api.rows(drafts, Authorization=bearer("demo_member", sub="alba"))
        assert {row["member_id"] for row in own} == {"alba"}
        everyones = api.rows(drafts, Authorization=bearer("demo_editor"))
        assert len({row["member_id"] for row in everyones}) == 12

    def test_a_role_that_the_login_may_not_become(self, api: Api) -> None:
        body = api.refuse("/films", 403, "42501", Authorization=bearer("pg_monitor"))
        assert body["message"] == 'permission denied to set role "pg_monitor"'

    @pytest.mark.parametrize("role", ["nobody_at_all", "", "DEMO_EDITOR", "none", '{"a":1}'])
    def test_a_role_that_does_not_exist(self, api: Api, role: str) -> None:
        """Among them `none`, which would be the login itself."""
        body = api.refuse("/films", 401, "22023", Authorization=bearer(role))
        assert body["message"] == f'role "{role}" does not exist'
