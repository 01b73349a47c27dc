"""The rows of a body as a relation."""

from __future__ import annotations

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import Body, BodyColumn
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.body import body_length, body_rows
from pgrest_wsgi.sql.statement import Slots

ID = BodyColumn("id", "integer")
TAG = BodyColumn('t"ag', "text", default="'a''b'::text")
SHADE = BodyColumn("shade", "api.colour", reader=QualifiedName("api", "read colour"))


def rows(*columns: BodyColumn, is_object: bool = True, fills_defaults: bool = False) -> str:
    relation = body_rows(Body(columns, is_object, fills_defaults), Slots())
    return nodes.render(nodes.select([nodes.number(1)], relation)).partition(" FROM ")[2]


def test_an_object_is_a_record_and_an_array_a_set_of_them() -> None:
    columns = '"pgrst_body"("id" integer, "t""ag" text)'
    assert rows(ID, TAG) == f"json_to_record($1) AS {columns}"
    assert rows(ID, TAG, is_object=False) == f"json_to_recordset($1) AS {columns}"


def test_without_columns_an_object_is_one_row_and_an_array_as_many_as_it_has() -> None:
    assert rows() == '(SELECT 1) AS "pgrst_body"'
    assert rows(is_object=False) == 'json_array_elements($1) AS "pgrst_body"'


def test_a_function_that_reads_a_column_gets_its_json() -> None:
    assert rows(ID, SHADE) == (
        '(SELECT "pgrst_body"."id" AS "id",'
        ' "api"."read colour"("pgrst_body"."shade") AS "shade"'
        ' FROM json_to_record($1) AS "pgrst_body"("id" integer, "shade" json)) AS "pgrst_body"'
    )


def test_defaults_lie_below_each_object() -> None:
    """The default is an expression of PostgreSQL's own; a column without one adds nothing."""
    defaults = "jsonb_build_object('t\"ag', 'a''b'::text)"
    assert f"jsonb_to_record(({defaults} || CAST($1 AS jsonb)))" in rows(
        ID, TAG, fills_defaults=True
    )
    assert f'jsonb_agg({defaults} || "element")' in rows(
        ID, TAG, is_object=False, fills_defaults=True
    )


def test_its_length_is_counted_as_it_is_read() -> None:
    def length(*columns: BodyColumn, is_object: bool = False, fills_defaults: bool = False) -> str:
        return nodes.render(body_length(Body(columns, is_object, fills_defaults), Slots()))

    assert length(ID, is_object=True) == "1"
    assert length(ID) == length(fills_defaults=True) == "json_array_length($1)"
    assert length(ID, fills_defaults=True) == "jsonb_array_length($1)"
