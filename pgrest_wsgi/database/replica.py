"""A pool on a replica: what a notification is about has to have arrived there as well."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi.database.pool import has_several_hosts

WRITTEN = "select pg_catalog.pg_current_wal_lsn()::text"
REPLAYED = "select pg_catalog.pg_last_wal_replay_lsn() >= %s::pg_catalog.pg_lsn"


def has_arrived(primary: str, pool: str) -> bool:
    """Whether the server of the pool has what the primary has written by now.

    Both are connection strings, and may lead to the same server. Where they lead nowhere there is
    nothing to wait for.
    """
    if not has_several_hosts(conninfo_to_dict(pool)):
        return True
    try:
        with psycopg.connect(pool, autocommit=True) as server:
            if server.info.parameter_status("in_hot_standby") != "on":
                return True
            with psycopg.connect(primary, autocommit=True) as origin:
                [(position,)] = origin.execute(WRITTEN)
            # NULL where it was promoted meanwhile.
            [(has_replayed,)] = server.execute(REPLAYED, (position,))
            return has_replayed is not False
    except psycopg.Error:
        return True
