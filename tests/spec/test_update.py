"""PATCH: the rows that filters choose.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#update
"""

from __future__ import annotations

import pytest

from tests.spec.api import bearer
from tests.spec.writing import Desk

EVERY_OPERATOR = {
    "stock=eq.4": 1,
    "stock=neq.4": 2,
    "stock=gt.0&stock=lt.7": 1,
    "stock=gte.4": 2,
    "stock=lte.0": 1,
    "name=like.C*": 1,
    "name=ilike(any).%7Bc*,F*%7D": 2,
    "name=match.%5EM": 1,
    "name=not.imatch.M": 2,
    "code=in.(cup,map)": 2,
    "name=is.null": 0,
    "stock=isdistinct.7": 2,
    "name=fts.cup": 1,
    "or=(code.eq.cup,and(stock.gt.1,name.eq.Map))": 2,
    "not.and=(code.eq.cup)": 2,
}


@pytest.mark.parametrize(("query", "rows"), EVERY_OPERATOR.items(), ids=EVERY_OPERATOR)
def test_filters_are_those_of_reading(desk: Desk, query: str, rows: int) -> None:
    assert len(desk.rows(f"/wares?{query}")) == rows
    changed = desk.wrote("PATCH", f"/wares?{query}&select=stock", {"stock": 77})
    assert changed == [{"stock": 77}] * rows


def test_without_a_filter_all_rows_are_meant(desk: Desk) -> None:
    assert len(desk.wrote("PATCH", "/wares", {"stock": 1})) == 3


def test_json_paths_choose_too(archive: Desk) -> None:
    path = "/films?facts->>format=eq.digital&facts->reels=gt.7&select=facts->>format,runtime"
    rows = archive.wrote("PATCH", path, {"runtime": 99})
    assert rows
    assert all(row == {"format": "digital", "runtime": 99} for row in rows)


class TestAnswers:
    def test_nothing_is_told_unless_asked(self, desk: Desk) -> None:
        for prefer in ("", "return=minimal", "return=headers-only"):
            response = desk.send("PATCH", "/wares?stock=gt.0", {"stock": 1}, 204, Prefer=prefer)
            assert response.headers["Content-Range"] == "0-1/*"
            assert "Content-Type" not in response.headers

    def test_no_row_is_no_error(self, desk: Desk) -> None:
        response = desk.send("PATCH", "/wares?code=eq.zip", {"stock": 1}, 204, Prefer="count=exact")
        assert response.headers["Content-Range"] == "*/0"
        assert desk.wrote("PATCH", "/wares?code=eq.zip", {"stock": 1}) == []

    def test_rows_are_counted(self, desk: Desk) -> None:
        response = desk.send("PATCH", "/wares?stock=gt.0", {"stock": 1}, 204, Prefer="count=exact")
        assert response.headers["Content-Range"] == "0-1/2"

    def test_rows_are_told_as_reading_tells_them(self, archive: Desk) -> None:
        """After the change, in the order asked for, with what is embedded and computed."""
        path = "/films?id=in.(1,2)&select=id,label,r:roles(job)&r.job=eq.editor&order=id.desc"
        assert archive.wrote("PATCH", path, {"year": 2001}) == [
            {"id": 2, "label": "The Crooked Orchard (2001)", "r": [{"job": "editor"}]},
            {"id": 1, "label": "Quiet Harbour (2001)", "r": [{"job": "editor"}]},
        ]

    def test_they_may_be_ordered_by_what_is_not_told(self, desk: Desk) -> None:
        path = "/wares?select=code&order=stock.desc"
        rows = desk.wrote("PATCH", path, {"name": "x"})
        assert rows == [{"code": "map"}, {"code": "cup"}, {"code": "fan"}]

    def test_filters_of_what_is_embedded_choose_no_rows(self, archive: Desk) -> None:
        """They only leave rows out of the answer."""
        path = "/films?id=in.(1,2)&select=id,director:people!director_id!inner(id)&director.id=eq.1"
        assert archive.wrote("PATCH", path, {"runtime": 5}) == [{"id": 1, "director": {"id": 1}}]

    def test_limits_do_not_count(self, desk: Desk) -> None:
        rows = desk.wrote("PATCH", "/wares?limit=1&offset=1", {"stock": 1})
        assert len(rows) == 3


class TestBodies:
    @pytest.mark.parametrize("body", [{}, [], [{}], "3", "null"])
    def test_nothing_to_set_changes_nothing(self, desk: Desk, body: object) -> None:
        assert desk.wrote("PATCH", "/wares?code=eq.cup", body) == []
        response = desk.send("PATCH", "/wares?code=eq.cup", body, 204, Prefer="count=exact")
        assert response.headers["Content-Range"] == "*/0"

    def test_select_must_fit_even_then(self, desk: Desk) -> None:
        desk.wrote("PATCH", "/wares?select=code,stock_up", {})
        desk.reject(
            "PATCH", "/wares?select=colour", {}, 400, "42703", Prefer="return=representation"
        )

    def test_null_is_set(self, desk: Desk) -> None:
        [row] = desk.wrote("PATCH", "/wares?code=eq.cup", {"name": None})
        assert row["name"] is None

    def test_of_several_rows_one_is_taken(self, desk: Desk) -> None:
        body = [{"stock": 5}, {"stock": 6}]
        [row] = desk.wrote("PATCH", "/wares?code=eq.cup", body)
        assert row["stock"] in (5, 6)

    def test_csv_and_forms_can_be_sent(self, desk: Desk) -> None:
        path = "/wares?code=eq.cup&select=name"
        [row] = desk.wrote("PATCH", path, "name\nMug\n", Content_Type="text/csv")
        assert row == {"name": "Mug"}
        content_type = "application/x-www-form-urlencoded"
        [row] = desk.wrote("PATCH", path, "name=Tall+mug", Content_Type=content_type)
        assert row == {"name": "Tall mug"}

    def test_the_key_can_be_changed(self, desk: Desk) -> None:
        [row] = desk.wrote("PATCH", "/wares?code=eq.cup", {"code": "mug"})
        assert row["code"] == "mug"

    def test_a_column_nobody_knows_is_refused(self, desk: Desk) -> None:
        desk.reject("PATCH", "/wares?code=eq.cup", {"colour": 1}, 400, "PGRST204")

    def test_no_body_is_refused(self, desk: Desk) -> None:
        desk.reject("PATCH", "/wares?code=eq.cup", "", 400, "PGRST102")


class TestViewsAndPrivileges:
    def test_views_are_written_through(self, desk: Desk) -> None:
        assert desk.wrote("PATCH", "/ware_names?id=eq.cup", {"name": "x"}) == [
            {"id": "cup", "name": "x"}
        ]
        [row] = desk.wrote("PATCH", "/counter?title=eq.CUP", {"stock": 1})
        assert row == {"code": "cup", "title": "CUP", "stock": 1}

    def test_a_row_may_move_to_another_partition(self, desk: Desk) -> None:
        [row] = desk.wrote("PATCH", "/visits?guests=eq.30", {"day": "2025-02-01"})
        assert row == {"day": "2025-02-01", "door": 1, "guests": 30}

    def test_only_columns_with_the_privilege(self, porter: Desk) -> None:
        porter.send("PATCH", "/letter_box?id=eq.100", {"letter": "x"}, 204)
        porter.reject("PATCH", "/letter_box?id=eq.100", {"secret": "x"}, 401, "42501")
        porter.reject("PATCH", "/letter_box?secret=eq.x", {"letter": "x"}, 401, "42501")
        path = "/letter_box?id=eq.100&select=id"
        assert porter.wrote("PATCH", path, {"letter": "x"}) == [{"id": 100}]

    def test_row_level_security_decides(self, archive: Desk) -> None:
        """Of others' rows none is changed; a row that would leave one's own is refused."""
        token = bearer("demo_member", sub="alba")
        others, own = "/reviews?member_id=neq.alba", "/reviews?member_id=eq.alba"
        assert archive.wrote("PATCH", others, {"stars": 1}, Authorization=token) == []
        assert len(archive.wrote("PATCH", own, {"stars": 1}, Authorization=token)) == 20
        archive.reject("PATCH", own, {"member_id": "bert"}, 403, "42501", Authorization=token)
