"""The settings that the database keeps: of the role that logs in, and by ``db-pre-config``.

Upstream: https://docs.postgrest.org/en/v16/references/configuration.html#in-database-configuration.
Which settings there are, and what wins over what, is the business of `config`.
"""

from __future__ import annotations

import psycopg

from pgrest_wsgi.catalog.load import Fetch
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.config.settings import DATABASE, SETTINGS
from pgrest_wsgi.database.advice import explain
from pgrest_wsgi.database.introspection import IntrospectionError
from pgrest_wsgi.database.pool import connection_string
from pgrest_wsgi.names import QualifiedName, parse_qualified_name
from pgrest_wsgi.sql.session import call_statement

# What is set for the role in this database comes last, and so wins in a dictionary.
ROLE = """
select o.option_name, o.option_value
from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles r on r.oid = s.setrole
left join pg_catalog.pg_database d on d.oid = s.setdatabase
cross join lateral pg_catalog.pg_options_to_table(s.setconfig) o
where r.rolname = current_user and coalesce(d.datname = current_catalog, s.setdatabase = 0)
order by s.setdatabase
"""

SESSION = """
select n.name, pg_catalog.current_setting(n.name, true)
from unnest($1::text[]) n(name)
where pg_catalog.current_setting(n.name, true) is not null
"""

NAMES = tuple(DATABASE + setting.keyword for setting in SETTINGS if setting.from_database)


def read_settings(config: Config) -> dict[str, str]:
    """The texts of the settings that the database has, by names such as ``db_max_rows``.

    `config` is what the other sources make; with ``db-config=false`` the database is not asked.
    Raises `IntrospectionError`, also where the function of ``db-pre-config`` fails: to go on
    without what it sets could open what it closes.
    """
    if not config.db_config:
        return {}
    try:
        with psycopg.connect(connection_string(config)) as connection:
            connection.read_only = True
            cursor = psycopg.RawCursor(connection)
            texts = query_settings(
                lambda sql, values: cursor.execute(sql, values).fetchall(), config.db_pre_config
            )
    except psycopg.Error as error:
        raise IntrospectionError(explain(error)) from error
    return {name.removeprefix(DATABASE): texts[name] for name in NAMES if name in texts}


def query_settings(fetch: Fetch, pre_config: QualifiedName | None) -> dict[str, str]:
    """The settings by their names in the database; those of the role win over the function's."""
    role: dict[str, str] = dict(fetch(ROLE, ()))
    named = role.get(f"{DATABASE}db_pre_config")
    function = parse_qualified_name(named) if named else pre_config
    if function is None:
        return role
    fetch(call_statement(function).decode(), ())
    return {**dict(fetch(SESSION, ("{" + ",".join(NAMES) + "}",))), **role}
