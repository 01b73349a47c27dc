"""A catalog made by hand: the ships of a harbour, and requests to them.

For tests of what is compiled, which need no database.
"""

from __future__ import annotations

from typing import Any

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Column, Table, TableKind
from pgrest_wsgi.config import read_config
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.action import plan_action
from pgrest_wsgi.plan.model import ActionPlan


def make_column(name: str, column_type: str, nominal_type: str | None = None) -> Column:
    """A column of a type, declared as `nominal_type` where that is a domain."""
    nominal = nominal_type or column_type
    return Column(name, column_type, nominal, True, None, False, False, None, (), None)


COLUMNS = (
    make_column("id", "integer"),
    make_column("name", "text"),
    make_column("flags", "text[]"),
    make_column("papers", "jsonb"),
    make_column("log", "json"),
    make_column("cargo", "jsonb", "port.manifest"),
    make_column("words", "tsvector"),
)

SHIPS = Table(
    name=QualifiedName("port", "ships"),
    kind=TableKind.TABLE,
    comment=None,
    columns={column.name: column for column in COLUMNS},
    primary_key=("id",),
    unique_keys=(),
    insertable=True,
    updatable=True,
    deletable=True,
)

CATALOG = Catalog(
    schemas=("port",), server_version=150004, tables={SHIPS.name: SHIPS}, foreign_keys=()
)


def make_config(**settings: object) -> Config:
    """A configuration that exposes the harbour; nothing of the environment gets into it."""
    return read_config({"db_schemas": "port", "db_anon_role": "deckhand", **settings}, {}, None)


CONFIG = make_config()


def ask(
    query: str = "", *, path: str = "/ships", method: str = "GET", config: Config = CONFIG,
    **headers: Any,
) -> Call:  # fmt: skip
    """A request, cut. Headers are given by their names in a WSGI environ (``HTTP_PREFER=…``)."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, **headers}
    return read_call(Request(environ), config)


def plan(query: str = "", *, config: Config = CONFIG, **keywords: str) -> ActionPlan:
    """The plan of a request for rows."""
    action = plan_action(ask(query, config=config, **keywords).shape, config, CATALOG)
    assert isinstance(action, ActionPlan)
    return action
