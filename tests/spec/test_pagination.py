"""Limits, ranges and counts.

https://docs.postgrest.org/en/v16/references/api/pagination_count.html
"""

from __future__ import annotations

import re

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

TABLE = "/films?select=id&order=id"  # 170 rows


def span(api: Api, path: str, status: int = 200, **headers: str) -> tuple[list[int], str]:
    """The ids of an answer, and its Content-Range."""
    response = api.get(path, status, **headers)
    return [row["id"] for row in response.get_json()], response.headers["Content-Range"]


class TestParameters:
    @pytest.mark.parametrize(
        ("query", "ids", "content_range"),
        [
            ("limit=2", [1, 2], "0-1/*"),
            ("offset=168", [169, 170], "168-169/*"),
            ("limit=2&offset=10", [11, 12], "10-11/*"),
            ("limit=500&offset=169", [170], "169-169/*"),
            ("limit=0", [], "*/*"),
            ("offset=170", [], "*/*"),
            ("offset=1000", [], "*/*"),
            ("limit=2&limit=1", [1], "0-0/*"),
        ],
    )
    def test_they_cut_out_rows(
        self, api: Api, query: str, ids: list[int], content_range: str
    ) -> None:
        assert span(api, f"{TABLE}&{query}") == (ids, content_range)

    def test_a_negative_limit_is_refused(self, api: Api) -> None:
        body = api.refuse(f"{TABLE}&limit=-1", 416, "PGRST103")
        assert body["details"] == "Limit should be greater than or equal to zero."

    @pytest.mark.parametrize("query", ["limit=x", "limit=", "limit=1.5", "offset=x"])
    def test_what_is_no_number_counts_as_not_given(self, api: Api, query: str) -> None:
        """As in v16.2."""
        assert len(span(api, f"{TABLE}&{query}")[0]) == 170

    @pytest.mark.parametrize("query", [f"limit={10**30}", f"offset={10**30}"])
    def test_a_number_beyond_all_rows_is_no_syntax_error(self, api: Api, query: str) -> None:
        response = api.client.get(f"{TABLE}&{query}")
        assert response.status_code in (200, 400, 416), response.text
        if response.status_code == 400:
            assert response.get_json()["code"].startswith("22")


class TestRangeHeader:
    @pytest.mark.parametrize(
        ("header", "ids", "content_range"),
        [
            ("0-1", [1, 2], "0-1/*"),
            ("168-", [169, 170], "168-169/*"),
            ("5-5", [6], "5-5/*"),
            ("169-300", [170], "169-169/*"),
        ],
    )
    def test_it_is_a_limit_and_an_offset(
        self, api: Api, header: str, ids: list[int], content_range: str
    ) -> None:
        assert span(api, TABLE, Range=header) == (ids, content_range)

    def test_it_meets_the_parameters(self, api: Api) -> None:
        assert span(api, f"{TABLE}&limit=3", Range="1-10")[0] == [2, 3]

    @pytest.mark.parametrize("header", ["", "x", "1", "-5", "bytes=0-1", "1-2,4-5"])
    def test_another_form_counts_as_not_given(self, api: Api, header: str) -> None:
        assert len(span(api, TABLE, Range=header)[0]) == 170

    def test_backwards_it_is_refused(self, api: Api) -> None:
        body = api.refuse(TABLE, 416, "PGRST103", Range="5-2")
        assert "lower boundary" in body["details"]

    def test_head_does_not_look_at_it(self, api: Api) -> None:
        """RFC 9110: Range is for GET."""
        response = api.get(TABLE, method="HEAD", Range="0-1")
        assert response.headers["Content-Range"] == "0-169/*"


class TestCount:
    @pytest.mark.parametrize(
        ("query", "status", "content_range"),
        [
            ("limit=2", 206, "0-1/170"),
            ("offset=168", 206, "168-169/170"),
            ("", 200, "0-169/170"),
            ("limit=170", 200, "0-169/170"),
            ("limit=0", 206, "*/170"),
            ("id=eq.0", 200, "*/0"),
            ("year=gte.2000&limit=1", 206, "0-0/56"),
        ],
    )
    def test_exact_counts_all_rows_that_match(
        self, api: Api, query: str, status: int, content_range: str
    ) -> None:
        """A part of them is 206."""
        response = api.get(f"{TABLE}&{query}", status, Prefer="count=exact")
        assert response.headers["Content-Range"] == content_range
        assert response.headers["Preference-Applied"] == "count=exact"

    def test_an_offset_beyond_the_rows_is_416_once_they_are_counted(self, api: Api) -> None:
        response = api.get(f"{TABLE}&offset=171", 416, Prefer="count=exact")
        body = response.get_json()
        assert (body["code"], response.headers["Content-Range"]) == ("PGRST103", "*/170")
        expected = "An offset of 171 was requested, but there are only 170 rows."
        assert body["details"] == expected

    def test_planned_asks_the_planner(self, api: Api) -> None:
        """The demo's tables are analyzed, so of a whole table it knows the number."""
        response = api.get(f"{TABLE}&limit=1", 206, Prefer="count=planned")
        assert response.headers["Content-Range"] == "0-0/170"

    def test_planned_guesses_where_there_is_a_filter(self, api: Api) -> None:
        response = api.get(f"{TABLE}&year=gte.2000&limit=1", 206, Prefer="count=planned")
        found = re.fullmatch(r"0-0/([0-9]+)", response.headers["Content-Range"])
        assert found
        assert 1 < int(found[1]) < 170

    @pytest.mark.parametrize("count", ["exact", "planned", "estimated"])
    def test_head_counts_too(self, api: Api, count: str) -> None:
        response = api.get(f"{TABLE}&limit=1", 206, method="HEAD", Prefer=f"count={count}")
        assert response.headers["Content-Range"] == "0-0/170"

    def test_estimated_counts_exactly_up_to_the_most_rows(self, open_api: OpenApi) -> None:
        counted = open_api(db_max_rows=100)
        headers = {"Prefer": "count=estimated"}
        few = counted.get(f"{TABLE}&year=gte.2000&limit=1", 206, **headers)
        assert few.headers["Content-Range"] == "0-0/56"
        many = counted.get(f"{TABLE}&limit=1", 206, **headers)
        assert many.headers["Content-Range"] == "0-0/170"

    def test_a_default_may_be_set(self, open_api: OpenApi) -> None:
        counted = open_api(db_default_count="exact")
        response = counted.get(f"{TABLE}&limit=1", 206)
        assert response.headers["Content-Range"] == "0-0/170"
        assert "Preference-Applied" not in response.headers


@pytest.fixture(scope="module")
def capped(open_api: OpenApi) -> Api:
    return open_api(db_max_rows=3)


class TestMostRows:
    @pytest.mark.parametrize(
        ("query", "ids"),
        [("", [1, 2, 3]), ("limit=2", [1, 2]), ("limit=10&offset=1", [2, 3, 4])],
    )
    def test_no_answer_has_more(self, capped: Api, query: str, ids: list[int]) -> None:
        assert span(capped, f"{TABLE}&{query}")[0] == ids

    def test_they_are_all_counted_even_so(self, capped: Api) -> None:
        response = capped.get(TABLE, 206, Prefer="count=exact")
        assert response.headers["Content-Range"] == "0-2/170"
