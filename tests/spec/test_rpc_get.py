"""Calling functions by GET and HEAD: arguments in the query, and what may not happen.

https://docs.postgrest.org/en/v16/references/api/functions.html
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.spec.api import Api


class TestArguments:
    def test_they_are_given_by_name_in_any_order(self, office: Api) -> None:
        assert office.rows("/rpc/price?seats=2&fee=3") == 6
        assert office.rows("/rpc/price?fee=3&seats=2") == 6

    def test_defaults_stand_for_those_that_are_not_given(self, office: Api) -> None:
        assert office.rows("/rpc/price?seats=2") == 19.0

    def test_the_last_of_a_repeated_one_counts(self, office: Api) -> None:
        assert office.rows("/rpc/price?seats=2&fee=3&seats=4") == 12

    @pytest.mark.parametrize(
        ("argument", "understood"),
        [
            ("seats=3", {"seats": "3"}),
            ("place=(F,12)", {"place": "(F,12)", "line": "F"}),
            ('names={Ada,"Q, R"}', {"names": '{Ada,"Q, R"}'}),
            ('extras={"b": 1, "a": 2}', {"extras": '{"a": 2, "b": 1}'}),
            ('note={"b":1.0 }', {"note": '{"b":1.0 }'}),
            ("genre=western", {"genre": "western"}),
            ("days=[2025-01-01,2025-01-03]", {"days": "[2025-01-01,2025-01-04)"}),
            ("stamp=%5Cx0aff", {"stamp": "\\x0aff"}),
            ("fee=1.50", {"fee": "1.50"}),
            ("at%20night=yes", {"at night": "true"}),
            ("code=XYZ", {"code": "XYZ"}),
            ("flags=1", {"flags": "1"}),
        ],
    )
    def test_every_type_is_read_as_postgresql_writes_it(
        self, office: Api, argument: str, understood: dict[str, str]
    ) -> None:
        """Arrays, composites, JSON, domains, enums, ranges, bytes."""
        found = office.rows(f"/rpc/booking?{argument}")
        assert found == {"seats": "1", **understood}

    def test_what_types_of_fixed_length_would_cut_arrives_whole(self, office: Api) -> None:
        """Functions do not keep the length of ``character(3)``."""
        assert office.rows("/rpc/booking?code=WXYZ")["code"] == "WXYZ"
        assert office.rows("/rpc/booking?flags=1010")["flags"] == "1010"

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("seats=0", "23514"),
            ("seats=x", "22P02"),
            ("genre=opera", "22P02"),
            ("place=x", "22P02"),
        ],
    )
    def test_values_that_are_none_of_the_type_are_refused(
        self, office: Api, query: str, code: str
    ) -> None:
        office.refuse(f"/rpc/booking?{query}", 400, code)

    @pytest.mark.parametrize("value", ["'; drop table films; --", '"', "\\", "$1", "a&b", "é🎬"])
    def test_any_text_arrives_as_it_is(self, office: Api, value: str) -> None:
        assert office.rows(f"/rpc/guests?separator=&names={quote(value, safe='')}") == value

    def test_what_looks_like_a_filter_is_one(self, office: Api) -> None:
        """So an argument cannot begin with the name of an operator and a dot."""
        body = office.refuse("/rpc/price?seats=eq.2", 404, "PGRST202")
        assert body["message"].endswith("api.price without parameters in the schema cache")


class TestVariadic:
    @pytest.mark.parametrize(
        ("query", "joined"),
        [
            ("names=Ada", "Ada"),
            ("names=Ada&names=Bo&names=Cy", "Ada+Bo+Cy"),
            ("names=a,b&names=%22&names=%5C", 'a,b+"+\\'),
            ("names=", ""),
        ],
    )
    def test_a_repeated_argument_is_a_list(self, office: Api, query: str, joined: str) -> None:
        assert office.rows(f"/rpc/guests?separator=%2B&{query}") == joined

    def test_another_argument_of_the_same_function_is_none(self, office: Api) -> None:
        assert office.rows("/rpc/guests?separator=-&separator=%2B&names=a&names=b") == "a+b"

    def test_with_a_default_it_may_be_left_out(self, office: Api) -> None:
        assert office.rows("/rpc/count_guests") == 0
        assert office.rows("/rpc/count_guests?numbers=4&numbers=5") == 2

    def test_each_value_is_one_element(self, office: Api) -> None:
        """An array literal is none of an integer."""
        office.refuse("/rpc/count_guests?numbers={4,5}", 400, "22P02")


class TestReadingOnly:
    def test_a_get_never_writes(self, office: Api) -> None:
        body = office.refuse("/rpc/sell?title=Stolen", 405, "25006")
        assert body["message"] == "cannot execute INSERT in a read-only transaction"
        committed = office.get("/rpc/sell?title=Stolen", 405, Prefer="tx=commit")
        assert committed.headers["Proxy-Status"].endswith("25006")
        assert office.rows("/films?title=eq.Stolen") == []

    def test_a_volatile_function_that_only_reads_may_be_called(self, office: Api) -> None:
        assert office.rows("/rpc/isolation") == "repeatable read"

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
    def test_other_methods_are_refused(self, office: Api, method: str) -> None:
        body = office.refuse("/rpc/price?seats=1", 405, "PGRST101", method=method)
        assert body["message"] == f"Cannot use the {method} method on RPC"


class TestHead:
    def test_it_calls_and_answers_no_body(self, office: Api) -> None:
        response = office.get("/rpc/films_of?decade=1990", method="HEAD", Prefer="count=exact")
        assert response.data == b""
        assert "Content-Length" not in response.headers
        total = len(office.rows("/films?decade=eq.1990"))
        assert response.headers["Content-Range"] == f"0-{total - 1}/{total}"

    def test_it_calls_also_what_gives_a_value_that_nobody_reads(self, office: Api) -> None:
        response = office.get("/rpc/fail?state=PT418&message=x", 418, method="HEAD")
        assert response.headers["Proxy-Status"] == "PostgREST; error=PT418"
