-- Tables, views and the like of the exposed schemas, partitions left out.
-- $1: text form of a regnamespace[] with the schemas.
-- Gives oid, schema, name, kind, comment, and the bits of what can be done to the rows:
-- update 4, insert 8, delete 16, as pg_relation_is_updatable counts them. (It would fail for a
-- foreign table whose wrapper has no handler.)
select
  c.oid,
  n.nspname,
  c.relname,
  c.relkind::pg_catalog.text,
  d.description,
  case
    when c.relkind in ('r', 'p') then 28
    when c.relkind = 'v' or wrapper.fdwhandler <> 0
    then pg_catalog.pg_relation_is_updatable(c.oid, true)
    else 0
  end
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_foreign_table f on f.ftrelid = c.oid
left join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
left join pg_catalog.pg_foreign_data_wrapper wrapper on wrapper.oid = s.srvfdw
left join pg_catalog.pg_description d
  on d.objoid = c.oid
  and d.objsubid = 0
  and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
where c.relnamespace = any ($1::pg_catalog.regnamespace[])
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and not c.relispartition
order by n.nspname, c.relname
