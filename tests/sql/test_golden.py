"""Requests become exactly the SQL of the golden files, and PostgreSQL takes it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import pq

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.sql.types import SPELLINGS
from tests.sql.golden import FILES, ROLE, Pair, compile_pair, demo_catalog, read_pairs, write_pair

PAIRS = tuple(pair for path in FILES for pair in read_pairs(path)[1])

every_pair = pytest.mark.parametrize(
    "pair", PAIRS, ids=lambda pair: f"{pair.topic}: {' | '.join(pair.request)}"
)


@pytest.fixture(scope="module")
def catalog(demo_uri: str) -> Catalog:
    """The demo's catalog, read once."""
    return demo_catalog(demo_uri)


@pytest.fixture(scope="module")
def reader(demo_uri: str) -> Iterator[psycopg.Connection]:
    """A connection that may do what requests without a token may."""
    with psycopg.connect(demo_uri, autocommit=True) as connection:
        connection.execute(
            "select set_config('role', %s, false), set_config('search_path', 'api', false)", [ROLE]
        )
        yield connection


@every_pair
def test_a_request_becomes_the_golden_sql(pair: Pair, catalog: Catalog) -> None:
    """Where the new text is the right one: ``python -m tests.sql.regenerate``."""
    assert write_pair(pair, compile_pair(pair, catalog)) == pair.text


@every_pair
def test_postgresql_takes_every_statement(
    pair: Pair, catalog: Catalog, reader: psycopg.Connection
) -> None:
    """Each statement can be prepared, by a role with no more rights than it needs."""
    for step in compile_pair(pair, catalog):
        result = reader.pgconn.prepare(b"", step.sql)
        assert result.status == pq.ExecStatus.COMMAND_OK, result.error_message.decode()
        described = reader.pgconn.describe_prepared(b"")
        assert described.nparams == len(step.parameters)


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_postgresql_knows_every_spelling_of_a_type(
    spelling: str, reader: psycopg.Connection
) -> None:
    """They go out unquoted, so each has to be what PostgreSQL's grammar takes."""
    assert reader.execute(f"select cast(null as {spelling})".encode()).fetchone() == (None,)


def test_every_file_has_pairs() -> None:
    """A file whose blank lines went lost would otherwise pass without a test."""
    assert len(FILES) == 15
    assert all(read_pairs(path)[1] for path in FILES)
