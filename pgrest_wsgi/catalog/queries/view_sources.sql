-- Names for columns of views, and for the columns of tables that they show.
-- $1, $2: text forms of an oid[] with views and an int2[] with the numbers of their columns.
-- $3, $4: the like, with the tables and columns that these show.
-- Gives schema and name of the view, oid, schema and name of the table, and a JSON list with names
-- of its column and the view's, in the view's order.
select
  view_n.nspname,
  view_c.relname,
  table_c.oid,
  table_n.nspname,
  table_c.relname,
  pg_catalog.json_agg(
    pg_catalog.json_build_array(origin.attname, shown.attname) order by shown.attnum
  )::pg_catalog.text
from rows from (
  pg_catalog.unnest($1::pg_catalog.oid[]),
  pg_catalog.unnest($2::pg_catalog.int2[]),
  pg_catalog.unnest($3::pg_catalog.oid[]),
  pg_catalog.unnest($4::pg_catalog.int2[])
) pair (view, view_column, "table", table_column)
join pg_catalog.pg_attribute shown
  on shown.attrelid = pair.view
  and shown.attnum = pair.view_column
join pg_catalog.pg_attribute origin
  on origin.attrelid = pair."table"
  and origin.attnum = pair.table_column
join pg_catalog.pg_class view_c on view_c.oid = pair.view
join pg_catalog.pg_namespace view_n on view_n.oid = view_c.relnamespace
join pg_catalog.pg_class table_c on table_c.oid = pair."table"
join pg_catalog.pg_namespace table_n on table_n.oid = table_c.relnamespace
group by view_n.nspname, view_c.relname, table_c.oid, table_n.nspname, table_c.relname
