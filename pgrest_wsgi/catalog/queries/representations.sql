-- Implicit casts of all schemas between a domain and json or text, by functions that this login
-- may call.
-- Gives the types that a cast is from and to, and its function's schema and name.
select
  pg_catalog.format_type(c.castsource, null),
  pg_catalog.format_type(c.casttarget, null),
  n.nspname,
  p.proname
from pg_catalog.pg_cast c
join pg_catalog.pg_type source on source.oid = c.castsource
join pg_catalog.pg_type target on target.oid = c.casttarget
join pg_catalog.pg_proc p on p.oid = c.castfunc
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where c.castcontext = 'i'
  and pg_catalog.has_function_privilege(p.oid, 'execute')
  and (
    source.typtype = 'd'
    and target.oid in ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype)
    or target.typtype = 'd'
    and source.oid in ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype)
  )
