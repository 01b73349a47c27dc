-- Functions and aggregates of the exposed schemas that return a domain (of any schema) which is
-- called like a media type, or "*/*".
-- $1: text form of a regnamespace[] with the schemas.
-- Gives schema and name of what they are for, the domain's name, and schema and name of the
-- aggregate, and whether values of the domain are bytes or XML. An aggregate is for the relation
-- whose rows it takes, or for anyelement; a function, which has no aggregate here, is for itself.
-- Of rows for the same, the last counts.
with recursive domain_steps (type, name, base) as (
  select oid, typname, typbasetype
  from pg_catalog.pg_type
  where typtype = 'd'
    and (typname = '*/*' or typname ~ '^[A-Za-z0-9.-]+/[A-Za-z0-9.+-]+$')
  union all
  select step.type, step.name, t.typbasetype
  from domain_steps step
  join pg_catalog.pg_type t on t.oid = step.base
  where t.typtype = 'd'
),
media_types (type, name, is_raw) as (
  select
    step.type,
    step.name,
    t.oid in ('pg_catalog.bytea'::pg_catalog.regtype, 'pg_catalog.xml'::pg_catalog.regtype)
  from domain_steps step
  join pg_catalog.pg_type t on t.oid = step.base
  where t.typtype <> 'd'
)
select n.nspname, p.proname, made.name, null as aggregate_schema, null as aggregate, made.is_raw
from media_types made
join pg_catalog.pg_proc p on p.prorettype = made.type
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.pronamespace = any ($1::pg_catalog.regnamespace[])
  and p.prokind = 'f'
  and not p.proretset
union all
select taken_n.nspname, taken.typname, made.name, n.nspname, p.proname, made.is_raw
from media_types made
join pg_catalog.pg_proc p on p.prorettype = made.type
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_type taken on taken.oid = p.proargtypes[0]
join pg_catalog.pg_namespace taken_n on taken_n.oid = taken.typnamespace
left join pg_catalog.pg_class relation on relation.oid = taken.typrelid
where p.pronamespace = any ($1::pg_catalog.regnamespace[])
  and p.prokind = 'a'
  and p.pronargs = 1
  and (
    relation.relkind in ('r', 'p', 'v', 'm', 'f')
    or taken.oid = 'pg_catalog.anyelement'::pg_catalog.regtype
  )
order by aggregate nulls first, aggregate_schema, name
