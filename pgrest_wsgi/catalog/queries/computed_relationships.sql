-- Functions from a row of one relation to rows of another, with both the function and the former
-- relation in exposed schemas.
-- $1: text form of a regnamespace[] with the schemas.
-- Gives schema and name of the function, of the one and of the other relation, and whether there
-- is at most one row.
select
  function_n.nspname,
  f.proname,
  argument_n.nspname,
  argument_c.relname,
  result_n.nspname,
  result_c.relname,
  not f.proretset or f.prorows = 1
from pg_catalog.pg_proc f
join pg_catalog.pg_namespace function_n on function_n.oid = f.pronamespace
join pg_catalog.pg_type argument on argument.oid = f.proargtypes[0]
join pg_catalog.pg_class argument_c on argument_c.oid = argument.typrelid
join pg_catalog.pg_namespace argument_n on argument_n.oid = argument_c.relnamespace
join pg_catalog.pg_type result on result.oid = f.prorettype
join pg_catalog.pg_class result_c on result_c.oid = result.typrelid
join pg_catalog.pg_namespace result_n on result_n.oid = result_c.relnamespace
where f.pronamespace = any ($1::pg_catalog.regnamespace[])
  and f.pronargs = 1
  and argument_c.relnamespace = any ($1::pg_catalog.regnamespace[])
  and argument_c.relkind in ('r', 'p', 'v', 'm', 'f')
  and result_c.relkind in ('r', 'p', 'v', 'm', 'f')
