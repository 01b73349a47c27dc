"""Media handlers that the golden files cannot show, since they need PostGIS."""

from __future__ import annotations

from pgrest_wsgi.plan.model import ROWS
from pgrest_wsgi.plan.negotiate import FIXED, OFFERS, Handler
from pgrest_wsgi.sql.handlers import HANDLERS
from pgrest_wsgi.sql.nodes import render


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
