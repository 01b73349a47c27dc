"""What is asked in the benchmarks: a table of requests to the database of ``fixture.sql``.

How they are sent is in `load`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Stands in a path for the number that is drawn anew for each request.
DRAWN = "{n}"


class Scenario(NamedTuple):
    """A row: a GET whose number is drawn between `lowest` and `highest`, and the rows it gets."""

    name: str
    path: str
    lowest: int
    highest: int
    rows: int


SCENARIOS = (
    Scenario("get-by-key", "/orders?id=eq.{n}", 1, 100_000, 1),
    Scenario("get-100", "/orders?id=gte.{n}&order=id&limit=100", 1, 99_000, 100),
    Scenario(
        "filter",
        "/orders?select=id,status,amount,placed_at&status=eq.paid&amount=gt.{n}"
        "&order=placed_at.desc&limit=20",
        *(1, 4000),
        20,
    ),
    Scenario(
        "one-to-many",
        "/clients?select=id,name,orders(id,status,amount,placed_at)&id=gte.{n}&order=id&limit=1",
        *(1, 1000),
        1,
    ),
    Scenario(
        "many-to-one",
        "/orders?select=id,status,amount,clients(id,name,city)&id=gte.{n}&order=id&limit=100",
        *(1, 99_000),
        100,
    ),
)


def environ_of(path: str) -> WSGIEnvironment:
    """The environ of a GET as wrk sends it, as far as the application reads it."""
    path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "127.0.0.1:3000",
    }
