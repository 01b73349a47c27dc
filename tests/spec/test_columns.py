"""The parameter `columns`, and what is put where a body leaves something out.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#specifying-columns and
https://docs.postgrest.org/en/v16/references/api/preferences.html#missing
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk

DEFAULTS = "missing=default"
TICKET = "/tickets?select=holder,seat,paid,extras"


class TestColumns:
    def test_only_these_are_written(self, desk: Desk) -> None:
        body = {"code": "pen", "name": "not this", "stock": 5, "unknown": [1]}
        path = "/wares?columns=code,stock"
        assert desk.wrote("POST", path, body) == [{"code": "pen", "name": None, "stock": 5}]

    def test_objects_may_differ_then(self, desk: Desk) -> None:
        """What an object lacks is null, not the default."""
        body = [{"holder": "A", "seat": "1"}, {"holder": "B", "price": 2}]
        rows = desk.wrote("POST", "/tickets?columns=holder,seat&select=holder,seat", body)
        assert rows == [{"holder": "A", "seat": "1"}, {"holder": "B", "seat": None}]

    def test_of_an_update_too(self, desk: Desk) -> None:
        body = {"stock": 9, "name": "not this"}
        path = "/wares?code=eq.cup&columns=stock"
        assert desk.wrote("PATCH", path, body) == [{"code": "cup", "name": "Cup", "stock": 9}]

    def test_a_name_may_be_quoted(self, desk: Desk) -> None:
        body = {"room, no.": "A", "row=1": 2, "label": "x"}
        path = '/shelves%20%26%20racks?columns="room, no.","row=1"'
        assert desk.wrote("POST", path, body) == [{"room, no.": "A", "row=1": 2, "label": "empty"}]

    def test_a_column_nobody_knows_is_refused(self, desk: Desk) -> None:
        desk.reject("POST", "/wares?columns=code,colour", {"code": "x"}, 400, "PGRST204")

    def test_what_is_no_list_of_columns_is_refused(self, desk: Desk) -> None:
        error = desk.reject("POST", "/wares?columns=,", {"code": "x"}, 400, "PGRST100")
        assert error["message"].startswith('"failed to parse columns parameter (,)"')

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [("{", 400, "22P02"), ("", 400, "22P02"), ("[1]", 400, "22023"), ("3", 400, "22023")],
    )
    def test_postgresql_judges_the_body(
        self, desk: Desk, body: str, status: int, code: str
    ) -> None:
        desk.reject("POST", "/wares?columns=code", body, status, code)

    def test_csv_and_put_take_no_notice(self, desk: Desk) -> None:
        body = "code,stock\npen,5\n"
        rows = desk.wrote("POST", "/wares?columns=code", body, Content_Type="text/csv")
        assert rows == [{"code": "pen", "name": None, "stock": 5}]
        path = "/wares?code=eq.cup&columns=code"
        assert desk.wrote("PUT", path, {"code": "cup", "stock": 1}) == [
            {"code": "cup", "name": "Cup", "stock": 1}
        ]


class TestMissing:
    def test_defaults_fill_what_an_object_lacks(self, desk: Desk) -> None:
        body = [{"holder": "A", "seat": None}, {"holder": "B", "paid": True}]
        path = f"{TICKET}&columns=holder,seat,paid,extras"
        assert desk.wrote("POST", path, body, prefer=DEFAULTS) == [
            {"holder": "A", "seat": None, "paid": False, "extras": {"wardrobe": True}},
            {"holder": "B", "seat": "free choice", "paid": True, "extras": {"wardrobe": True}},
        ]

    def test_of_a_single_object_too(self, desk: Desk) -> None:
        path = f"{TICKET}&columns=holder,seat,paid,extras"
        [row] = desk.wrote("POST", path, {"holder": "A"}, prefer=DEFAULTS)
        assert (row["seat"], row["paid"]) == ("free choice", False)

    def test_an_identity_has_a_default_as_well(self, desk: Desk) -> None:
        body = [{"letter": "x"}, {"letter": "y", "id": 50}]
        path = "/letter_box?columns=id,letter&select=id"
        first, second = desk.wrote("POST", path, body, prefer=DEFAULTS)
        assert isinstance(first["id"], int)
        assert second["id"] == 50

    def test_an_update_resets_to_defaults(self, desk: Desk) -> None:
        path = "/wares?code=eq.map&columns=stock"
        [row] = desk.wrote("PATCH", path, {}, prefer=DEFAULTS)
        assert row == {"code": "map", "name": "Map", "stock": 0}

    def test_null_is_the_usual(self, desk: Desk) -> None:
        path = "/tickets?columns=holder,seat&select=seat"
        assert desk.wrote("POST", path, {"holder": "A"}, prefer="missing=null") == [{"seat": None}]

    def test_numbers_lose_no_digits(self, desk: Desk) -> None:
        body = '{"holder": "A", "price": 12345678901234567890.12345678901234567890}'
        path = "/tickets?columns=holder,price,seat&select=price::text"
        assert desk.wrote("POST", path, body, prefer=DEFAULTS) == [
            {"price": "12345678901234567890.12345678901234567890"}
        ]
