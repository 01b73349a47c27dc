"""Fixtures: one PostgreSQL server for the session, and scratch databases on it.

``PGREST_TEST_URI``, where set, names a superuser of a running server to use instead of the
embedded one. It has to accept this user's password, or none, for other roles as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest

from pgrest_wsgi.demo.postgres import (
    create_database,
    drop_database,
    embedded_version,
    execute,
    temporary_server,
)
from pgrest_wsgi.demo.sample import load_sample

GIVEN_URI = os.environ.get("PGREST_TEST_URI")

# Nobody needs the data of the embedded server after a power failure.
SPEED = (b"alter system set fsync = off", b"select pg_reload_conf()")


def pytest_report_header() -> str:
    if GIVEN_URI is None:
        return f"PostgreSQL: {embedded_version()} (embedded)"
    with psycopg.connect(GIVEN_URI) as connection:
        version = connection.info.parameter_status("server_version")
    return f"PostgreSQL: {version} (PGREST_TEST_URI)"


@pytest.fixture(scope="session")
def server_uri() -> Iterator[str]:
    """URI of a superuser of the server that all tests share."""
    if GIVEN_URI is None:
        with temporary_server() as uri:
            for statement in SPEED:
                execute(uri, statement)
            yield uri
    else:
        yield GIVEN_URI


@pytest.fixture(scope="session")
def new_database(server_uri: str) -> Iterator[Callable[[str], str]]:
    """Call it with an SQL script: the URI of the superuser of a new database that ran it.

    On a given server the databases are dropped at the end of the session, whoever is still
    connected; the embedded one goes with all of them.
    """
    with ExitStack() as databases:

        def create(script: str) -> str:
            name = f"pgrest_test_{uuid4().hex}"
            if GIVEN_URI is not None:
                databases.callback(drop_database, server_uri, name)
            return create_database(server_uri, name, script)

        yield create


@pytest.fixture(scope="session")
def demo_uri(new_database: Callable[[str], str]) -> str:
    """URI with which the demo's authenticator logs in to a database with the demo's sample."""
    return load_sample(new_database(""))
