"""Status, ranges and headers of answers to reading requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.response.answers import choose_total, describe_range
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.recipe import recipe_for
from pgrest_wsgi.work import NO_RESULT, Result
from tests.unit.plan.harbour import CATALOG, CONFIG, ask, make_config, plan

RESULT = Result(total=None, page_total=3, body=b"[1,2,3]", headers=None, status=None)


def answer(
    query: str = "", result: Result = RESULT, config: Config = CONFIG, **keywords: Any
) -> Response:
    """The answer to a request that had this result."""
    call = ask(query, config=config, **keywords)
    return compile_operation(call.shape, config, CATALOG).render(result, call.values)


@pytest.mark.parametrize(
    ("first", "rows", "total", "status", "content_range"),
    [
        (0, 0, None, 200, "*/*"),
        (0, 3, None, 200, "0-2/*"),
        (5, 3, None, 200, "5-7/*"),
        (5, 0, None, 200, "*/*"),
        (0, 0, 0, 200, "*/0"),
        (0, 3, 3, 200, "0-2/3"),
        (0, 3, 4, 206, "0-2/4"),
        (2, 2, 4, 206, "2-3/4"),
        (4, 0, 4, 206, "*/4"),
        (5, 0, 4, 416, "*/4"),
        (1, 0, 0, 416, "*/0"),
        (0, 0, 7, 206, "*/7"),
        (0, 3, 2, 200, "0-2/2"),
    ],
)
def test_status_and_range_of_rows(
    first: int, rows: int, total: int | None, status: int, content_range: str
) -> None:
    """Some of the rows are 206, and 416 is only what begins behind the last one."""
    assert describe_range(first, rows, total) == (status, content_range)


@pytest.mark.parametrize(
    ("count", "max_rows", "counted", "planned", "total"),
    [
        ("none", None, None, None, None),
        ("exact", None, 9, None, 9),
        ("planned", None, None, 12, 12),
        ("estimated", None, 9, 12, 12),
        ("estimated", None, 12, 9, 12),
        ("estimated", 10, 10, 50, 10),
        ("estimated", 10, 11, 50, 50),
        ("estimated", 10, 11, 5, 11),
        ("estimated", 10, 11, None, 11),
    ],
)
def test_the_total_is_counted_or_guessed(
    count: str, max_rows: int | None, counted: int | None, planned: int | None, total: int | None
) -> None:
    """An estimate is exact up to max-rows, and beyond it the larger of both numbers."""
    config = make_config(db_default_count=count, db_max_rows=max_rows)
    recipe = recipe_for(ask(config=config).shape, plan(config=config), config)
    result = RESULT._replace(total=counted, planned_total=planned)
    assert choose_total(recipe, result) == total


def test_a_plain_answer() -> None:
    assert answer("id=gt.1&select=id") == Response(
        200,
        (
            ("Content-Location", "/ships?id=gt.1&select=id"),
            ("Content-Range", "0-2/*"),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", "7"),
            ("Vary", "Accept, Prefer, Range"),
        ),
        b"[1,2,3]",
    )


def test_a_head_request_is_told_no_length() -> None:
    names = [name for name, _ in answer(method="HEAD", result=RESULT._replace(body=b"")).headers]
    assert "Content-Length" not in names


def test_an_offset_behind_the_last_row_is_answered_by_an_error() -> None:
    result = Result(total=3, page_total=0, body=b"[]", headers=None, status=None)
    response = answer("offset=4", result, HTTP_PREFER="count=exact")
    assert (response.status, dict(response.headers)["Content-Range"]) == (416, "*/3")
    assert json.loads(response.body) == {
        "code": "PGRST103",
        "message": "Requested range not satisfiable",
        "details": "An offset of 4 was requested, but there are only 3 rows.",
        "hint": None,
    }
    assert dict(response.headers)["Content-Length"] == str(len(response.body))


@pytest.mark.parametrize("rows", [0, 2])
def test_a_single_object_needs_a_single_row(rows: int) -> None:
    with pytest.raises(PgrestError) as caught:
        answer(result=RESULT._replace(page_total=rows), HTTP_ACCEPT="application/vnd.pgrst.object")
    assert caught.value.code == "PGRST116"
    assert caught.value.details == f"The result contains {rows} rows"


def test_a_negotiated_schema_is_told_in_the_bytes_of_its_name() -> None:
    config = make_config(db_schemas="port, hafenübersicht")
    shape = ask(config=config)[0]._replace(by_profile=True, schema="hafenübersicht")
    headers = dict(recipe_for(shape, plan(), config).content)
    assert headers["Content-Profile"].encode("latin-1").decode() == "hafenübersicht"


@pytest.mark.parametrize(
    ("header", "applied"),
    [
        ("count=exact", "count=exact"),
        ("handling=lenient, timezone=UTC", "handling=lenient, timezone=UTC"),
        ("return=representation", None),
        ("return=headers-only", None),
        ("resolution=ignore-duplicates", None),
        ("tx=commit", None),
        ("max-affected=3", None),
        ("x=y", None),
    ],
)
def test_preferences_that_reading_honours_are_told(header: str, applied: str | None) -> None:
    result = RESULT._replace(total=3)
    assert dict(answer(result=result, HTTP_PREFER=header).headers).get("Preference-Applied") == (
        applied
    )


def test_a_function_of_the_request_has_the_last_word() -> None:
    result = RESULT._replace(status=b"203", headers=b'[{"content-range": "all of them"}]')
    response = answer(result=result)
    assert response.status == 203
    assert [value for name, value in response.headers if name.lower() == "content-range"] == [
        "all of them"
    ]


def test_a_document_is_made_of_what_the_role_may_use() -> None:
    server: dict[str, Any] = {"SERVER_NAME": "a", "SERVER_PORT": "1", "wsgi.url_scheme": "http"}
    usable = NO_RESULT._replace(body=b'{"comment": "Port", "tables": [], "routines": []}\n')
    response = answer(result=usable, path="/", HTTP_ACCEPT="application/json", **server)
    assert response.status == 200
    assert response.headers == (
        ("Content-Type", "application/openapi+json; charset=utf-8"),
        ("Content-Length", str(len(response.body))),
        ("Vary", "Accept, Prefer, Range"),
    )
    document = json.loads(response.body)
    assert (document["info"]["title"], list(document["paths"])) == ("Port", ["/"])


def test_methods_are_told_without_asking_the_database() -> None:
    """Every page may know them."""
    call = ask(method="OPTIONS")
    operation = compile_operation(call.shape, CONFIG, CATALOG)
    work = operation.bind(call.values, Identity("deckhand", authenticated=False))
    assert work.steps == ()
    assert operation.render(NO_RESULT, call.values) == Response(
        200,
        (
            ("Content-Length", "0"),
            ("Access-Control-Allow-Origin", "*"),
            ("Allow", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"),
            ("Vary", "Accept, Prefer, Range"),
        ),
    )
