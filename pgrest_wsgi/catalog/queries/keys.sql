-- Primary keys and unique constraints of all schemas.
-- Gives the relation's oid, whether it is the primary key, and the columns as a JSON list.
select
  k.conrelid,
  k.contype = 'p',
  (
    select pg_catalog.json_agg(a.attname order by part.position)::pg_catalog.text
    from pg_catalog.unnest(k.conkey) with ordinality part (number, position)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.number
  )
from pg_catalog.pg_constraint k
where k.contype in ('p', 'u')
order by k.conrelid, k.conname
