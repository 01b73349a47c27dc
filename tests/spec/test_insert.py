"""POST on a table: one row, and what becomes of its values.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#insert
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk

FILM = {"title": "Ostwind", "year": 1999, "genre": "drama", "director_id": 3}


class TestValues:
    def test_what_is_left_out_gets_its_default(self, archive: Desk) -> None:
        """Identity, generated columns and defaults are PostgreSQL's to fill."""
        [film] = archive.wrote("POST", "/films?select=*", FILM)
        assert isinstance(film["id"], int)
        assert (film["decade"], film["tags"], film["facts"]) == (1990, [], {})
        assert (film["runtime"], film["summary"]) == (None, None)

    def test_an_identity_by_default_can_be_given(self, archive: Desk) -> None:
        assert archive.wrote("POST", "/films?select=id", {**FILM, "id": 99_001}) == [{"id": 99_001}]

    @pytest.mark.parametrize(("column", "value"), [("id", 7), ("tax", 1)])
    def test_what_is_always_generated_cannot(self, desk: Desk, column: str, value: int) -> None:
        error = desk.reject("POST", "/tickets", {"holder": "Ada", column: value}, 400, "428C9")
        assert f'cannot insert a non-DEFAULT value into column "{column}"' == error["message"]

    def test_null_is_not_the_default(self, desk: Desk) -> None:
        [row] = desk.wrote("POST", "/tickets?select=seat", {"holder": "Ada", "seat": None})
        assert row == {"seat": None}
        error = desk.reject("POST", "/tickets", {"holder": "A", "paid": None}, 400, "23502")
        assert 'null value in column "paid"' in error["message"]

    def test_json_null_is_null_of_sql(self, desk: Desk) -> None:
        """In a column of JSON too, as in v16.2; one inside a value stays JSON's."""
        body = {"holder": "Ada", "remark": None, "extras": {"tea": None}}
        path = "/tickets?select=remark,extras"
        assert desk.wrote("POST", path, body) == [{"remark": None, "extras": {"tea": None}}]
        path = "/tickets?columns=holder,remark&select=remark"
        assert desk.wrote("POST", path, {"holder": "Ada", "remark": "null"}) == [{"remark": "null"}]

    @pytest.mark.parametrize(
        "number",
        ["12345678901234567890123456789.123456789", "0.1000", "1e400", "-0.0"],
    )
    def test_numbers_lose_no_digits(self, desk: Desk, number: str) -> None:
        body = f'{{"holder": "Ada", "price": {number}, "remark": {{"n": {number}}}}}'
        path = "/tickets?select=price::text,expected:remark->>n"
        [row] = desk.wrote("POST", path, body)
        assert row["expected"] == number
        if "e" not in number:
            assert row["price"] == number.removeprefix("-" if number == "-0.0" else "+")

    @pytest.mark.parametrize(
        "text",
        ["q\"uo'te", "back\\slash \\n", "tab\t\r\n", "小麦 🎬", "\u2028", "'; drop --", "$1"],
    )
    def test_texts_arrive_as_they_are(self, desk: Desk, text: str) -> None:
        assert desk.wrote("POST", "/tickets?select=holder", {"holder": text}) == [{"holder": text}]

    def test_escapes_of_json_are_characters(self, desk: Desk) -> None:
        body = rb'{"holder": "\u00e9 \ud83c\udfac \"\/"}'
        [row] = desk.wrote("POST", "/tickets?select=holder", body)
        assert row == {"holder": 'é 🎬 "/'}

    def test_of_a_repeated_key_the_last_value_counts(self, desk: Desk) -> None:
        body = '{"holder": "first", "holder": "last"}'
        assert desk.wrote("POST", "/tickets?select=holder", body) == [{"holder": "last"}]

    def test_arrays_enums_and_domains_are_checked_by_postgresql(self, archive: Desk) -> None:
        body = {**FILM, "tags": ["a,b", '"'], "runtime": 61}
        path = "/films?select=tags,runtime,genre"
        assert archive.wrote("POST", path, body) == [
            {"tags": ["a,b", '"'], "runtime": 61, "genre": "drama"}
        ]
        archive.reject("POST", "/films", {**FILM, "runtime": 1001}, 400, "23514")
        archive.reject("POST", "/films", {**FILM, "genre": "opera"}, 400, "22P02")


class TestBodies:
    def test_an_empty_object_is_a_row_of_defaults(self, desk: Desk) -> None:
        assert desk.wrote("POST", "/scraps", {}) == [{"body": None, "weight": None}]

    def test_a_form_is_one_row_of_texts(self, desk: Desk) -> None:
        response = desk.send(
            "POST", "/wares", "code=a+b&name=%C3%A9&stock=3",
            Content_Type="application/x-www-form-urlencoded", Prefer="return=representation",
        )  # fmt: skip
        assert response.json == [{"code": "a b", "name": "é", "stock": 3}]

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ("", "Empty or invalid json"),
            ("{", "Empty or invalid json"),
            ('{"code": NaN}', "Empty or invalid json"),
            (b'{"code": "\xff"}', "Empty or invalid json"),
            (r'{"code": "\ud800"}', "Empty or invalid json"),
            ("[1]", "All object keys must match"),
            ('[{"code": 1}, {"name": 2}]', "All object keys must match"),
        ],
    )
    def test_what_is_no_row_is_refused(self, desk: Desk, body: str | bytes, message: str) -> None:
        error = desk.reject("POST", "/wares", body, 400, "PGRST102")
        assert error["message"] == message

    def test_nor_is_another_content_type(self, desk: Desk) -> None:
        error = desk.reject("POST", "/wares", "<a/>", 400, "PGRST102", Content_Type="text/xml")
        assert error["message"] == "Content-Type not acceptable: text/xml"

    def test_a_key_that_is_no_column_is_refused_by_name(self, desk: Desk) -> None:
        error = desk.reject("POST", "/wares", {"colour": 1}, 400, "PGRST204")
        assert error["message"] == (
            "Could not find the 'colour' column of 'wares' in the schema cache"
        )

    @pytest.mark.parametrize("name", ['code") values (1); --', "code' --", "code\0"])
    def test_a_hostile_key_is_only_a_name(self, desk: Desk, name: str) -> None:
        desk.reject("POST", "/wares", {name: 1}, 400, "PGRST204")


class TestAnswers:
    def test_nothing_is_told_unless_asked(self, desk: Desk) -> None:
        response = desk.send("POST", "/scraps", {"body": "x"})
        assert response.data == b""
        assert "Content-Type" not in response.headers
        assert response.headers["Content-Range"] == "*/*"

    def test_rows_are_told_as_reading_tells_them(self, archive: Desk) -> None:
        """With columns, casts, computed columns and embedded resources of what was written."""
        path = "/films?select=title,y:year::text,label,director:people!director_id(name)"
        assert archive.wrote("POST", path, FILM) == [
            {
                "title": "Ostwind",
                "y": "1999",
                "label": "Ostwind (1999)",
                "director": {"name": "Chiara Kowalen"},
            }
        ]

    def test_in_csv(self, desk: Desk) -> None:
        response = desk.send(
            "POST", "/wares?select=code,stock", {"code": "pen"},
            Accept="text/csv", Prefer="return=representation",
        )  # fmt: skip
        assert response.text == "code,stock\npen,0"

    def test_without_nulls(self, desk: Desk) -> None:
        media_type = "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"
        accept = "application/vnd.pgrst.array+json;nulls=stripped"
        response = desk.send(
            "POST", "/wares", {"code": "pen"}, Accept=accept, Prefer="return=representation"
        )
        assert response.headers["Content-Type"] == media_type
        assert response.json == [{"code": "pen", "stock": 0}]

    def test_a_conflict_is_409(self, desk: Desk) -> None:
        desk.reject("POST", "/wares", {"code": "cup"}, 409, "23505")

    def test_a_table_nobody_knows_is_404(self, desk: Desk) -> None:
        desk.reject("POST", "/warez", {"code": "cup"}, 404, "PGRST205")

    def test_filters_choose_nothing_here(self, desk: Desk) -> None:
        assert desk.wrote("POST", "/wares?code=eq.zip&select=code", {"code": "a"}) == [
            {"code": "a"}
        ]


class TestViews:
    def test_a_simple_view_is_written_through(self, desk: Desk) -> None:
        body = {"id": "pen", "name": "Pen"}
        assert desk.wrote("POST", "/ware_names", body) == [body]

    def test_a_view_with_instead_of_triggers(self, desk: Desk) -> None:
        body = [
            {"code": "pen", "title": "PEN", "stock": 3},
            {"code": "ink", "title": "INK", "stock": 1},
        ]
        assert desk.wrote("POST", "/counter", body) == body

    def test_a_view_with_a_rule(self, desk: Desk) -> None:
        """The rule's RETURNING makes the answer."""
        body = {"code": "pen", "name": "Pen"}
        assert desk.wrote("POST", "/ledger", body) == [{"code": "pen", "name": "Pen (ledger)"}]

    def test_a_view_that_cannot_be_written(self, archive: Desk) -> None:
        archive.reject("POST", "/credits", {"title": "x"}, 500, "55000")


class TestPrivileges:
    """A role that may insert, see the column id, and nothing else."""

    def test_a_role_that_may_not_read_can_insert(self, porter: Desk) -> None:
        body = [{"letter": "Dear", "secret": "x"}, {"letter": "Sir", "secret": "y"}]
        porter.send("POST", "/letter_box", body, Prefer="return=minimal")
        porter.send("POST", "/letter_box", body)

    def test_and_is_told_the_columns_that_it_may_see(self, porter: Desk) -> None:
        body = {"id": 8, "letter": "Dear"}
        assert porter.wrote("POST", "/letter_box?select=id", body) == [{"id": 8}]

    def test_and_where_the_row_is(self, porter: Desk) -> None:
        response = porter.send(
            "POST", "/letter_box?select=id", {"id": 8, "letter": "x"}, Prefer="return=headers-only"
        )
        assert response.headers["Location"] == "/letter_box?id=eq.8"

    def test_but_no_others(self, porter: Desk) -> None:
        response = porter.send(
            "POST", "/letter_box", {"letter": "x"}, 401, Prefer="return=representation"
        )
        assert (response.json or {})["code"] == "42501"

    def test_a_role_without_the_privilege_is_refused(self, porter: Desk) -> None:
        error = porter.reject("POST", "/wares", {"code": "x"}, 401, "42501")
        assert error["message"] == "permission denied for table wares"
