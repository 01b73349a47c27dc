"""The connection on which the catalog is read: apart from the pool, for one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import NamedTuple

import psycopg

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.load import Fetch, load_catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.advice import Doubt, explain, find_doubts
from pgrest_wsgi.database.pool import connection_string


class IntrospectionError(Exception):
    """The catalog, or the settings of the database, could not be read."""


class Introspection(NamedTuple):
    """The catalog, how many seconds it took, and what of the configuration does not fit to it."""

    catalog: Catalog
    seconds: float
    doubts: tuple[Doubt, ...]


def read_catalog(config: Config) -> Introspection:
    """The catalog of the database. Raises `IntrospectionError`."""
    started = monotonic()
    try:
        with introspect(config) as fetch:
            catalog = load_catalog(
                fetch,
                config.db_schemas,
                config.db_extra_search_path,
                hoisted_settings=config.db_hoisted_tx_settings,
            )
            doubts = tuple(find_doubts(fetch, config))
    except psycopg.Error as error:
        raise IntrospectionError(explain(error)) from error
    if not config.db_config:  # in v16.2 it switches the settings of all roles off
        catalog = replace(catalog, role_settings={})
    return Introspection(catalog, monotonic() - started, doubts)


@contextmanager
def introspect(config: Config) -> Iterator[Fetch]:
    """A transaction in which all queries see one state, and names come with their schemas."""
    with psycopg.connect(connection_string(config)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("set local search_path to ''")
        cursor = psycopg.RawCursor(connection)
        yield lambda sql, parameters: cursor.execute(sql, parameters).fetchall()
