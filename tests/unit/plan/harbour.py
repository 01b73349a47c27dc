"""A catalog made by hand: the ships of a harbour, and requests to them.

For tests of what is compiled, which need no database.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Column, ForeignKey, Table, TableKind
from pgrest_wsgi.catalog.relations import derive_relationships
from pgrest_wsgi.catalog.relationship import ComputedRelationship
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


def port(name: str) -> QualifiedName:
    return QualifiedName("port", name)


def make_table(name: str, *columns: str, primary_key: tuple[str, ...] = ("id",)) -> Table:
    """A table whose columns are all integers."""
    made = {column: make_column(column, "integer") for column in columns}
    return Table(port(name), TableKind.TABLE, None, made, primary_key, (), True, True, True)


TABLES = (
    SHIPS,
    make_table("harbours", "id", "depth"),
    make_table("permits", "ship", "fee", primary_key=("ship",)),
    make_table("logs", "id", "ship", "day", "corrects"),
    make_table("crews", "id", "size"),
    make_table("shifts", "ship", "crew", primary_key=("ship", "crew")),
)

FOREIGN_KEYS = (
    ForeignKey("home_port", SHIPS.name, ("home",), port("harbours"), ("id",), unique=False),
    ForeignKey("last_port", SHIPS.name, ("last",), port("harbours"), ("id",), unique=False),
    ForeignKey("permit", port("permits"), ("ship",), SHIPS.name, ("id",), unique=True),
    ForeignKey("log", port("logs"), ("ship",), SHIPS.name, ("id",), unique=False),
    ForeignKey("correction", port("logs"), ("corrects",), port("logs"), ("id",), unique=False),
    ForeignKey("at_work", port("shifts"), ("ship",), SHIPS.name, ("id",), unique=False),
    ForeignKey("on_duty", port("shifts"), ("crew",), port("crews"), ("id",), unique=False),
)

SISTERS = ComputedRelationship(port("sisters"), SHIPS.name, SHIPS.name, False, True)

TABLES_BY_NAME = {table.name: table for table in TABLES}

CATALOG = Catalog(
    schemas=("port",),
    server_version=150004,
    tables=TABLES_BY_NAME,
    foreign_keys=FOREIGN_KEYS,
    relationships=derive_relationships(("port",), TABLES_BY_NAME, FOREIGN_KEYS, (), (SISTERS,)),
)


def make_config(**settings: object) -> Config:
    """A configuration that exposes the harbour; nothing of the environment gets into it."""
    return read_config({"db_schemas": "port", "db_anon_role": "deckhand", **settings}, {}, None)


CONFIG = make_config()


def ask(
    query: str = "", *, path: str = "/ships", method: str = "GET", config: Config = CONFIG,
    body: str = "", **headers: Any,
) -> Call:  # fmt: skip
    """A request, cut. Headers are given by their names in a WSGI environ (``HTTP_PREFER=…``)."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body.encode())), "wsgi.input": BytesIO(body.encode()), **headers,
    }  # fmt: skip
    return read_call(Request(environ), config)


def plan(query: str = "", *, config: Config = CONFIG, **keywords: str) -> ActionPlan:
    """The plan of a request for rows."""
    action = plan_action(ask(query, config=config, **keywords).shape, config, CATALOG)
    assert isinstance(action, ActionPlan)
    return action
