-- Columns of the relations that tables.sql gives.
-- $1: text form of a regnamespace[] with the schemas.
-- Gives the relation's oid and a JSON list of its columns in order, each one a list of the fields
-- of the class Column: psycopg without its C part reads that in half the time of rows.
with recursive domain_steps (domain, base) as (
  select oid, typbasetype
  from pg_catalog.pg_type
  where typtype = 'd'
  union all
  select step.domain, t.typbasetype
  from domain_steps step
  join pg_catalog.pg_type t on t.oid = step.base
  where t.typtype = 'd'
),
base_types as (
  select step.domain, t.oid, t.typnamespace
  from domain_steps step
  join pg_catalog.pg_type t on t.oid = step.base
  where t.typtype <> 'd'
)
select
  a.attrelid,
  pg_catalog.json_agg(
    pg_catalog.json_build_array(
      a.attname,
      case
        when coalesce(base.typnamespace, t.typnamespace)
          = 'pg_catalog'::pg_catalog.regnamespace
        then pg_catalog.format_type(coalesce(base.oid, t.oid), null)
        else pg_catalog.format_type(a.atttypid, a.atttypmod)
      end,
      pg_catalog.format_type(a.atttypid, a.atttypmod),
      not (a.attnotnull or t.typnotnull),
      case
        when a.attgenerated = 's' then null
        when a.attidentity = 'd' then (
          select pg_catalog.format('nextval(%L)', sequence.objid::pg_catalog.regclass)
          from pg_catalog.pg_depend sequence
          where sequence.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            and sequence.refobjid = a.attrelid
            and sequence.refobjsubid = a.attnum
            and sequence.deptype = 'i'
        )
        when own_default.adbin is not null
        then pg_catalog.pg_get_expr(own_default.adbin, own_default.adrelid)
        else pg_catalog.pg_get_expr(t.typdefaultbin, 0)
      end,
      a.attgenerated <> '',
      a.attidentity <> '',
      case
        when declared.modifier = -1 then null
        when declared.type in ('pg_catalog.bpchar'::pg_catalog.regtype,
                               'pg_catalog.varchar'::pg_catalog.regtype)
        then declared.modifier - 4
        when declared.type in ('pg_catalog.bit'::pg_catalog.regtype,
                               'pg_catalog.varbit'::pg_catalog.regtype)
        then declared.modifier
      end,
      (
        select pg_catalog.json_agg(label.enumlabel order by label.enumsortorder)
        from pg_catalog.pg_enum label
        where label.enumtypid = coalesce(base.oid, t.oid)
      ),
      d.description
    )
    order by a.attnum
  )::pg_catalog.text
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid
join pg_catalog.pg_type t on t.oid = a.atttypid
cross join lateral (
  select
    case t.typtype when 'd' then t.typbasetype else a.atttypid end,
    case t.typtype when 'd' then t.typtypmod else a.atttypmod end
) declared (type, modifier)
left join base_types base on base.domain = t.oid
left join pg_catalog.pg_attrdef own_default
  on own_default.adrelid = a.attrelid
  and own_default.adnum = a.attnum
left join pg_catalog.pg_description d
  on d.objoid = a.attrelid
  and d.objsubid = a.attnum
  and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
where c.relnamespace = any ($1::pg_catalog.regnamespace[])
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and not c.relispartition
  and a.attnum > 0
  and not a.attisdropped
group by a.attrelid
