-- The queries of views, as text forms of pg_node_tree.
-- $1: text form of a text[] with the schemas as quoted identifiers; those that do not exist hold
-- no views.
-- Gives the view's oid and its query.
select r.ev_class, r.ev_action::pg_catalog.text
from pg_catalog.pg_rewrite r
join pg_catalog.pg_class c on c.oid = r.ev_class
where r.ev_type = '1'
  and c.relkind in ('v', 'm')
  and c.relnamespace in (
    select pg_catalog.to_regnamespace(name) from pg_catalog.unnest($1::pg_catalog.text[]) name
  )
