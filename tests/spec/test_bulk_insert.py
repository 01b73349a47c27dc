"""POST of many rows, as JSON and CSV.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#bulk-insert
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk

CSV = "text/csv"


class TestJson:
    def test_rows_keep_their_order(self, desk: Desk) -> None:
        rows = [{"code": f"{n}", "name": None, "stock": n} for n in (5, 3, 9)]
        assert desk.wrote("POST", "/wares", rows) == rows

    def test_they_are_all_written_or_none(self, desk: Desk) -> None:
        rows = [{"code": "new"}, {"code": "cup"}]
        desk.reject("POST", "/wares", rows, 409, "23505", Prefer="tx=commit")
        assert desk.rows("/wares?code=eq.new") == []

    def test_an_empty_array_writes_nothing(self, desk: Desk) -> None:
        assert desk.wrote("POST", "/wares", []) == []
        response = desk.send("POST", "/wares", [], Prefer="return=headers-only, count=exact")
        assert response.headers["Content-Range"] == "*/0"
        assert "Location" not in response.headers

    def test_empty_objects_are_rows_of_defaults(self, desk: Desk) -> None:
        assert desk.wrote("POST", "/scraps?select=weight", [{}, {}]) == [{"weight": None}] * 2

    def test_blanks_around_change_nothing(self, desk: Desk) -> None:
        body = ' \n\t[ {"code" : "a"} ,\r\n{"code":"b"} ] \n'
        assert desk.wrote("POST", "/wares?select=code", body) == [{"code": "a"}, {"code": "b"}]

    def test_rows_are_counted(self, desk: Desk) -> None:
        rows = [{"code": "a"}, {"code": "b"}]
        response = desk.send("POST", "/wares", rows, Prefer="count=exact")
        assert response.headers["Content-Range"] == "*/2"

    def test_a_statement_level_trigger_runs_once(self, desk: Desk) -> None:
        rows = [{"id": n, "value": n} for n in range(10, 20)]
        desk.send("POST", "/coins", rows, Prefer="tx=commit")
        desk.send("DELETE", "/coins?id=gte.10", None, 204, Prefer="tx=commit")
        assert [row["entry"] for row in desk.rows("/journal")] == ["INSERT of 10", "DELETE of 10"]

    def test_ten_thousand_rows_are_one_statement(self, desk: Desk) -> None:
        """Each with ten members, one of them an object."""
        row = {"seat": "Parkett", "price": "12.50", "paid": True, "extras": {"n": [1, "zwei"]}}
        rows = [{"holder": f"Guest {n} é", **row} for n in range(10_000)]
        path = "/tickets?select=count(),holder.max(),price.sum()"
        assert desk.wrote("POST", "/tickets?select=holder", rows)[9_999] == {
            "holder": "Guest 9999 é"
        }
        response = desk.send("POST", path.partition("?")[0], rows, Prefer="count=exact")
        assert response.headers["Content-Range"] == "*/10000"


class TestCsv:
    def test_columns_are_named_by_the_first_line(self, desk: Desk) -> None:
        body = 'name,code\n"a ""b"", c",x\nNULL,y\n"NULL",z\n,é\n'
        assert desk.wrote("POST", "/wares?select=code,name,stock", body, Content_Type=CSV) == [
            {"code": "x", "name": 'a "b", c', "stock": 0},
            {"code": "y", "name": None, "stock": 0},
            {"code": "z", "name": None, "stock": 0},
            {"code": "é", "name": "", "stock": 0},
        ]

    def test_cells_become_what_their_columns_are(self, desk: Desk) -> None:
        body = 'holder,price,paid,extras\nAda,12.50,t,"{""a"": [1, null]}"\n'
        path = "/tickets?select=price::text,paid,extras"
        [row] = desk.wrote("POST", path, body, Content_Type=CSV)
        # A text is a JSON text, also for a column of JSON.
        assert row == {"price": "12.50", "paid": True, "extras": '{"a": [1, null]}'}

    def test_a_header_alone_writes_nothing(self, desk: Desk) -> None:
        assert desk.wrote("POST", "/wares", "code,name\n", Content_Type=CSV) == []

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ("", 'parse error (not enough input) at ""'),
            ("code,name\na,b\nc\n", "All lines must have same number of fields"),
            ('code\n"a', 'parse error (Failed reading: trailing double quote) at ""'),
        ],
    )
    def test_what_is_no_csv_is_refused(self, desk: Desk, body: str, message: str) -> None:
        error = desk.reject("POST", "/wares", body, 400, "PGRST102", Content_Type=CSV)
        assert error["message"] == message

    def test_a_column_nobody_knows_is_named(self, desk: Desk) -> None:
        error = desk.reject("POST", "/wares", "code,a b\nx,y\n", 400, "PGRST204", Content_Type=CSV)
        assert "'a b' column" in error["message"]

    def test_ten_thousand_lines_are_one_statement(self, desk: Desk) -> None:
        lines = [f'"Guest, {n}",{n}.25,true' for n in range(10_000)]
        body = "\n".join(["holder,price,paid", *lines])
        rows = desk.wrote("POST", "/tickets?select=holder,price", body, Content_Type=CSV)
        assert len(rows) == 10_000
        assert rows[-1] == {"holder": "Guest, 9999", "price": 9999.25}
