"""Whether a role may know of a table: a hint must not name what the role cannot see.

PostgREST hints at every table of an exposed schema. Here PostgreSQL is asked first, as the role.
"""

from __future__ import annotations

from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.bind import Template, constant_binder, session_template
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.sql.session import session_statement
from pgrest_wsgi.work import Work

VISIBLE = b"""
select pg_catalog.has_schema_privilege(n.oid, 'usage')
   and (pg_catalog.has_table_privilege(c.oid, 'select, insert, update, delete')
     or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update'))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = $1 and c.relname = $2
"""


def visibility_work(table: QualifiedName, config: Config, call: Call, identity: Identity) -> Work:
    """The work that answers true where the role of `identity` may use `table` in any way."""
    session = session_statement(config, call.shape.schema, read_only=True, timezone=False)
    names = (constant_binder(table.schema), constant_binder(table.name))
    templates = (session_template(session), Template(VISIBLE, names))
    steps = tuple(template.bind(call.values, identity) for template in templates)
    return Work(steps, 1, identity.authenticated)
