"""The statement that asks what a role may use, for the document about it.

Its one row and column is a JSON object: `comment` of the schema, `tables` as a list of names, and
`routines` as a list of the rows of ``routines.sql``. The latter are asked for anew, for their types
are written as the search path of the request has it; so are v16.2's.
"""

from __future__ import annotations

from typing import NamedTuple

from pgrest_wsgi.catalog.load import ROUTINES, schema_array
from pgrest_wsgi.plan.model import InspectPlan

COMMENT = """
  'comment', (
    select pg_catalog.obj_description(n.oid, 'pg_namespace')
    from pg_catalog.pg_namespace n
    where n.oid = any ($1::pg_catalog.regnamespace[])
  )"""

USABLE = f"""
  'tables', (
    select pg_catalog.json_agg(c.relname order by c.relname)
    from pg_catalog.pg_class c
    where c.relnamespace = any ($1::pg_catalog.regnamespace[])
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (
        pg_catalog.pg_has_role(c.relowner, 'usage')
        or pg_catalog.has_table_privilege(
          c.oid, 'select, insert, update, delete, truncate, references, trigger'
        )
        or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update, references')
      )
  ),
  'routines', (
    select
      pg_catalog.json_agg(
        pg_catalog.json_build_array(
          schema, name, comment, arguments, type_schema, type_name, returns_set, composite,
          domain, volatility, isolation, settings
        )
      )
    from (
{ROUTINES}
    ) routine (
      schema, name, comment, arguments, type_schema, type_name, returns_set, composite, domain,
      volatility, isolation, settings
    )
  )"""


class InspectStatement(NamedTuple):
    """SQL whose parameter ``$n`` is `parameters[n - 1]`."""

    sql: bytes
    parameters: tuple[str, ...]


def inspect_statement(plan: InspectPlan) -> InspectStatement:
    """The statement for a document: about all of a schema only its comment is asked for."""
    schema = (schema_array([plan.schema]),)
    if plan.follows_privileges:
        return InspectStatement(_object(f"{COMMENT},{USABLE}"), (*schema, "[]", "true"))
    return InspectStatement(_object(COMMENT), schema)


def _object(members: str) -> bytes:
    return f"select pg_catalog.json_build_object({members}\n)::pg_catalog.text".encode()
