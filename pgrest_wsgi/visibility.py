"""Whether a role may know of a table or function: a hint must not name what the role cannot see.

PostgREST hints at all that is in an exposed schema. Here PostgreSQL is asked first, as the role.
"""

from __future__ import annotations

from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.bind import Template, constant_binder, session_template
from pgrest_wsgi.catalog.missing import AmbiguousRoutineError, MissingError, RoutineNotFoundError
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.sql.session import session_statement
from pgrest_wsgi.work import Work

VISIBLE_TABLE = b"""
select pg_catalog.has_schema_privilege(n.oid, 'usage')
   and (pg_catalog.has_table_privilege(c.oid, 'select, insert, update, delete')
     or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update'))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = $1 and c.relname = $2
"""

# All functions of the name: the hint may tell the arguments of any.
VISIBLE_ROUTINE = b"""
select pg_catalog.bool_and(pg_catalog.has_schema_privilege(n.oid, 'usage')
                       and pg_catalog.has_function_privilege(p.oid, 'execute'))
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
 where n.nspname = $1 and p.proname = $2 and p.prokind = 'f'
"""

ABOUT_ROUTINES = (RoutineNotFoundError, AmbiguousRoutineError)


def visibility_work(
    error: MissingError, config: Config, call: Call, identity: Identity
) -> Work | None:
    """The work that answers true where the role of `identity` may know what the hint would name.

    None where the error has no hint to give.
    """
    if error.similar is None:
        return None
    session = session_statement(config, call.shape.schema, read_only=True, timezone=False)
    visible = VISIBLE_ROUTINE if isinstance(error, ABOUT_ROUTINES) else VISIBLE_TABLE
    names = tuple(constant_binder(name) for name in error.similar)
    templates = (session_template(session), Template(visible, names))
    steps = tuple(template.bind(call.values, identity) for template in templates)
    return Work(steps, 1, identity.authenticated)
