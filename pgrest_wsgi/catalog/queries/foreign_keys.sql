-- Foreign keys of all schemas; those that a partition inherits are left out.
-- Gives the relation's oid, the key's name, schema, table and columns (a JSON list), then the
-- schema, table and columns that it refers to, in the same order.
select
  k.conrelid,
  k.conname,
  n.nspname,
  c.relname,
  (
    select pg_catalog.json_agg(a.attname order by part.position)::pg_catalog.text
    from pg_catalog.unnest(k.conkey) with ordinality part (number, position)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.number
  ),
  referenced_n.nspname,
  referenced_c.relname,
  (
    select pg_catalog.json_agg(a.attname order by part.position)::pg_catalog.text
    from pg_catalog.unnest(k.confkey) with ordinality part (number, position)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = part.number
  )
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class referenced_c on referenced_c.oid = k.confrelid
join pg_catalog.pg_namespace referenced_n on referenced_n.oid = referenced_c.relnamespace
where k.contype = 'f'
  and k.conparentid = 0
order by n.nspname, c.relname, k.conname
