"""What functions give: values, rows and sets of them, and the reading language on these.

https://docs.postgrest.org/en/v16/references/api/functions.html
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.api import JSON, Api
from tests.spec.conftest import OpenApi

OBJECT = "application/vnd.pgrst.object+json"
STRIPPED = "application/vnd.pgrst.array+json;nulls=stripped"


@pytest.fixture(scope="module")
def sums(open_api: OpenApi, office_uri: str) -> Api:
    """The box office with aggregates."""
    return open_api(db_uri=office_uri, db_aggregates_enabled=True)


class TestValues:
    @pytest.mark.parametrize(
        ("call", "body"),
        [
            ("price?seats=2&fee=3", "6"),
            ("nothing", "null"),
            ("opens", '"18:00:00"'),
            ("length", "90"),
            ("doors", '["north",null]'),
            ("house", '{"seats" : 120}'),
            ("count_guests", "0"),
        ],
    )
    def test_one_is_the_body_itself(self, office: Api, call: str, body: str) -> None:
        """Not an array, and JSON as the function wrote it."""
        response = office.get(f"/rpc/{call}")
        assert response.text == body
        assert response.headers["Content-Type"] == JSON
        assert response.headers["Content-Range"] == "0-0/*"

    def test_a_set_is_an_array(self, office: Api) -> None:
        genres = ["comedy", "crime", "documentary", "drama", "fantasy", "western"]
        assert office.rows("/rpc/genres") == genres

    def test_void_is_no_content(self, office: Api) -> None:
        for method in ("GET", "HEAD", "POST"):
            response = office.get("/rpc/ring", 204, method=method)
            assert response.data == b""
            assert "Content-Type" not in response.headers
            assert "Content-Length" not in response.headers


class TestRows:
    @pytest.mark.parametrize(
        ("call", "found"),
        [
            ("seat_at?number=3", {"line": "A", "number": 3}),
            ("seat_at?number=0", {"line": None, "number": None}),
            ("favourite", {"line": "C", "number": 7}),
            ("totals?select=films", {"films": 170}),
            ("next_seat?number=8", {"number": 9}),
        ],
    )
    def test_one_is_an_object(self, office: Api, call: str, found: dict[str, Any]) -> None:
        """A composite, a domain over one, and what OUT and INOUT arguments make."""
        assert office.rows(f"/rpc/{call}") == found

    def test_sets_and_tables_are_arrays_of_objects(self, office: Api) -> None:
        assert office.rows("/rpc/seat_names?size=2") == [{"name": "D1"}, {"name": "D2"}]
        assert office.rows("/rpc/row_of?size=2") == [
            {"line": "B", "number": 1},
            {"line": "B", "number": None},
        ]
        assert office.rows("/rpc/row_of?size=0") == []

    def test_a_row_of_a_table_is_an_object(self, office: Api) -> None:
        [row] = office.rows("/films?id=eq.3")
        assert office.rows("/rpc/film?film_id=3") == row

    def test_no_row_of_a_table_is_one_of_nulls(self, office: Api) -> None:
        """PostgreSQL makes one of them, for the function returns no set."""
        assert office.rows("/rpc/film?film_id=0&select=id,title") == {"id": None, "title": None}

    def test_records_whose_columns_nobody_declared_are_values(self, office: Api) -> None:
        assert [*office.rows("/rpc/any_row").values()] == [1, 2]


class TestReading:
    @pytest.mark.parametrize("accept", ["application/json", "text/csv"])
    @pytest.mark.parametrize(
        "query",
        [
            "select=*&order=id&limit=2",
            "genre=eq.western&order=year.desc,id&select=id,y:year::text",
            "or=(year.lt.1993,title.like.*Tide*)&order=title&select=id",
            "year=in.(1990,1995)&select=id&order=year.desc.nullslast,id&offset=1",
            "facts->>format=eq.digital&select=id,facts->reels&order=facts->reels,id",
            "search=fts.lantern&select=title&order=id",
            "label=like.*Harbour*&order=label&select=id",
            "select=id,label,latest_screening(room)&order=id",
            "select=title,director:people!director_id(name),roles(job)&order=id",
            "select=id,people!director_id(name)&order=people(name),id",
            "select=id,roles!inner(job)&roles.job=eq.composer&order=id",
            "select=id,roles()&roles=not.is.null&order=id",
            "select=id,roles(job)&roles.limit=1&roles.order=job&order=id",
            "select=id,...people!director_id!inner(name)&people.country=eq.Italy&order=id",
            "select=id,sequel:films!sequel_of(title)&order=id",
            "select=title,roles(count())&order=id",
            "select=genre,count(),year.min()&order=genre",
            "select=count()",
        ],
    )
    def test_rows_of_a_function_are_read_like_those_of_their_table(
        self, sums: Api, query: str, accept: str
    ) -> None:
        """Also by columns that are not selected, of which the call must give more."""
        called = sums.get(f"/rpc/films_of?decade=1990&{query}", Accept=accept)
        read = sums.get(f"/films?decade=eq.1990&{query}", Accept=accept)
        assert called.text == read.text
        assert called.data not in (b"[]", b"\n")
        assert called.headers["Content-Range"] == read.headers["Content-Range"]

    def test_limit_offset_and_range(self, office: Api) -> None:
        ids = [row["id"] for row in office.rows("/rpc/films_of?decade=1990&select=id")]
        page = office.get("/rpc/films_of?decade=1990&select=id&limit=2&offset=1")
        assert [row["id"] for row in page.json or ()] == ids[1:3]
        assert page.headers["Content-Range"] == "1-2/*"
        ranged = office.get("/rpc/films_of?decade=1990&select=id", Range="1-2")
        assert ranged.json == page.json

    def test_counts_are_of_all_rows(self, office: Api) -> None:
        total = len(office.rows("/rpc/films_of?decade=1990"))
        page = office.get("/rpc/films_of?decade=1990&limit=2", 206, Prefer="count=exact")
        assert page.headers["Content-Range"] == f"0-1/{total}"
        assert page.headers["Preference-Applied"] == "count=exact"
        behind = f"/rpc/films_of?decade=1990&offset={total + 1}"
        assert office.rows(behind, 416, Prefer="count=exact")["code"] == "PGRST103"

    def test_the_planner_is_not_asked(self, office: Api) -> None:
        """Of the rows of functions it knows nothing, and v16.2 does not ask either."""
        page = office.get("/rpc/films_of?decade=1990&limit=2", Prefer="count=planned")
        assert page.headers["Content-Range"] == "0-1/*"

    def test_a_single_row_too(self, office: Api) -> None:
        select = "select=label,director:people!director_id(name),roles(job)"
        called = office.rows(f"/rpc/film?film_id=5&{select}")
        assert called == office.rows(f"/films?id=eq.5&{select}")[0]

    def test_a_range_header_of_a_post_is_ignored(self, office: Api) -> None:
        """It belongs to GET alone: RFC 9110, 14.2."""
        response = office.post("/rpc/row_of?select=number", {"size": 3}, Range="0-0")
        assert response.headers["Content-Range"] == "0-2/*"

    def test_an_unknown_column_is_postgresqls_error(self, office: Api) -> None:
        office.refuse("/rpc/films_of?decade=1990&stars=eq.1", 400, "42703")


class TestForms:
    def test_csv(self, office: Api) -> None:
        rows = office.get("/rpc/row_of?size=2", Accept="text/csv")
        assert rows.text == "line,number\nB,1\nB,"
        value = office.get("/rpc/price?seats=1&fee=2", Accept="text/csv")
        assert value.text == "pgrst_scalar\n2"

    @pytest.mark.parametrize(
        ("query", "text"),
        [
            ("select=number,line", "number,line\n1,B\n,B"),
            ("select=place:number", "place\n1\n"),
            ("select=line&number=gt.0", "line\nB"),
            ("select=line&order=number.desc", "line\nB\nB"),
        ],
    )
    def test_names_in_csv_are_those_of_the_values(self, office: Api, query: str, text: str) -> None:
        """In v16.2 they are in another order, and of columns that only a condition looks at."""
        assert office.get(f"/rpc/row_of?size=2&{query}", Accept="text/csv").text == text

    def test_a_single_object(self, office: Api) -> None:
        one = office.get("/rpc/row_of?size=1", Accept=OBJECT)
        assert one.text == '{"line":"B","number":1}'
        assert office.get("/rpc/seat_at?number=1", Accept=OBJECT).json == {
            "line": "A",
            "number": 1,
        }
        body = office.refuse("/rpc/row_of?size=2", 406, "PGRST116", Accept=OBJECT)
        assert body["details"] == "The result contains 2 rows"

    def test_a_write_that_gives_more_than_one_object_is_undone(
        self, open_api: OpenApi, office_uri: str
    ) -> None:
        api = open_api(db_uri=office_uri)
        before = api.rows("/films?id=lt.4&select=id,runtime&order=id")
        response = api.post("/rpc/sell_all", {}, 406, Accept=OBJECT)
        assert response.headers["Proxy-Status"].endswith("PGRST116")
        assert api.rows("/films?id=lt.4&select=id,runtime&order=id") == before

    def test_nulls_are_stripped(self, office: Api) -> None:
        rows = office.get("/rpc/row_of?size=2", Accept=STRIPPED)
        assert rows.json == [{"line": "B", "number": 1}, {"line": "B"}]
        value = office.get("/rpc/nothing", Accept=STRIPPED)
        assert value.text == "null"

    def test_what_nobody_makes_is_refused(self, office: Api) -> None:
        office.refuse("/rpc/price?seats=1", 406, "PGRST107", Accept="image/png")


class TestMaxAffected:
    STRICT = "handling=strict, max-affected"

    def test_more_rows_than_that_are_undone(self, open_api: OpenApi, office_uri: str) -> None:
        api = open_api(db_uri=office_uri)
        before = api.rows("/films?id=lt.4&select=runtime&order=id")
        response = api.post("/rpc/sell_all", {}, 400, Prefer=f"{self.STRICT}=2")
        assert response.headers["Proxy-Status"].endswith("PGRST124")
        assert (response.json or {})["details"] == "The query affects 3 rows"
        assert api.rows("/films?id=lt.4&select=runtime&order=id") == before

    def test_as_many_are_not(self, office: Api) -> None:
        response = office.post("/rpc/sell_all?select=id", {}, Prefer=f"{self.STRICT}=3")
        assert response.headers["Preference-Applied"] == "handling=strict, max-affected=3"

    @pytest.mark.parametrize("call", ["price?seats=1", "seat_at?number=1", "film?film_id=1"])
    def test_it_needs_a_function_that_returns_a_set(self, office: Api, call: str) -> None:
        office.refuse(f"/rpc/{call}", 400, "PGRST128", Prefer=f"{self.STRICT}=1")

    def test_without_strict_handling_it_is_nothing(self, office: Api) -> None:
        office.get("/rpc/price?seats=1", Prefer="max-affected=1")
        response = office.get("/rpc/row_of?size=3", Prefer="max-affected=1")
        assert "Preference-Applied" not in response.headers
