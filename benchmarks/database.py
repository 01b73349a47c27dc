"""The database that the benchmarks read, and the settings of an application on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from benchmarks.tokens import key_set
from pgrest_wsgi.demo.postgres import (
    change_uri,
    create_database,
    drop_database,
    execute,
    temporary_server,
)

AUTHENTICATOR = "bench_authenticator"
FIXTURE = Path(__file__).with_name("fixture.sql")


@contextmanager
def bench_database() -> Iterator[str]:
    """Fill a scratch database on the embedded server, or on that of ``PGREST_TEST_URI``.

    Yields its superuser's URI; the database is dropped at the end.
    """
    given = os.environ.get("PGREST_TEST_URI")
    with temporary_server() if given is None else nullcontext(given) as server_uri:
        name = f"pgrest_bench_{uuid4().hex}"
        try:
            uri = create_database(server_uri, name, FIXTURE.read_text())
            execute(uri, b"vacuum analyze")
            yield uri
        finally:
            drop_database(server_uri, name)


def authenticator_uri(superuser_uri: str) -> str:
    """The URI with which the application logs in, by the superuser's password if it has one."""
    password = conninfo_to_dict(superuser_uri).get("password")
    if password:
        set_password = sql.SQL("alter role {} password {}")
        execute(superuser_uri, set_password.format(sql.Identifier(AUTHENTICATOR), str(password)))
    return change_uri(superuser_uri, user=AUTHENTICATOR)


def settings(db_uri: str, *, cached: bool = True) -> dict[str, str]:
    """The application's settings as environment variables; `cached`: it remembers tokens."""
    return {
        "PGRST_DB_URI": db_uri,
        "PGRST_DB_SCHEMAS": "bench",
        "PGRST_DB_ANON_ROLE": "bench_anon",
        "PGRST_DB_POOL": "8",
        "PGRST_JWT_SECRET": key_set(),
        "PGRST_JWT_CACHE_MAX_ENTRIES": "1000" if cached else "0",
    }
