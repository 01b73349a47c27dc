"""Calling functions by POST: arguments in the body, or the body as the one argument.

https://docs.postgrest.org/en/v16/references/api/functions.html
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.spec.api import Api

FORM = "application/x-www-form-urlencoded"
OCTETS = "application/octet-stream"
CSV = "text/csv"


@pytest.fixture(scope="module")
def reads_xml(server_uri: str) -> bool:
    """Whether the server was built to read XML."""
    try:
        with psycopg.connect(server_uri) as connection:
            connection.execute("select xml '<a/>'")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True


class TestJson:
    def test_members_are_arguments(self, office: Api) -> None:
        assert office.post("/rpc/price", {"seats": 2, "fee": 3}).json == 6
        assert office.post("/rpc/price", {"seats": "2"}).json == 19.0

    def test_values_are_of_every_type(self, office: Api) -> None:
        """What is an object or array in JSON may be a composite, an array or JSON in SQL."""
        sent = {
            "place": {"line": "F", "number": 12},
            "names": ["Ada", "Q, R", None],
            "extras": {"b": 1, "a": [2]},
            "note": "text",
            "genre": "western",
            "days": "[2025-01-01,2025-01-03]",
            "stamp": "\\x0aff",
            "fee": 1.50,
            "at night": True,
            "code": "WXYZ",
            "flags": "1010",
        }
        assert office.post("/rpc/booking", sent).json == {
            "seats": "1",
            "place": "(F,12)",
            "line": "F",
            "names": '{Ada,"Q, R",NULL}',
            "extras": '{"a": [2], "b": 1}',
            "note": '"text"',
            "genre": "western",
            "days": "[2025-01-01,2025-01-04)",
            "stamp": "\\x0aff",
            "fee": "1.5",
            "at night": "true",
            "code": "WXYZ",
            "flags": "1010",
        }

    def test_digits_of_numbers_are_kept(self, office: Api) -> None:
        body = '{"fee": 12345678901234567890.10}'
        assert (office.post("/rpc/booking", body).json or {})["fee"] == "12345678901234567890.10"

    def test_null_is_no_default(self, office: Api) -> None:
        assert office.post("/rpc/price", {"seats": 2, "fee": None}).json is None

    def test_of_an_array_the_first_object_counts(self, office: Api) -> None:
        calls = [{"seats": 2, "fee": 3}, {"seats": 5, "fee": 5}]
        assert office.post("/rpc/price", calls).json == 6

    def test_an_empty_body_gives_no_arguments(self, office: Api) -> None:
        assert office.post("/rpc/opens", b"").json == "18:00:00"

    def test_columns_choose_the_arguments(self, office: Api) -> None:
        body = {"seats": 2, "fee": 3, "coupon": "?"}
        assert office.post("/rpc/price?columns=seats", body).json == 19.0

    def test_columns_name_what_the_body_lacks(self, office: Api) -> None:
        """It is null then, as v16.2 has it."""
        assert office.post("/rpc/price?columns=seats,fee", {"seats": 2}).json is None

    def test_arguments_in_the_query_are_not_looked_at(self, office: Api) -> None:
        """There they are filters, which need an operator."""
        query = "/rpc/price?seats=2"
        office.refuse(query, 400, "PGRST100", method="POST", data=b"{}")

    def test_variadic_ones_are_arrays(self, office: Api) -> None:
        body = {"separator": "+", "names": ["a", "b,c"]}
        assert office.post("/rpc/guests", body).json == "a+b,c"

    @pytest.mark.parametrize("body", ["{", '{"seats": }', "[1]", '[{"seats":1},{"fee":1}]', "nul"])
    def test_what_is_no_json_is_refused(self, office: Api, body: str) -> None:
        office.refuse("/rpc/price", 400, "PGRST102", method="POST", data=body)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ('{"seats": 1, "seats": 2, "fee": "x"}', "22P02"),
            ('{"seats": {"a": 1}}', "22P02"),
            ('{"seats": 99999999999999999999}', "22003"),
            ('{"seats": "\\u0000"}', "22P05"),
        ],
    )
    def test_hostile_values_are_errors_of_their_type(
        self, office: Api, body: str, code: str
    ) -> None:
        office.refuse("/rpc/price", 400, code, method="POST", data=body)

    def test_hostile_names_are_names(self, office: Api) -> None:
        """A key that no function has finds none; it never gets into SQL."""
        name = 'seats" := 1); drop table films; --'
        body = office.post("/rpc/price", {name: 1}, 404).json
        assert body is not None
        assert body["code"] == "PGRST202"
        assert name in body["message"]

    def test_columns_with_a_broken_body_are_left_to_postgresql(self, office: Api) -> None:
        office.refuse("/rpc/price?columns=seats", 400, "22P02", method="POST", data=b"{")


class TestOtherBodies:
    def test_a_form_has_arguments_as_texts(self, office: Api) -> None:
        assert office.post("/rpc/price", "seats=2&fee=3", Content_Type=FORM).json == 6

    def test_a_form_repeats_a_variadic_argument(self, office: Api) -> None:
        body = "separator=-&names=a&names=b%26c&separator=%2B"
        assert office.post("/rpc/guests", body, Content_Type=FORM).json == "a+b&c"

    def test_of_csv_the_first_line_counts(self, office: Api) -> None:
        assert office.post("/rpc/price", "seats,fee\n2,3\n9,9\n", Content_Type=CSV).json == 6

    def test_an_unknown_type_is_refused(self, office: Api) -> None:
        response = office.post("/rpc/price", "x", 400, Content_Type="image/png")
        assert response.json is not None
        assert response.json["message"] == "Content-Type not acceptable: image/png"


class TestUnnamedArgument:
    @pytest.mark.parametrize(
        ("name", "content_type", "body", "heard"),
        [
            ("json", "application/json", '{"b" : 1.00, "b":[ ]}', '{"b" : 1.00, "b":[ ]}'),
            ("json", "application/json", '[{"a": 1}]', '[{"a": 1}]'),
            ("jsonb", "application/json", '{"b":1, "a":2}', '{"a": 2, "b": 1}'),
            ("text", "text/plain", "line\nläne", "line\nläne"),
            ("text", "text/plain; charset=utf-8", "", ""),
            ("bytes", OCTETS, b"\x00\xff\\x", "00ff5c78"),
        ],
    )
    def test_it_is_the_body(
        self, office: Api, name: str, content_type: str, body: str | bytes, heard: str
    ) -> None:
        response = office.post(f"/rpc/note_{name}", body, Content_Type=content_type)
        assert response.json == heard

    def test_it_may_be_xml(self, office: Api, reads_xml: bool) -> None:
        if not reads_xml:
            pytest.skip("this server was built without libxml")
        body = "<a>é</a>"
        assert office.post("/rpc/note_xml", body, Content_Type="text/xml").json == body
        office.post("/rpc/note_xml", "<a>", 400, Content_Type="text/xml")

    @pytest.mark.parametrize(
        ("content_type", "body", "chosen"),
        [
            ("application/json", '{"a": 1}', "json"),
            ("application/json", '{"day": "2025-03-05"}', "day"),
            ("text/plain", "x", "text"),
            (OCTETS, "x", "bytes"),
            (FORM, "day=2025-03-05", "day"),
        ],
    )
    def test_the_type_of_the_body_chooses_among_overloads(
        self, office: Api, content_type: str, body: str, chosen: str
    ) -> None:
        """But named arguments that fit go first."""
        assert office.post("/rpc/delivery", body, Content_Type=content_type).json == chosen

    @pytest.mark.parametrize(
        ("content_type", "searched"),
        [
            ("text/plain", "with a single unnamed text parameter"),
            ("text/xml", "with a single unnamed xml parameter"),
            (OCTETS, "with a single unnamed bytea parameter"),
        ],
    )
    def test_without_one_a_raw_body_finds_no_function(
        self, office: Api, content_type: str, searched: str
    ) -> None:
        response = office.post("/rpc/price", "x", 404, Content_Type=content_type)
        assert response.json is not None
        assert response.json["code"] == "PGRST202"
        assert searched in response.json["details"]
        assert response.json["hint"] is None

    def test_a_get_gives_none(self, office: Api) -> None:
        office.refuse("/rpc/note_text", 404, "PGRST202")

    def test_text_that_is_no_utf8_is_refused(self, office: Api) -> None:
        response = office.post("/rpc/note_text", b"\xff", 400, Content_Type="text/plain")
        assert response.json is not None
        assert response.json["code"] == "22021"


def test_an_argument_reaches_its_type_wherever_that_is(
    open_api: Callable[..., Api], office_uri: str
) -> None:
    """Types of the exposed schema need not be on the search path of a connection."""
    api = open_api(db_uri=office_uri, db_extra_search_path="")
    assert api.rows("/rpc/booking?place=(F,12)&genre=crime")["line"] == "F"
