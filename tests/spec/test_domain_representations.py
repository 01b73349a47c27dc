"""Domains that look different in the API than in the database, by casts.

https://docs.postgrest.org/en/v16/references/api/domain_representations.html
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk


class TestReading:
    def test_the_cast_to_json_makes_the_answer(self, desk: Desk) -> None:
        expected = [
            {"id": 1, "title": "Tide", "shade": "#000000"},
            {"id": 2, "title": "Ferry", "shade": "#00ff00"},
            {"id": 3, "title": "Glass", "shade": None},
        ]
        assert desk.rows("/posters?order=id") == expected
        assert desk.rows("/posters?order=id&select=id,title,shade") == expected

    def test_under_another_name_too(self, desk: Desk) -> None:
        assert desk.rows("/posters?id=eq.2&select=s:shade") == [{"s": "#00ff00"}]

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("shade=eq.%2300ff00", [2]),
            ("shade=eq.00ff00", [2]),
            ("shade=in.(%23000000,%2300ff00)", [1, 2]),
            ("shade=gt.%23000001", [2]),
            ("shade=not.eq.%23000000", [2]),
            ("shade=is.null", [3]),
            ("or=(shade.eq.%23000000,shade.is.null)", [1, 3]),
        ],
    )
    def test_the_cast_from_text_reads_filters(self, desk: Desk, query: str, ids: list[int]) -> None:
        assert [row["id"] for row in desk.rows(f"/posters?order=id&{query}")] == ids


class TestWriting:
    NEW = "/posters?select=id,shade"

    def test_the_cast_from_json_reads_bodies(self, desk: Desk) -> None:
        rows = [{"id": 8, "shade": "#0000ff"}, {"id": 9, "shade": None}]
        assert desk.wrote("POST", self.NEW, rows[0]) == rows[:1]
        assert desk.wrote("POST", self.NEW, rows) == rows

    def test_of_csv_too(self, desk: Desk) -> None:
        rows = desk.wrote("POST", self.NEW, "id,shade\n8,#0000ff\n", Content_Type="text/csv")
        assert rows == [{"id": 8, "shade": "#0000ff"}]

    def test_updates_and_their_filters(self, desk: Desk) -> None:
        path = "/posters?shade=eq.%2300ff00&select=id,shade"
        assert desk.wrote("PATCH", path, {"shade": "#00000a"}) == [{"id": 2, "shade": "#00000a"}]

    def test_upserts(self, desk: Desk) -> None:
        merge = "resolution=merge-duplicates"
        body = {"id": 1, "shade": "#00000b"}
        assert desk.wrote("POST", self.NEW, body, 200, prefer=merge) == [body]
        assert desk.wrote("PUT", f"{self.NEW}&id=eq.1", body) == [body]

    def test_deletes_and_their_filters(self, desk: Desk) -> None:
        path = "/posters?shade=in.(%2300ff00)&select=id,shade"
        assert desk.wrote("DELETE", path) == [{"id": 2, "shade": "#00ff00"}]

    def test_defaults_are_the_databases_own(self, desk: Desk) -> None:
        assert desk.wrote("POST", self.NEW, {"id": 8}) == [{"id": 8, "shade": "#0000ff"}]

    def test_all_columns_are_told_where_none_is_chosen(self, desk: Desk) -> None:
        body = {"id": 8, "title": "x", "shade": "#010203"}
        assert desk.wrote("POST", "/posters", body) == [body]

    def test_what_the_cast_refuses_is_an_error(self, desk: Desk) -> None:
        desk.reject("POST", "/posters", {"id": 8, "shade": "#zz"}, 400, "22P02")
        desk.reject("POST", "/posters", {"id": 8, "shade": "#ff000000"}, 400, "23514")
