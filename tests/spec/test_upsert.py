"""POST on rows that may exist: ``Prefer: resolution`` and `on_conflict`.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#upsert
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk

MERGE = "resolution=merge-duplicates"
IGNORE = "resolution=ignore-duplicates"


def statuses(desk: Desk, path: str, body: object, status: int, prefer: str = MERGE) -> None:
    """A request must have this status, whatever it returns."""
    for returning in ("minimal", "headers-only", "representation"):
        desk.send("POST", path, body, status, Prefer=f"{prefer}, return={returning}")


class TestMerge:
    def test_rows_that_exist_are_replaced_and_others_put_in(self, desk: Desk) -> None:
        body = [{"code": "cup", "stock": 40}, {"code": "new", "stock": 1}]
        assert desk.wrote("POST", "/wares", body, prefer=MERGE) == [
            {"code": "cup", "name": "Cup", "stock": 40},
            {"code": "new", "name": None, "stock": 1},
        ]

    def test_it_is_200_where_all_were_found_and_201_where_one_was_not(self, desk: Desk) -> None:
        statuses(desk, "/wares", {"code": "cup"}, 200)
        statuses(desk, "/wares", [{"code": "cup"}, {"code": "map"}], 200)
        statuses(desk, "/wares", [{"code": "cup"}, {"code": "new"}], 201)
        statuses(desk, "/wares", {"code": "new"}, 201)
        statuses(desk, "/wares", [], 200)

    @pytest.mark.parametrize("defaults", ["missing=default", "missing=null"])
    def test_in_whatever_way_the_body_is_read(self, desk: Desk, defaults: str) -> None:
        path = "/wares?columns=code,stock"
        preference = f"{MERGE}, {defaults}"
        found, new = {"code": "cup", "stock": 1}, {"code": "new", "stock": 1}
        statuses(desk, path, found, 200, preference)
        statuses(desk, path, [found], 200, preference)
        statuses(desk, path, [found, new], 201, preference)

    def test_on_a_view_and_a_partitioned_table(self, desk: Desk) -> None:
        old, newer = {"day": "2024-12-31", "door": 1}, {"day": "2025-01-02", "door": 1}
        path = "/visits"
        statuses(desk, path, [{**old, "guests": 1}, {**newer, "guests": 2}], 200)
        statuses(desk, path, [{**old, "guests": 1}, {**newer, "door": 2, "guests": 2}], 201)
        statuses(desk, "/ware_names", [{"id": "cup", "name": "x"}], 200)
        statuses(desk, "/ware_names", [{"id": "cup", "name": "x"}, {"id": "new", "name": "y"}], 201)

    def test_rows_that_a_trigger_keeps_out_count_as_given(self, desk: Desk) -> None:
        """As in v16.2: what matters is whether each row that was given had been there."""
        statuses(desk, "/queue", [{"id": 1, "name": "frozen"}, {"id": 2, "name": "x"}], 200)
        body = [{"id": 1, "name": "frozen"}, {"id": 3, "name": "new"}]
        statuses(desk, "/queue", body, 201)
        assert desk.wrote("POST", "/queue", body, prefer=MERGE) == body[1:]
        statuses(desk, "/queue", [{"id": 9, "name": "nobody"}], 201)

    def test_one_request_does_not_count_for_the_next(self, desk: Desk) -> None:
        """Both are on one connection, and the first is committed."""
        body = [{"code": "cup", "stock": 4}, {"code": "map", "stock": 7}]
        desk.send("POST", "/wares", body, 200, Prefer=f"{MERGE}, tx=commit")
        desk.send("POST", "/wares", [{"code": "a"}, {"code": "b"}], 201, Prefer=MERGE)

    def test_a_row_twice_in_one_body_is_postgresqls_error(self, desk: Desk) -> None:
        body = [{"code": "cup"}, {"code": "cup"}]
        desk.reject("POST", "/wares", body, 500, "21000", Prefer=MERGE)

    def test_a_composite_key(self, desk: Desk) -> None:
        body = [{"day": "2025-01-02", "door": n, "guests": n} for n in (1, 2)]
        assert desk.wrote("POST", "/visits", body, prefer=MERGE) == body

    def test_a_table_of_keys_only(self, desk: Desk) -> None:
        """The keys are set to what they are."""
        body = [{"day": "2025-03-05", "place": "Ghent"}, {"day": "2025-03-06", "place": "Ghent"}]
        assert desk.wrote("POST", "/stamps", body, prefer=MERGE) == body

    def test_by_other_columns_that_are_unique(self, archive: Desk) -> None:
        path = "/people?on_conflict=name&select=name,country"
        body = {"name": "Ada Albering", "country": "Malta"}
        rows = archive.wrote("POST", path, body, 200, prefer=MERGE)
        assert rows == [{"name": "Ada Albering", "country": "Malta"}]

    def test_by_several_columns(self, archive: Desk) -> None:
        [known] = archive.rows("/films?select=title,year,genre,director_id&id=eq.1")
        path = "/films?on_conflict=title,year&select=id,summary"
        body = {**known, "summary": "New."}
        rows = archive.wrote("POST", path, body, 200, prefer=MERGE)
        assert rows == [{"id": 1, "summary": "New."}]

    def test_columns_that_are_not_unique_are_postgresqls_error(self, desk: Desk) -> None:
        desk.reject(
            "POST", "/wares?on_conflict=name", {"code": "x", "name": "y"}, 400, "42P10",
            Prefer=MERGE,
        )  # fmt: skip

    def test_a_role_that_may_not_update_is_refused(self, porter: Desk) -> None:
        body = {"id": 100, "letter": "x", "secret": "y"}
        porter.reject("POST", "/letter_box", body, 401, "42501", Prefer=MERGE)


class TestIgnore:
    def test_rows_that_exist_stay_as_they_are(self, desk: Desk) -> None:
        body = [{"code": "cup", "stock": 40}, {"code": "new", "stock": 1}]
        assert desk.wrote("POST", "/wares", body, prefer=IGNORE) == [
            {"code": "new", "name": None, "stock": 1}
        ]

    def test_it_is_201_in_any_case(self, desk: Desk) -> None:
        statuses(desk, "/wares", {"code": "cup"}, 201, IGNORE)
        statuses(desk, "/wares", {"code": "new"}, 201, IGNORE)

    def test_nothing_to_write_is_nothing_to_merge(self, desk: Desk) -> None:
        """A body without columns is all defaults: none is replaced."""
        assert desk.wrote("POST", "/scraps", {}, prefer=MERGE) == [{"body": None, "weight": None}]


class TestWithoutResolution:
    def test_on_conflict_alone_does_nothing(self, desk: Desk) -> None:
        desk.reject("POST", "/wares?on_conflict=code", {"code": "cup"}, 409, "23505")

    def test_a_table_without_a_key_takes_all(self, desk: Desk) -> None:
        response = desk.send("POST", "/scraps", {"body": "a", "weight": 1}, 201, Prefer=MERGE)
        assert "Preference-Applied" not in response.headers

    def test_on_conflict_must_be_names(self, desk: Desk) -> None:
        error = desk.reject("POST", "/wares?on_conflict=,", {"code": "x"}, 400, "PGRST100")
        assert error["message"].startswith('"failed to parse on_conflict parameter (,)"')
