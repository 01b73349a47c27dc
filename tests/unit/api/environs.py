"""Requests for the tests of the request language, made from the parts that a test is about."""

from __future__ import annotations

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.config import read_config

CONFIG = read_config(
    {"db_uri": "", "db_schemas": "api,other", "db_tx_end": "commit-allow-override"}, {}
)


def make_request(
    query: str = "", path: str = "/films", method: str = "GET", **headers: str
) -> Request:
    """A request as WSGI hands it over; headers by their environ keys, text as its UTF-8 bytes."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query.encode().decode("latin-1"),
        **headers,
    }
    return Request(environ)


def call(query: str = "", path: str = "/films", method: str = "GET", **headers: str) -> Call:
    """Cut such a request, under a configuration with two schemas."""
    return read_call(make_request(query, path, method, **headers), CONFIG)
