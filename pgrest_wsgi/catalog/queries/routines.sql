-- Functions of the exposed schemas that can be called; procedures, aggregates, window and trigger
-- functions cannot, nor can functions without any name for their arguments, but for a single one
-- of a type that a whole request body can be.
-- $1: text form of a regnamespace[] with the schemas.
-- $2: JSON list of patterns for the names of settings that may apply to the whole transaction.
-- $3: whether only those are wanted that the current role may call.
-- Gives schema, name, comment, the inputs as a JSON list (each a list of the fields of the class
-- Argument), schema and name of the returned type, whether a set, a composite type and a domain
-- are returned, volatility, isolation, and the settings as a JSON list of names and values.
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
base_types as materialized (
  select step.domain, t.oid
  from domain_steps step
  join pg_catalog.pg_type t on t.oid = step.base
  where t.typtype <> 'd'
)
select
  n.nspname,
  p.proname,
  d.description,
  (
    select
      pg_catalog.json_agg(
        pg_catalog.json_build_array(
          coalesce(input.name, ''),
          pg_catalog.format_type(input.type, null),
          pg_catalog.format_type(
            case input.type
              when 'pg_catalog.bit'::pg_catalog.regtype
              then 'pg_catalog.varbit'::pg_catalog.regtype
              when 'pg_catalog._bit'::pg_catalog.regtype
              then 'pg_catalog._varbit'::pg_catalog.regtype
              when 'pg_catalog.bpchar'::pg_catalog.regtype
              then 'pg_catalog.varchar'::pg_catalog.regtype
              when 'pg_catalog._bpchar'::pg_catalog.regtype
              then 'pg_catalog._varchar'::pg_catalog.regtype
              else input.type
            end,
            null
          ),
          input.position <= p.pronargs - p.pronargdefaults,
          coalesce(input.mode = 'v', false)
        )
        order by input.position
      )::pg_catalog.text
    from (
      select
        p.proargnames[part.number] as name,
        part.type,
        p.proargmodes[part.number] as mode,
        pg_catalog.row_number() over (order by part.number) as position
      from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
        with ordinality part (type, number)
      where p.proargmodes is null or p.proargmodes[part.number] in ('i', 'b', 'v')
    ) input
  ),
  returned_n.nspname,
  coalesce(relation.relname, returned.typname),
  p.proretset,
  returned.typtype = 'c' or coalesce(p.proargmodes && '{o,b,t}', false),
  base.domain is not null,
  p.provolatile::pg_catalog.text,
  (
    select pg_catalog.substr(clause, pg_catalog.strpos(clause, '=') + 1)
    from pg_catalog.unnest(p.proconfig) clause
    where pg_catalog.split_part(clause, '=', 1) = 'default_transaction_isolation'
  ),
  (
    select
      pg_catalog.json_agg(
        pg_catalog.json_build_array(
          pg_catalog.split_part(clause, '=', 1),
          pg_catalog.substr(clause, pg_catalog.strpos(clause, '=') + 1)
        )
        order by number
      )::pg_catalog.text
    from pg_catalog.unnest(p.proconfig) with ordinality part (clause, number)
    where pg_catalog.split_part(clause, '=', 1)
      ~ any (select pg_catalog.json_array_elements_text($2::pg_catalog.json))
  )
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join base_types base on base.domain = p.prorettype
join pg_catalog.pg_type returned on returned.oid = coalesce(base.oid, p.prorettype)
join pg_catalog.pg_namespace returned_n on returned_n.oid = returned.typnamespace
left join pg_catalog.pg_class relation on relation.oid = returned.typrelid
left join pg_catalog.pg_description d
  on d.objoid = p.oid
  and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
where p.pronamespace = any ($1::pg_catalog.regnamespace[])
  and p.prokind = 'f'
  and returned.oid <> 'pg_catalog.trigger'::pg_catalog.regtype
  and (
    p.proargnames is not null
    or p.pronargs = 0
    or p.pronargs = 1
      and p.proargtypes[0] in (
        'pg_catalog.bytea'::pg_catalog.regtype,
        'pg_catalog.json'::pg_catalog.regtype,
        'pg_catalog.jsonb'::pg_catalog.regtype,
        'pg_catalog.text'::pg_catalog.regtype,
        'pg_catalog.xml'::pg_catalog.regtype
      )
  )
  and (not $3::pg_catalog.bool or pg_catalog.has_function_privilege(p.oid, 'execute'))
order by n.nspname, p.proname
