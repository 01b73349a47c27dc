"""Write plans as SQL, where the golden files do not show it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.identity import Identity
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.sql.envelope import main_statement
from pgrest_wsgi.sql.nodes import render
from pgrest_wsgi.sql.statement import Slot, Source
from pgrest_wsgi.sql.write import count_one
from tests.unit.plan.harbour import CATALOG, CONFIG, ask, plan

SHIP = '{"name": "Ida", "id": 1}'
BODY = Slot(Source.BODY, 0)


def sql(method: str, query: str = "", body: str = SHIP, prefer: str = "") -> str:
    """The main statement of a request."""
    action = plan(query, method=method, body=body, HTTP_PREFER=prefer)
    return main_statement(action).sql.decode()


@pytest.mark.parametrize(
    ("query", "body", "prefer"),
    [
        ("", SHIP, ""),
        ("", f"[{SHIP}]", "resolution=merge-duplicates"),
        ("columns=id,name", f"[{SHIP}]", "resolution=merge-duplicates, missing=default"),
    ],
)
def test_a_body_is_one_parameter_however_often_it_is_used(
    query: str, body: str, prefer: str
) -> None:
    action = plan(query, method="POST", body=body, HTTP_PREFER=prefer)
    assert main_statement(action).slots == (BODY,)


def test_a_merge_counts_rows_in_the_way_in_which_the_body_is_read() -> None:
    """A parameter has one type: what counts the rows must agree with what reads them."""
    merge, columns = "resolution=merge-duplicates", "columns=id,name"
    assert "jsonb" not in sql("POST", columns, f"[{SHIP}]", merge)
    filled = sql("POST", columns, f"[{SHIP}]", f"{merge}, missing=default")
    assert "jsonb_array_length($1)" in filled
    assert "1 - CAST(" in sql("POST", columns, SHIP, merge)
    empty = sql("POST", "", "[{}]", f"{merge}, missing=default")
    assert "json_array_length($1)" in empty
    assert "jsonb" not in empty


def test_only_a_merge_counts() -> None:
    for prefer in ("", "resolution=ignore-duplicates"):
        assert "pgrst.updated" not in sql("POST", "", SHIP, prefer)
    assert "pgrst.updated" in sql("PUT", "id=eq.1")


def test_a_merge_of_nothing_does_nothing() -> None:
    assert "DO NOTHING" in sql("POST", "", "{}", "resolution=merge-duplicates")


def test_counting_is_always_true() -> None:
    """It stands in a WHERE that must leave no row out."""
    assert render(count_one("a.b")).endswith("IS NOT NULL")


def test_names_are_quoted_in_every_place() -> None:
    """Of tables and columns alike; a hostile one stays a name."""
    text = sql("PATCH", "id=eq.1&select=name", '{"name": 1}', "return=representation")
    assert 'UPDATE "port"."ships" SET "name" = "pgrst_body"."name"' in text
    assert 'WHERE "port"."ships"."id" = $2 RETURNING "port"."ships"."id"' in text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab'\"$", max_size=3), inner)
    ),
    max_leaves=6,
)
METHODS = {"POST": "", "PATCH": "id=gt.3", "PUT": "id=eq.3"}


@given(st.sampled_from(sorted(METHODS)), VALUES, st.booleans(), st.sampled_from(["", "columns=id"]))
def test_what_is_in_a_body_never_decides_sql(
    method: str, value: object, is_array: bool, columns: str
) -> None:
    """It reaches PostgreSQL byte by byte, as a parameter of SQL that is always the same."""

    def request(value: object) -> tuple[object, bytes, tuple[bytes | None, ...]]:
        row = {"name": value, "id": value}
        body = json.dumps([row] if is_array else row, ensure_ascii=False)
        call = ask(f"{METHODS[method]}&{columns}", method=method, config=CONFIG, body=body)
        work = compile_operation(call.shape, CONFIG, CATALOG).bind(
            call.values, Identity("deckhand", authenticated=False)
        )
        assert body.encode() in work.steps[work.main].parameters
        return call.shape, work.steps[work.main].sql, work.steps[work.main].parameters[1:]

    assert request(value) == request(0)
