"""Write plans: what is written, from which columns, and what comes back."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.shape import Action
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.model import Conflict, WritePlan
from tests.unit.plan.harbour import make_config, plan

SHIP = '{"name": "Ida", "id": 1}'
MERGE = "resolution=merge-duplicates"
IGNORE = "resolution=ignore-duplicates"


def write(
    method: str, query: str = "", body: str = SHIP, prefer: str = "", *, protect: bool = False
) -> WritePlan:
    """What a request writes."""
    config = make_config(db_protect_writes=protect)
    action = plan(query, method=method, body=body, HTTP_PREFER=prefer, config=config)
    assert action.write is not None
    assert not action.read_only
    return action.write


def refusal(method: str, query: str, body: str = SHIP, *, protect: bool = False) -> str:
    with pytest.raises(PgrestError) as caught:
        write(method, query, body, protect=protect)
    return caught.value.code


class TestBody:
    def test_columns_have_the_types_of_the_table_domains_by_name(self) -> None:
        body = write("POST", body='[{"id": 1, "cargo": {}}]').body
        assert [(column.name, column.type) for column in body.columns] == [
            ("cargo", "port.manifest"), ("id", "integer")
        ]  # fmt: skip
        assert not body.is_object

    def test_columns_that_are_named_count_before_those_of_the_body(self) -> None:
        body = write("POST", "columns=name,id", '{"nothing": "of this"}').body
        assert [column.name for column in body.columns] == ["id", "name"]
        assert body.is_object

    @pytest.mark.parametrize(
        ("method", "query", "fills"),
        [("POST", "", True), ("PATCH", "", True), ("PUT", "id=eq.1", False)],
    )
    def test_defaults_are_filled_in_where_asked_but_not_by_put(
        self, method: str, query: str, fills: bool
    ) -> None:
        assert write(method, query, prefer="missing=default").body.fills_defaults is fills
        assert not write(method, query, prefer="missing=null").body.fills_defaults

    def test_a_delete_has_none(self) -> None:
        assert write("DELETE", "id=eq.1").body.columns == ()

    def test_a_column_nobody_knows_is_refused(self) -> None:
        for method, query in (("POST", ""), ("PATCH", ""), ("PUT", "id=eq.1")):
            assert refusal(method, query, '{"mast": 1}') == "PGRST204"
        assert refusal("POST", "columns=mast") == "PGRST204"


class TestConflict:
    @pytest.mark.parametrize(
        ("method", "query", "prefer", "conflict"),
        [
            ("POST", "", "", None),
            ("POST", "on_conflict=name", "", None),
            ("POST", "", MERGE, Conflict(("id",), merges=True)),
            ("POST", "", IGNORE, Conflict(("id",), merges=False)),
            ("POST", "on_conflict=name,id", MERGE, Conflict(("name", "id"), merges=True)),
            ("PUT", "id=eq.1", "", Conflict(("id",), merges=True)),
            ("PUT", "id=eq.1&on_conflict=name", IGNORE, Conflict(("id",), merges=True)),
            ("PATCH", "", MERGE, None),
            ("DELETE", "", MERGE, None),
        ],
    )
    def test_what_becomes_of_rows_that_exist(
        self, method: str, query: str, prefer: str, conflict: Conflict | None
    ) -> None:
        assert write(method, query, prefer=prefer).conflict == conflict


class TestFilters:
    def test_those_of_the_table_choose_rows(self) -> None:
        for method in ("PATCH", "DELETE"):
            assert len(write(method, "id=eq.1&or=(name.eq.x,id.gt.3)").where) == 2

    def test_an_insert_has_no_use_for_them(self) -> None:
        assert write("POST", "id=eq.1").where == ()

    @pytest.mark.parametrize(
        "query",
        ["", "id=gt.1", "id=not.eq.1", "id=eq(any).1", "name=eq.x", "id=eq.1&name=eq.x",
         "id->a=eq.1", "and=(id.eq.1)", "id=eq.1&and=(id.eq.1)"],
    )  # fmt: skip
    def test_put_takes_the_key_and_nothing_else(self, query: str) -> None:
        assert refusal("PUT", query) == "PGRST105"

    def test_put_takes_a_key_twice(self) -> None:
        """It can hold for no row then, or is said twice; v16.2 lets it pass."""
        assert len(write("PUT", "id=eq.1&id=eq.2").where) == 2

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_the_guard_wants_one(self, method: str) -> None:
        assert refusal(method, "", protect=True) == "PGRSTW01"
        assert refusal(method, "limit=1&order=id", protect=True) == "PGRSTW01"
        assert write(method, "id=gt.0", protect=True).where
        assert write(method, prefer="max-affected=3", protect=True).where == ()
        assert write("POST", protect=True).action is Action.CREATE


class TestReturning:
    @pytest.mark.parametrize("prefer", ["", "return=minimal"])
    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
    def test_nothing_unless_asked(self, method: str, prefer: str) -> None:
        assert write(method, "select=name", prefer=prefer).returning == ()

    @pytest.mark.parametrize("prefer", ["return=representation", "return=headers-only"])
    def test_what_is_selected_and_sorted_by_and_the_key(self, prefer: str) -> None:
        assert write("POST", "select=name&order=flags", prefer=prefer).returning == (
            "flags", "id", "name"
        )  # fmt: skip
        assert write("POST", prefer=prefer).returning == ("*",)
        assert write("POST", "select=name,*", prefer=prefer).returning == ("*",)
