"""Indexes serve the statements as they are, under the generic plans of prepared statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.introspection import read_catalog
from pgrest_wsgi.snapshot import Snapshot
from tests.unit.api.environs import call

SCRIPT = """
create schema api;
create table api.parts (id int primary key, name text, day date, facts jsonb);
insert into api.parts
  select n, 'part ' || n, date '2020-01-01' + n,
         jsonb_build_object('code', n::text, 'sizes', jsonb_build_array(n, n + 1))
  from generate_series(1, 20000) n;
create index parts_name on api.parts (name);
create index parts_day on api.parts (day desc nulls last);
create index parts_code on api.parts ((facts ->> 'code'));
create index parts_size on api.parts ((facts -> 'sizes' -> 0));
analyze api.parts;
"""


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def snapshot(uri: str) -> Snapshot:
    config = read_config({"db_uri": uri, "db_schemas": "api", "db_anon_role": "postgres"}, {})
    return Snapshot(config, read_catalog(config)[0])


@pytest.fixture
def connection(uri: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(uri, autocommit=True) as opened:
        opened.execute("set plan_cache_mode = force_generic_plan")
        yield opened


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("id=eq.5", "parts_pkey"),
        ("id=in.(5,6,7)", "parts_pkey"),
        ("name=eq.part 5", "parts_name"),
        ("facts->>code=eq.5", "parts_code"),
        ("facts->sizes->0=eq.5", "parts_size"),
        ("or=(id.eq.5,facts->>code.eq.7)", "parts_code"),
        ("order=id.desc&limit=5", "parts_pkey"),
        ("order=day.desc.nullslast&limit=5", "parts_day"),
    ],
)
def test_the_index_is_used(
    snapshot: Snapshot, connection: psycopg.Connection, query: str, index: str
) -> None:
    """No sequential scan of 20,000 rows where an index holds what is asked."""
    shape = call(query, "/parts")[0]._replace(schema="api")
    operation = snapshot.operation(shape, len(query))
    template = operation.templates[operation.main]
    connection.execute(b"prepare asked as " + template.sql)
    arguments = ", ".join(["null"] * len(template.binders))
    plan = connection.execute(f"explain execute asked({arguments})".replace("()", "")).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert index in text
    assert "Seq Scan" not in text
