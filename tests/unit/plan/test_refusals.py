"""Requests that are understood, but refused before PostgreSQL is asked."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from pgrest_wsgi.catalog.routine import Routine, Volatility
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.work import Result
from tests.unit.plan.harbour import CATALOG, ask, make_config

STRICT = "handling=strict, max-affected=1"
OBJECT = "application/vnd.pgrst.object+json"


def run(method: str, path: str, query: str, body: bytes, **settings: object) -> None:
    config = make_config(**settings)
    environ: dict[str, Any] = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    call = ask(query, path=path, method=method, config=config, **environ)
    compile_operation(call.shape, config, CATALOG)


def refusal(
    method: str, path: str, query: str = "", body: bytes = b"{}", **settings: object
) -> str:
    """The code that a request is refused with."""
    with pytest.raises(PgrestError) as caught:
        run(method, path, query, body, **settings)
    return caught.value.code


def test_methods_that_a_function_has_not() -> None:
    assert refusal("PATCH", "/rpc/sail") == "PGRST101"


def test_put_must_name_its_row_by_the_key_and_no_part_of_it() -> None:
    assert refusal("PUT", "/ships", "name=eq.Aurora") == "PGRST105"
    assert refusal("PUT", "/ships", "id=gt.1") == "PGRST105"
    assert refusal("PUT", "/ships", "id=eq.1&limit=1") == "PGRST114"


def test_columns_that_the_table_has_not() -> None:
    assert refusal("POST", "/ships", body=b'{"sails": 3}') == "PGRST204"


def test_the_root_where_it_is_switched_off() -> None:
    assert refusal("GET", "/", openapi_mode="disabled") == "PGRST126"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_protected_tables_are_not_changed_as_a_whole(method: str) -> None:
    body = b'{"name": "x"}'
    assert refusal(method, "/ships", body=body, db_protect_writes=True) == "PGRSTW01"


@pytest.mark.parametrize(
    ("method", "query", "headers", "code"),
    [
        ("PUT", "id=eq.1", {}, "PGRST115"),
        ("DELETE", "id=gt.1", {"HTTP_ACCEPT": OBJECT}, "PGRST116"),
        ("DELETE", "id=gt.1", {"HTTP_PREFER": STRICT}, "PGRST124"),
    ],
)
def test_a_wrong_number_of_written_rows_is_refused_before_it_is_committed(
    method: str, query: str, headers: dict[str, str], code: str
) -> None:
    config = make_config()
    environ: dict[str, Any] = {"wsgi.input": BytesIO(b'{"id": 1}'), "CONTENT_LENGTH": "9"}
    call = ask(query, method=method, config=config, **environ, **headers)
    recipe = compile_operation(call.shape, config, CATALOG).recipe
    check = recipe.check_before_commit(call.values)
    assert check is not None
    with pytest.raises(PgrestError) as caught:
        check(Result(None, 2, b"", None, None))
    assert caught.value.code == code


def test_few_rows_cannot_be_asked_of_a_function_that_gives_one_value() -> None:
    sail = Routine(
        QualifiedName("port", "sail"), None, (), QualifiedName("pg_catalog", "int4"),
        False, False, False, Volatility.VOLATILE, None, (),
    )  # fmt: skip
    catalog = replace(CATALOG, routines={sail.name: (sail,)})
    call = ask(path="/rpc/sail", HTTP_PREFER=STRICT)
    with pytest.raises(PgrestError) as caught:
        compile_operation(call.shape, make_config(), catalog)
    assert caught.value.code == "PGRST128"
