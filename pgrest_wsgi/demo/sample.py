"""The sample database of the demo and of many tests: a film society's archive.

The SQL beside this module is our own invention, and runs on PostgreSQL 14 to 18. Roles are named
``demo_*`` and belong to the whole server: loading a second database finds them there.
"""

from __future__ import annotations

from importlib.resources import files

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi.demo.postgres import change_uri, execute

AUTHENTICATOR = "demo_authenticator"
SCRIPTS = ("roles.sql", "schema.sql", "functions.sql", "media.sql", "data.sql", "grants.sql")


def load_sample(superuser_uri: str) -> str:
    """Fill an empty database; return the URI with which the demo's authenticator logs in.

    Where the superuser needs a password the authenticator gets the same.
    """
    for script in SCRIPTS:
        execute(superuser_uri, files(__package__).joinpath(script).read_bytes())
    password = conninfo_to_dict(superuser_uri).get("password")
    if password:
        set_password = sql.SQL("alter role {} password {}")
        execute(superuser_uri, set_password.format(sql.Identifier(AUTHENTICATOR), str(password)))
    return change_uri(superuser_uri, user=AUTHENTICATOR)
