"""A pool on a replica: what a notification is about has to have arrived there as well."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi.database.pool import has_several_hosts

WRITTEN = "select pg_catalog.pg_current_wal_lsn()::text"
# Not where it was promoted, for then the position of its replay stays what it was.
BEHIND = """
select pg_catalog.pg_last_wal_replay_lsn() < %s::pg_catalog.pg_lsn
       and pg_catalog.pg_is_in_recovery()
"""


def written(primary: str, pool: str) -> str | None:
    """How far the primary has written by now, where the server of the pool may be another one.

    Both are connection strings. Where the primary is away there is nothing to wait for.
    """
    if not has_several_hosts(conninfo_to_dict(pool)):
        return None
    try:
        with psycopg.connect(primary, autocommit=True) as server:
            [(position,)] = server.execute(WRITTEN)
            return str(position)
    except psycopg.Error:
        return None


def has_arrived(position: str | None, pool: str) -> bool:
    """Whether the server of the pool has all up to what was `written`, or need not have it."""
    if position is None:
        return True
    try:
        with psycopg.connect(pool, autocommit=True) as server:
            [(is_behind,)] = server.execute(BEHIND, (position,))
            return not is_behind
    except psycopg.Error:
        return True
