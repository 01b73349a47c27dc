"""What ``Prefer`` changes about writing, and what ``Preference-Applied`` says of it.

https://docs.postgrest.org/en/v16/references/api/preferences.html
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.spec.writing import Desk

OBJECT = "application/vnd.pgrst.object+json"
STRICT = "handling=strict, max-affected="


def applied(desk: Desk, method: str, path: str, body: object, prefer: str) -> str | None:
    """The ``Preference-Applied`` of a request that succeeds."""
    headers = {"Prefer": prefer, "Content-Type": "application/json"}
    response = desk.client.open(path, method=method, json=body, headers=headers)
    assert response.status_code in (200, 201, 204), response.text
    return response.headers.get("Preference-Applied")


class TestApplied:
    """Exactly those that made a difference to this method are named, in one order."""

    ALL = (
        "max-affected=9, timezone=UTC, handling=strict, tx=rollback, count=exact,"
        " return=minimal, missing=default, resolution=merge-duplicates"
    )
    TAIL = "return=minimal, count=exact, tx=rollback, handling=strict, timezone=UTC"

    @pytest.mark.parametrize(
        ("method", "path", "expected"),
        [
            ("POST", "/wares", f"resolution=merge-duplicates, missing=default, {TAIL}"),
            ("PATCH", "/wares?code=eq.cup", f"missing=default, {TAIL}, max-affected=9"),
            ("PUT", "/wares?code=eq.cup", TAIL),
            ("DELETE", "/wares?code=eq.cup", f"{TAIL}, max-affected=9"),
        ],
    )
    def test_those_of_a_method(self, desk: Desk, method: str, path: str, expected: str) -> None:
        assert applied(desk, method, path, {"code": "cup"}, self.ALL) == expected

    def test_resolution_needs_keys(self, desk: Desk) -> None:
        """Those of the table, or of ``on_conflict``."""
        prefer = "resolution=ignore-duplicates"
        assert applied(desk, "POST", "/wares", {"code": "x"}, prefer) == prefer
        assert applied(desk, "POST", "/scraps", {"weight": 1}, prefer) is None

    @pytest.mark.parametrize(
        "prefer",
        ["max-affected=3", "handling=lenient, max-affected=3", "foo=bar", "", "max-affected"],
    )
    def test_what_has_no_effect_is_not_named(self, desk: Desk, prefer: str) -> None:
        named = applied(desk, "DELETE", "/wares?code=eq.cup", None, prefer)
        assert named == ("handling=lenient" if "handling" in prefer else None)

    def test_strict_handling_refuses_what_nobody_knows(self, desk: Desk) -> None:
        prefer = "handling=strict, foo=bar, return=maximal"
        error = desk.reject("POST", "/wares", {"code": "x"}, 400, "PGRST122", Prefer=prefer)
        assert error["details"] == "Invalid preferences: foo=bar, return=maximal"


class TestTransaction:
    def test_commit_and_rollback(self, desk: Desk) -> None:
        desk.send("POST", "/scraps", {"weight": 7}, Prefer="tx=rollback")
        assert desk.rows("/scraps?weight=eq.7") == []
        desk.send("POST", "/scraps", {"weight": 7}, Prefer="tx=commit")
        assert len(desk.rows("/scraps?weight=eq.7")) == 1
        desk.send("DELETE", "/scraps?weight=eq.7", None, 204, Prefer="tx=commit")
        assert desk.rows("/scraps?weight=eq.7") == []

    @pytest.mark.parametrize(
        ("setting", "kept"),
        [("commit", True), ("rollback", False), ("commit-allow-override", True)],
    )
    def test_the_configuration_decides_first(
        self, open_desk: Callable[..., Desk], setting: str, kept: bool
    ) -> None:
        """Without ``allow-override`` a preference does nothing and is not told as applied."""
        desk = open_desk(db_tx_end=setting)
        prefer = "" if setting.endswith("override") else f"tx={'rollback' if kept else 'commit'}"
        response = desk.send("POST", "/scraps", {"weight": 8}, Prefer=prefer)
        assert "Preference-Applied" not in response.headers
        assert len(desk.rows("/scraps?weight=eq.8")) == int(kept)
        desk.send("DELETE", "/scraps?weight=eq.8", None, 204)
        assert desk.rows("/scraps?weight=eq.8") == []

    def test_what_is_rolled_back_is_answered_as_if_it_were_not(self, desk: Desk) -> None:
        response = desk.send(
            "POST", "/wares", {"code": "pen"}, Prefer="tx=rollback, return=headers-only"
        )
        assert response.headers["Location"] == "/wares?code=eq.pen"

    @pytest.mark.parametrize("prefer", ["tx=commit", "tx=rollback"])
    def test_deferred_constraints_are_checked_in_any_case(self, desk: Desk, prefer: str) -> None:
        """At the end of the transaction; an error there is an answer like any other."""
        body = {"position": 2}
        error = desk.reject("PATCH", "/places?id=eq.1", body, 409, "23505", Prefer=prefer)
        assert "places_position_key" in error["message"]
        checked = f"{STRICT}5, {prefer}"
        desk.reject("PATCH", "/places?id=eq.1", body, 409, "23505", Prefer=checked)
        assert desk.rows("/places?order=id") == [
            {"id": 1, "position": 1}, {"id": 2, "position": 2}
        ]  # fmt: skip

    def test_and_may_be_broken_on_the_way(self, desk: Desk) -> None:
        rows = desk.wrote(
            "POST", "/places?order=id", [{"id": 1, "position": 2}, {"id": 2, "position": 1}],
            200, prefer="resolution=merge-duplicates",
        )  # fmt: skip
        assert rows == [{"id": 1, "position": 2}, {"id": 2, "position": 1}]


class TestMaxAffected:
    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_more_rows_are_refused_and_nothing_is_written(self, desk: Desk, method: str) -> None:
        prefer = f"{STRICT}2, tx=commit"
        error = desk.reject(method, "/wares", {"stock": 1}, 400, "PGRST124", Prefer=prefer)
        assert error["message"] == "Query result exceeds max-affected preference constraint"
        assert error["details"] == "The query affects 3 rows"
        assert sum(row["stock"] for row in desk.rows("/wares")) == 11

    @pytest.mark.parametrize("prefer", [f"{STRICT}3", f"{STRICT}2, return=minimal"])
    def test_as_many_are_written(self, desk: Desk, prefer: str) -> None:
        path = "/wares" if prefer.endswith("3") else "/wares?stock=gt.0"
        desk.send("PATCH", path, {"stock": 1}, 204, Prefer=prefer)

    def test_it_needs_strict_handling(self, desk: Desk) -> None:
        desk.send("DELETE", "/wares", None, 204, Prefer="max-affected=1")

    def test_an_insert_has_no_limit(self, desk: Desk) -> None:
        body = [{"code": "a"}, {"code": "b"}]
        assert applied(desk, "POST", "/wares", body, f"{STRICT}1") == "handling=strict"


class TestSingular:
    @pytest.mark.parametrize("prefer", ["return=representation", "return=minimal", ""])
    @pytest.mark.parametrize(
        ("method", "path", "body", "rows"),
        [
            ("POST", "/wares", [{"code": "a"}, {"code": "b"}], 2),
            ("POST", "/wares", [], 0),
            ("PATCH", "/wares?stock=gt.0", {"stock": 1}, 2),
            ("PATCH", "/wares?code=eq.zip", {"stock": 1}, 0),
            ("PATCH", "/wares?code=eq.cup", {}, 0),
            ("DELETE", "/wares", None, 3),
        ],
    )
    def test_other_than_one_row_is_refused_and_not_written(
        self, desk: Desk, method: str, path: str, body: object, rows: int, prefer: str
    ) -> None:
        headers = {"Accept": OBJECT, "Prefer": f"tx=commit, {prefer}"}
        error = desk.reject(method, path, body, 406, "PGRST116", **headers)
        assert error["details"] == f"The result contains {rows} rows"
        assert desk.rows("/wares?select=code,stock&order=code") == [
            {"code": "cup", "stock": 4}, {"code": "fan", "stock": 0}, {"code": "map", "stock": 7}
        ]  # fmt: skip

    def test_one_row_is_an_object(self, desk: Desk) -> None:
        headers = {"Accept": OBJECT, "Prefer": "return=representation"}
        response = desk.send("PATCH", "/wares?code=eq.cup", {"stock": 1}, 200, **headers)
        assert response.json == {"code": "cup", "name": "Cup", "stock": 1}
        response = desk.send("POST", "/wares?select=code", {"code": "x"}, 201, **headers)
        assert response.json == {"code": "x"}
        response = desk.send("DELETE", "/wares?code=eq.map&select=code", None, 200, **headers)
        assert response.json == {"code": "map"}

    def test_without_nulls(self, desk: Desk) -> None:
        headers = {"Accept": f"{OBJECT};nulls=stripped", "Prefer": "return=representation"}
        response = desk.send("POST", "/wares", {"code": "x"}, 201, **headers)
        assert response.json == {"code": "x", "stock": 0}


class TestConnection:
    """After whatever became of a request, its connection is as it was (there is only one)."""

    @pytest.mark.parametrize(
        ("prefer", "path", "status"),
        [
            ("tx=rollback", "/wares?code=eq.cup", 204),
            ("tx=commit, handling=strict, max-affected=1", "/wares", 400),
            ("tx=commit", "/wares?code=eq.cup&stock=eq.x", 400),
            ("tx=commit", "/places?id=eq.1&position=eq.1", 409),
        ],
    )
    def test_it_is_idle(
        self, desk: Desk, desk_superuser_uri: str, prefer: str, path: str, status: int
    ) -> None:
        body = {"position": 2} if path.startswith("/places") else {"stock": 5}
        for _ in range(3):
            desk.send("PATCH", path, body, status, Prefer=f"{prefer}, timezone=Asia/Tokyo")
        assert desk.rows("/circumstances") == [{"role": "desk_clerk", "zone": "UTC"}]
        from_outside = open_sessions(desk_superuser_uri)
        assert set(from_outside) == {("idle", None)}
        assert sum(row["stock"] for row in desk.rows("/wares")) == 11


def open_sessions(uri: str) -> list[tuple[str, str | None]]:
    """State and transaction of the application's connections."""
    with psycopg.connect(uri) as connection:
        return connection.execute(
            "select state, backend_xid::text from pg_stat_activity where usename = 'desk_login'"
            " and datname = current_database() and application_name like 'pgrest_wsgi%'"
        ).fetchall()
