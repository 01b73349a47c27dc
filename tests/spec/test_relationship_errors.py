"""Embedding that no relationship, or more than one, allows."""

from __future__ import annotations

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


def test_a_table_that_is_not_related_is_refused_with_the_nearest_that_is(api: Api) -> None:
    body = api.refuse("/films?select=title,screening(*)", 400, "PGRST200")
    assert body["message"] == (
        "Could not find a relationship between 'films' and 'screening' in the schema cache"
    )
    assert body["hint"] == "Perhaps you meant 'screenings' instead of 'screening'."


def test_two_ways_to_a_table_are_both_told(api: Api) -> None:
    body = api.refuse("/box_office?select=*,films(title,people(name))", 300, "PGRST201")
    ways = {way["cardinality"] for way in body["details"]}
    assert ways == {"many-to-one", "many-to-many"}
    assert "'people!films_director_id_fkey'" in body["hint"]


def test_rows_are_not_ordered_by_what_may_be_many_rows(api: Api) -> None:
    body = api.refuse("/films?select=title,screenings(*)&order=screenings(id)", 400, "PGRST118")
    assert body["message"] == "A related order on 'screenings' is not possible"


def test_aggregates_of_spread_arrays_are_refused(open_api: OpenApi) -> None:
    """As in v16.2, which tells so by PGRST127."""
    app = open_api(db_aggregates_enabled=True)
    app.refuse("/films?select=title,...screenings(seats.sum())", 400, "PGRST127")
