"""Media handlers that the golden files cannot show, since they need PostGIS."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ROWS, Page
from pgrest_wsgi.plan.negotiate import FIXED, OFFERS, CustomHandler, Handler
from pgrest_wsgi.sql.handlers import HANDLERS, body_sql
from pgrest_wsgi.sql.nodes import render
from tests.unit.plan.harbour import plan


def test_every_handler_has_its_sql() -> None:
    assert set(HANDLERS) == set(Handler)


def test_every_handler_but_that_of_head_requests_is_offered() -> None:
    assert {handler for _, handler in (OFFERS | FIXED).values()} == set(Handler) - {Handler.NOTHING}


def test_geojson_is_a_collection_of_the_rows_as_features() -> None:
    assert render(HANDLERS[Handler.GEOJSON](ROWS)) == (
        "json_build_object('type', 'FeatureCollection', 'features',"
        """ COALESCE(json_agg(CAST(ST_AsGeoJSON("pgrst_page") AS json)), '[]'))"""
    )


def test_a_handler_makes_a_new_tree_each_time() -> None:
    """Trees are joined to others, so that none can be used twice."""
    for handler in HANDLERS.values():
        assert handler(ROWS) is not handler(ROWS)


VALUE = Page(is_scalar=True, is_single=True)
VALUES = Page(is_scalar=True)
ROW = Page(is_single=True)


@pytest.mark.parametrize(
    ("handler", "page", "sql"),
    [
        (Handler.ARRAY, VALUE, """COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null')"""),
        (Handler.ARRAY, VALUES, """COALESCE(json_agg("pgrst_page"."pgrst_scalar"), '[]')"""),
        (Handler.ARRAY, ROW, """COALESCE(json_agg("pgrst_page") -> 0, 'null')"""),
        (Handler.OBJECT, VALUE, """COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null')"""),
        (Handler.OBJECT, VALUES, """COALESCE(json_agg("pgrst_page") -> 0, 'null')"""),
        (
            Handler.ARRAY_STRIPPED,
            VALUE,
            """COALESCE(json_strip_nulls(json_agg("pgrst_page"."pgrst_scalar") -> 0), 'null')""",
        ),
    ],
)
def test_a_single_value_or_row_is_no_array(handler: Handler, page: Page, sql: str) -> None:
    assert render(HANDLERS[handler](page)) == sql


MAKER = QualifiedName("port", "page")
SHIPS = QualifiedName("port", "ships")


@pytest.mark.parametrize(
    ("handler", "page", "sql"),
    [
        ((None, SHIPS, True), VALUE, '"pgrst_page"."pgrst_scalar"'),
        ((None, SHIPS, False), VALUE, 'CAST("pgrst_page"."pgrst_scalar" AS text)'),
        ((MAKER, None, True), VALUE, '"port"."page"("pgrst_page"."pgrst_scalar")'),
        ((MAKER, None, True), VALUES, '"port"."page"("pgrst_page")'),
        ((MAKER, None, True), ROWS, '"port"."page"("pgrst_page")'),
        (
            (MAKER, SHIPS, False),
            ROWS,
            'CAST("port"."page"(CAST("pgrst_page" AS "port"."ships")) AS text)',
        ),
    ],
)
def test_what_the_database_makes_is_bytes_or_text(
    handler: tuple[QualifiedName | None, QualifiedName | None, bool], page: Page, sql: str
) -> None:
    action = replace(plan(), handler=CustomHandler(*handler), page=page)
    assert render(body_sql(action)) == sql
