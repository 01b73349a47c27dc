"""GeoJSON, where PostGIS is installed.

https://docs.postgrest.org/en/v16/references/api/resource_representation.html
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.spec.api import Api, user_of
from tests.spec.conftest import OpenApi

GEOJSON = "application/geo+json"
CONTENT_TYPE = f"{GEOJSON}; charset=utf-8"

SCRIPT = """
create schema extensions;
create extension postgis schema extensions;
create schema api;
create table api.venues (id int primary key, name text, place extensions.geometry);
insert into api.venues values
  (1, 'Harbour stage', extensions.st_point(10.25, 59.5)), (2, 'Nowhere', null);
create table api.halls (id int primary key, venue_id int references api.venues, seats int);
insert into api.halls values (1, 1, 80);
create function api.near(name text) returns setof api.venues
  language sql stable as 'select * from api.venues where venues.name = $1';
"""


@pytest.fixture(scope="module")
def venues(open_api: OpenApi, new_database: Callable[[str], str], server_uri: str) -> Api:
    with psycopg.connect(server_uri) as connection:
        found = "select from pg_available_extensions where name = 'postgis'"
        if connection.execute(found).fetchone() is None:
            pytest.skip("this server has no PostGIS")
    uri = new_database(SCRIPT)
    return open_api(db_uri=uri, db_anon_role=user_of(uri), db_extra_search_path="extensions")


STAGE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [10.25, 59.5]},
    "properties": {"id": 1, "name": "Harbour stage"},
}


@pytest.mark.parametrize("path", ["/venues?id=eq.1", "/rpc/near?name=Harbour%20stage"])
def test_rows_are_features(venues: Api, path: str) -> None:
    response = venues.get(path, Accept=GEOJSON)
    assert response.headers["Content-Type"] == CONTENT_TYPE
    [feature] = (response.json or {}).pop("features")
    feature.pop("id", None)  # of newer versions of PostGIS
    assert feature == STAGE


def test_no_rows_are_no_features(venues: Api) -> None:
    response = venues.get("/venues?id=eq.0", Accept=GEOJSON)
    assert response.json == {"type": "FeatureCollection", "features": []}


def test_a_row_without_a_place_has_no_geometry(venues: Api) -> None:
    [feature] = (venues.get("/venues?id=eq.2", Accept=GEOJSON).json or {})["features"]
    assert feature["geometry"] in (None, {"type": None})  # the latter is of older PostGIS


def test_other_columns_and_embedded_rows_are_properties(venues: Api) -> None:
    path = "/venues?select=place,title:name,halls(seats)&id=eq.1"
    [feature] = (venues.get(path, Accept=GEOJSON).json or {})["features"]
    assert feature["properties"] == {"title": "Harbour stage", "halls": [{"seats": 80}]}


def test_it_needs_a_geometry(venues: Api) -> None:
    venues.get("/venues?select=name", 400, Accept=GEOJSON)


def test_json_shows_geometries_as_geojson(venues: Api) -> None:
    [row] = venues.rows("/venues?select=place&id=eq.1")
    assert row["place"]["coordinates"] == [10.25, 59.5]


def test_without_postgis_nobody_makes_it(api: Api) -> None:
    """It is offered nevertheless: PostgreSQL says what is missing."""
    api.refuse("/films", 404, "42883", Accept=GEOJSON)
