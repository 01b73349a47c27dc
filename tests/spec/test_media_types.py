"""What the body is made of: JSON, CSV, a single object, without nulls.

https://docs.postgrest.org/en/v16/references/api/resource_representation.html
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.api import JSON, Api, user_of
from tests.spec.conftest import OpenApi

OBJECT = "application/vnd.pgrst.object+json"
ONE = "/members?id=eq.alba"
ONE_ROW = '{"id":"alba","name":"Alba Birkeland","joined":"2016-03-30"}'


class TestJson:
    @pytest.mark.parametrize(
        "accept",
        ["application/json", "*/*", "application/vnd.pgrst.array+json", "x/y, */*;q=0.1"],
    )
    def test_it_is_what_anybody_gets(self, api: Api, accept: str) -> None:
        response = api.get(ONE, Accept=accept)
        assert (response.text, response.headers["Content-Type"]) == (f"[{ONE_ROW}]", JSON)

    def test_rows_stand_on_lines_of_their_own(self, api: Api) -> None:
        """As PostgreSQL's json_agg writes them, and v16.2 passes them on."""
        text = api.get("/films?select=id&id=lte.2&order=id").text
        assert text == '[{"id":1}, \n {"id":2}]'


class TestCsv:
    def test_it_has_a_header_and_a_line_for_each_row(self, api: Api) -> None:
        response = api.get(
            "/festivals?code=eq.reels&order=year&limit=2&select=code,year,city,held",
            Accept="text/csv",
        )
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.data.decode() == (
            "code,year,city,held\n"
            'reels,2022,Tromsø,"[2022-11-05,2022-11-10)"\n'
            'reels,2023,Tromsø,"[2023-11-05,2023-11-10)"'
        )

    def test_no_row_is_nothing_but_an_end_of_line(self, api: Api) -> None:
        assert api.get("/festivals?year=eq.1900", Accept="text/csv").data == b"\n"

    def test_quotes_nulls_and_arrays_are_written_as_in_composites(self, api: Api) -> None:
        path = "/films?select=id,tags,licensed,facts&id=eq.1"
        assert api.get(path, Accept="text/csv").data.decode() == (
            "id,tags,licensed,facts\n"
            '1,"{restored,tender}",,"{""reels"": 3, ""colour"": false, '
            '""format"": ""35 mm"", ""restoration"": {""year"": 2008}}"'
        )


class TestSingular:
    @pytest.mark.parametrize("accept", [OBJECT, "application/vnd.pgrst.object"])
    def test_one_row_is_an_object(self, api: Api, accept: str) -> None:
        response = api.get(ONE, Accept=accept)
        assert response.text == ONE_ROW
        assert response.headers["Content-Type"] == f"{OBJECT}; charset=utf-8"

    @pytest.mark.parametrize(("query", "rows"), [("id=eq.nobody", 0), ("id=in.(alba,bert)", 2)])
    def test_another_number_of_rows_is_refused(self, api: Api, query: str, rows: int) -> None:
        body = api.refuse(f"/members?{query}", 406, "PGRST116", Accept=OBJECT)
        assert body["message"] == "Cannot coerce the result to a single JSON object"
        assert body["details"] == f"The result contains {rows} rows"

    def test_head_is_refused_in_the_same_way(self, api: Api) -> None:
        response = api.get("/members", 406, method="HEAD", Accept=OBJECT)
        assert response.headers["Proxy-Status"] == "PostgREST; error=PGRST116"

    def test_a_page_of_one_row_is_one_row(self, api: Api) -> None:
        response = api.get("/members?order=id&limit=1", 206, Accept=OBJECT, Prefer="count=exact")
        assert (response.text, response.headers["Content-Range"]) == (ONE_ROW, "0-0/12")


class TestStripped:
    def test_members_that_are_null_are_left_out(self, api: Api) -> None:
        path = "/films?select=id,writer_id,sequel_of&id=lte.2&order=id"
        accept = "application/vnd.pgrst.array+json;nulls=stripped"
        response = api.get(path, Accept=accept)
        assert response.get_json() == [{"id": 1, "writer_id": 1}, {"id": 2, "writer_id": 12}]
        assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"

    def test_also_of_a_single_object(self, api: Api) -> None:
        response = api.get("/films?select=id,sequel_of&id=eq.1", Accept=f"{OBJECT};nulls=stripped")
        assert response.text == '{"id":1}'

    def test_arrays_keep_their_nulls(
        self, open_api: OpenApi, new_database: Callable[[str], str]
    ) -> None:
        uri = new_database("create view public.v as select array[1, null] as a, null::int as b")
        stripped = open_api(db_uri=uri, db_schemas="public", db_anon_role=user_of(uri))
        response = stripped.get("/v", Accept="application/vnd.pgrst.array+json;nulls=stripped")
        assert response.get_json() == [{"a": [1, None]}]


class TestAccept:
    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("text/csv, application/json", "text/csv; charset=utf-8"),
            ("application/json, text/csv", JSON),
            ("text/csv;q=0.5, application/json", JSON),
            ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
            ("image/png, text/csv", "text/csv; charset=utf-8"),
            (f"{OBJECT}, text/csv", f"{OBJECT}; charset=utf-8"),
        ],
    )
    def test_the_best_that_can_be_made_is_sent(
        self, api: Api, accept: str, content_type: str
    ) -> None:
        assert api.get(ONE, Accept=accept).headers["Content-Type"] == content_type

    @pytest.mark.parametrize("accept", ["image/png", "application/octet-stream", "text/html"])
    def test_what_cannot_be_made_is_refused(self, api: Api, accept: str) -> None:
        body = api.refuse(ONE, 406, "PGRST107", Accept=accept)
        assert body["message"] == f"None of these media types are available: {accept}"
