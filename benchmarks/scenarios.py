"""What is asked in the benchmarks: a table of requests to the database of ``fixture.sql``.

How they are sent is in `load`.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Stands in a path or a body for the number that is drawn anew for each request.
DRAWN = "{n}"


class Scenario(NamedTuple):
    """A row: a request whose number is drawn between `lowest` and `highest`, and how many rows it
    gets or writes, one for the value of a function. `body` is JSON; `prefer` is the header of that
    name; `token` is the algorithm of a token, asked of a server that remembers it if `cached`.
    """

    name: str
    path: str
    lowest: int
    highest: int
    rows: int
    method: str = "GET"
    body: str = ""
    prefer: str = ""
    token: str = ""
    cached: bool = True


def visits(count: int) -> str:
    """An array of new rows."""
    row = {"page": "/films/{n}", "visitor": "{n}", "seconds": 12.5, "referrer": "https://x.example"}
    return json.dumps([row] * count)


def stock(count: int) -> str:
    """An array of rows that exist, a hundred at most, where the number drawn begins their keys."""
    rows = [{"id": f"{DRAWN}{place:02}", "pieces": place} for place in range(count)]
    return json.dumps(rows)


MERGE = "count=exact, resolution=merge-duplicates"
COUNT = "count=exact"

BY_KEY = Scenario("get-by-key", "/orders?id=eq.{n}", 1, 100_000, 1)

SCENARIOS = (
    BY_KEY,
    BY_KEY._replace(name="hs256", token="HS256"),
    BY_KEY._replace(name="hs256-uncached", token="HS256", cached=False),
    BY_KEY._replace(name="rs256", token="RS256"),
    BY_KEY._replace(name="rs256-uncached", token="RS256", cached=False),
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
    Scenario("insert", "/visits", 1, 9999, 1, "POST", visits(1), COUNT),
    Scenario("insert-1000", "/visits", 1, 9999, 1000, "POST", visits(1000), COUNT),
    Scenario("upsert-100", "/stock", 1, 999, 100, "POST", stock(100), MERGE),
    Scenario("update", "/stock?id=eq.{n}", 1, 99_999, 1, "PATCH", '{"pieces": "{n}"}', COUNT),
    Scenario("rpc-scalar", "/rpc/outstanding?client={n}", 1, 1000, 1),
    Scenario("rpc-100", "/rpc/orders_from?first={n}", 1, 99_000, 100),
)


def environ_of(scenario: Scenario, path: str | None = None) -> WSGIEnvironment:
    """The environ of a request as wrk sends it, as far as the application reads it.

    `path` is the scenario's with a number in it.
    """
    path, _, query = (path or scenario.path).partition("?")
    environ = {
        "REQUEST_METHOD": scenario.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "127.0.0.1:3000",
    }
    if scenario.method == "GET":
        return environ
    body = scenario.body.encode()
    return {
        **environ, "HTTP_PREFER": scenario.prefer, "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
    }  # fmt: skip
