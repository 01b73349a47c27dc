"""What to do about a database that cannot be used, or not as it is configured.

Failures are told in one line, with a row of `ADVICE` where one fits; PostgreSQL gives no code for
a login that it refuses, so the rows know its English messages. Doubts are no failures: the catalog
can be read, but some requests will be refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

import psycopg

from pgrest_wsgi.catalog.load import Fetch
from pgrest_wsgi.config.model import Config

# What the code or the message of a failure holds, and what to do. The first that fits is given.
ADVICE: tuple[tuple[str, str], ...] = (
    (r"password authentication failed", "correct user or password in db-uri"),
    (r"no password supplied", "give a password in db-uri, PGPASSWORD or ~/.pgpass"),
    (r'FATAL: +database "[^"]*" does not exist', "create it, or correct its name in db-uri"),
    (r'FATAL: +role "[^"]*" does not exist', "create it, or correct the user in db-uri"),
    (r"is not permitted to log in", "db-uri has to name a role that is: alter role … login"),
    (r"no pg_hba\.conf entry", "let pg_hba.conf admit it"),
    (
        r"too many clients|too many connections|connection slots",
        "workers x (db-pool + 2) is too much: lower db-pool, or raise max_connections",
    ),
    (
        r"[Cc]onnection refused|No such file|could not translate|failed to resolve|timeout expired",
        "is PostgreSQL running, and db-uri right?",
    ),
    (r"^3F000", "create it, or take it out of db-schemas"),
    (r"^42883", "create the function, or correct db-pre-config"),
)


def explain(error: Exception) -> str:
    """An error in one line, and what to do about it, where that is known."""
    code = getattr(error, "sqlstate", None) or ""
    message = read_message(error)
    found = (advice for pattern, advice in ADVICE if re.search(pattern, f"{code} {message}"))
    advice = next(found, None)
    return message if advice is None else f"{message.rstrip('.')}; {advice}"


def read_message(error: Exception) -> str:
    """What happened, without the place in a query, nor what libpq asks back on lines of its own."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return error.diag.message_primary
    lines = str(error).splitlines()
    message = " ".join(line.strip() for line in lines if not line.startswith("\t"))
    # psycopg looks up the host that a variable names, but does not name it.
    return message.replace(" host None:", f" host {os.environ.get('PGHOST')!r}:")


class Doubt(NamedTuple):
    """Why a setting will not do, and what to do about it."""

    setting: str
    text: str


CONNECTIONS_BESIDE_POOL = 2  # one listens, one reads the catalog

LOGIN = """
select session_user, anon.oid is not null,
       anon.oid is null or pg_catalog.pg_has_role(session_user, anon.oid, 'MEMBER'),
       least(pg_catalog.current_setting('max_connections')::int,
             nullif(login.rolconnlimit, -1))
from pg_catalog.pg_roles login left join pg_catalog.pg_roles anon on anon.rolname = $1
where login.rolname = session_user
"""


def find_doubts(fetch: Fetch, config: Config) -> Iterator[Doubt]:
    """What of the configuration does not fit to the roles and limits of the database."""
    anon = config.db_anon_role
    for login, exists, may_become, allowed in fetch(LOGIN, (anon or None,)):
        if anon and not exists:
            yield Doubt("db-anon-role", f'role "{anon}" does not exist; create role "{anon}"')
        elif anon and not may_become:
            advice = f'grant "{anon}" to "{login}"'
            yield Doubt("db-anon-role", f'"{login}" may not become "{anon}"; {advice}')
        needed = config.db_pool + CONNECTIONS_BESIDE_POOL
        if needed > allowed:
            text = f"each worker takes up to {needed} connections, PostgreSQL allows {allowed}"
            yield Doubt("db-pool", f"{text}; lower it, or raise max_connections")
