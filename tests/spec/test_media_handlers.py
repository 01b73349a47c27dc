"""Media types that the database makes itself: functions, aggregates, and which of them is asked.

https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html
"""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.spec.api import JSON, Api

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OBJECT = "application/vnd.pgrst.object+json"


class TestDemo:
    def test_a_function_sends_a_page(self, api: Api) -> None:
        response = api.get("/rpc/programme?year=2024", Accept=BROWSER)
        assert response.headers["Content-Type"] == "text/html"
        page = response.data.decode()
        assert page.startswith("<!DOCTYPE html>")
        assert "<li>Northern Reels, Tromsø: 05/11 to 09/11</li>" in page
        assert "<li>None.</li>" in api.get("/rpc/programme?year=1900", Accept=BROWSER).text

    def test_a_function_sends_an_image(self, api: Api) -> None:
        response = api.get("/rpc/poster?film_id=3", Accept="image/svg+xml")
        assert response.headers["Content-Type"] == "image/svg+xml"
        image = ElementTree.fromstring(response.data)
        assert image.tag == "{http://www.w3.org/2000/svg}svg"
        [film] = api.rows("/films?id=eq.3&select=title,year")
        assert [*image.itertext()] == [*film["title"].split(), str(film["year"])]

    def test_an_aggregate_sends_the_rows_of_a_table(self, api: Api) -> None:
        path = "/screenings?room=eq.Cellar&order=starts_at&limit=2"
        response = api.get(path, Accept="text/calendar")
        assert response.headers["Content-Type"] == "text/calendar"
        lines = response.data.decode().split("\r\n")
        assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
        assert lines.count("BEGIN:VEVENT") == 2
        assert "DTSTART:20220305T183000Z" in lines

    def test_without_rows_there_is_a_file_without_events(self, api: Api) -> None:
        response = api.get("/screenings?room=eq.Attic", Accept="text/calendar")
        assert response.data.count(b"BEGIN") == 1


class TestFunctions:
    @pytest.mark.parametrize(
        ("function", "content_type", "body"),
        [
            ("greeting", "text/plain; charset=utf-8", "Welcome, Åsa".encode()),
            ("key", "application/octet-stream", b"\x00\xff\x10"),
            ("plan_of_seats", "application/vnd.seats+json", b'{"rows": 3}'),
            ("door_number", "text/vnd.number", b"1234"),
        ],
    )
    def test_the_value_is_the_body(
        self, office: Api, function: str, content_type: str, body: bytes
    ) -> None:
        """Bytes as they are; all else as text, whatever the domain is over."""
        accept = content_type.partition(";")[0]
        response = office.get(f"/rpc/{function}", Accept=accept)
        assert response.headers["Content-Type"] == content_type
        assert response.data == body

    def test_anything_else_is_json(self, office: Api) -> None:
        for accept in ("*/*", "application/json", "text/html, */*;q=0.1"):
            response = office.get("/rpc/greeting", Accept=accept)
            assert (response.headers["Content-Type"], response.json) == (JSON, "Welcome, Åsa")

    @pytest.mark.parametrize("accept", ["text/html", "text/*", "image/png", "text/plain2"])
    def test_what_it_does_not_make_is_refused(self, office: Api, accept: str) -> None:
        body = office.refuse("/rpc/greeting", 406, "PGRST107", Accept=accept)
        assert body["message"] == f"None of these media types are available: {accept}"

    def test_null_is_an_empty_body(self, api: Api) -> None:
        response = api.get("/rpc/poster?film_id=0", Accept="image/svg+xml")
        assert (response.data, response.headers["Content-Type"]) == (b"", "image/svg+xml")

    def test_by_post_too(self, api: Api) -> None:
        response = api.post("/rpc/programme", {"year": 2024}, Accept="text/html")
        assert response.headers["Content-Type"] == "text/html"

    def test_head_is_told_the_type(self, api: Api) -> None:
        response = api.get("/rpc/poster?film_id=3", method="HEAD", Accept="image/svg+xml")
        assert (response.data, response.headers["Content-Type"]) == (b"", "image/svg+xml")


class TestAnyType:
    @pytest.mark.parametrize("accept", ["*/*", "image/png", "text/csv", "application/json"])
    def test_it_answers_whatever_is_accepted(self, office: Api, accept: str) -> None:
        """As octets, since nobody said what they are."""
        response = office.get("/rpc/anything", Accept=accept)
        assert response.text == accept
        assert response.headers["Content-Type"] == "application/octet-stream"

    def test_the_function_may_say_what_it_is(self, office: Api) -> None:
        response = office.get("/rpc/anything?type=image/gif", Accept="image/*")
        assert response.headers.getlist("Content-Type") == ["image/gif"]

    def test_vendored_types_are_not_among_them(self, office: Api) -> None:
        response = office.get("/rpc/anything", Accept=OBJECT)
        assert response.headers["Content-Type"] == f"{OBJECT}; charset=utf-8"

    def test_what_a_client_accepts_is_nothing_that_an_answer_says(self, office: Api) -> None:
        """The name of a type is the client's text."""
        for accept in ("a/b;x=<script>", "text/html\tx", "é/ü"):
            response = office.get("/rpc/anything", Accept=accept)
            assert response.headers["Content-Type"] == "application/octet-stream"


class TestAggregates:
    def test_one_may_serve_the_rows_of_anything(self, office: Api) -> None:
        for path in ("/members?select=id&limit=2&order=id", "/rpc/seat_names?size=2"):
            response = office.get(path, Accept="text/vnd.rows")
            assert response.headers["Content-Type"] == "text/vnd.rows"
            assert len(response.text.splitlines()) == 2

    @pytest.mark.parametrize(
        ("call", "lines"),
        [
            ("price?seats=2&fee=3", "6\n"),
            ("seat_at?number=3", "(A,3)\n"),
            ("row_of?size=2", "(B,1)\n(B,)\n"),
            ("genres?limit=2", "(comedy)\n(crime)\n"),
        ],
    )
    def test_of_a_function_it_takes_rows_or_one_value(
        self, office: Api, call: str, lines: str
    ) -> None:
        """A set of values comes as rows of one column, as v16.2 has it."""
        assert office.get(f"/rpc/{call}", Accept="text/vnd.rows").text == lines

    def test_one_for_a_table_goes_before_what_is_built_in(self, office: Api) -> None:
        response = office.get("/members?order=id&limit=2", Accept="text/csv")
        assert response.data.decode() == "\ufeffid\r\nalba\r\nbert\r\n"
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        films = office.get("/films?select=id&limit=1&order=id", Accept="text/csv")
        assert films.data == b"id\n1"

    def test_it_needs_whole_rows(self, office: Api) -> None:
        """With columns chosen what is built in answers, or nobody."""
        built_in = office.get("/members?select=id&order=id&limit=1", Accept="text/csv")
        assert built_in.data == b"id\nalba"
        office.refuse("/screenings?select=room", 406, "PGRST107", Accept="text/calendar")

    def test_with_another_table_embedded_rows_are_not_whole(self, office: Api) -> None:
        path = "/screenings?select=*,films(title)&limit=1"
        office.refuse(path, 406, "PGRST107", Accept="text/calendar")

    def test_it_serves_functions_that_return_the_rows_of_its_table(self, office: Api) -> None:
        response = office.get("/rpc/last_shown?film_id=4", Accept="text/calendar")
        assert response.data.count(b"BEGIN:VEVENT") == 1

    def test_what_is_written_is_answered_by_it(self, office: Api) -> None:
        row = {"title": "New", "year": 2000, "genre": "crime", "director_id": 1}
        response = office.post(
            "/films?select=title,year", row, 201,
            Accept="text/vnd.rows", Prefer="return=representation",
        )  # fmt: skip
        assert response.text == "(New,2000)\n"


class TestAccept:
    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("text/html, text/vnd.rows", "text/vnd.rows"),
            ("text/vnd.rows;q=0.5, application/json", JSON),
            ("text/vnd.rows, application/json;q=0.9", "text/vnd.rows"),
            ("TEXT/CSV", "text/csv; charset=utf-8"),
        ],
    )
    def test_the_best_that_somebody_makes_is_sent(
        self, office: Api, accept: str, content_type: str
    ) -> None:
        response = office.get("/films?select=id&limit=1", Accept=accept)
        assert response.headers["Content-Type"] == content_type

    @pytest.mark.parametrize(
        "accept", ["", ",", ";q=1", "/", "text/vnd.rows;", "a" * 5000, '"', "application/json2"]
    )
    def test_what_is_no_media_type_is_refused_by_name(self, office: Api, accept: str) -> None:
        response = office.client.get("/films?limit=1", headers={"Accept": accept})
        assert response.status_code == 406
        assert (response.json or {})["code"] == "PGRST107"
