"""Types and defaults of columns in terms of OpenAPI 2.0."""

from __future__ import annotations

import pytest

from pgrest_wsgi.openapi.types import FORMATS, TYPES, Json, constant_default, describe_type
from tests.unit.plan.harbour import make_column


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("integer", {"type": "integer", "format": "int32"}),
        ("smallint", {"type": "integer", "format": "int32"}),
        ("bigint", {"type": "integer", "format": "int64"}),
        ("numeric", {"type": "number", "format": "numeric"}),
        ("real", {"type": "number", "format": "real"}),
        ("double precision", {"type": "number", "format": "double precision"}),
        ("boolean", {"type": "boolean", "format": "boolean"}),
        ("text", {"type": "string", "format": "text"}),
        ("character varying", {"type": "string", "format": "character varying"}),
        ('port."Flag state"', {"type": "string", "format": 'port."Flag state"'}),
        ("json", {"format": "json"}),
        ("jsonb", {"format": "jsonb"}),
        ("bigint[]", {"type": "array", "format": "bigint[]", "items": {"type": "integer"}}),
        ("port.mark[]", {"type": "array", "format": "port.mark[]", "items": {"type": "string"}}),
        ("jsonb[]", {"type": "array", "format": "jsonb[]", "items": {}}),
    ],
)
def test_a_type_has_a_json_type_and_a_format(name: str, described: Json) -> None:
    """JSON has none for what may be anything; elements of arrays tell their type alone."""
    assert describe_type(name) == described


def test_every_integer_has_the_format_of_its_size() -> None:
    integers = {name for name, json_type in TYPES.items() if json_type == "integer"}
    assert integers == set(FORMATS)


@pytest.mark.parametrize(
    ("column_type", "expression", "default"),
    [
        ("integer", "5", 5),
        ("numeric", "9.50", 9.5),
        ("boolean", "false", False),
        ("text", "'draft'::text", "draft"),
        ("character varying", "'AB'::character varying", "AB"),
        ("port.kind", "'tug'::port.kind", "tug"),
        ("date", "'2024-02-29'::date", "2024-02-29"),
        ("timestamp with time zone", "now()", "now()"),
        ("character", "'AB'::bpchar", "'AB'::bpchar"),
        ("text", "''::text", ""),
        ("text", r"'a\nb'::text", "a\nb"),
        ("text", """'say "aye"'::text""", None),
        ("text", "'two\nlines'::text", None),
        ("integer", "'-1'::integer", None),
        ("integer", "nextval('port.ships_id_seq'::regclass)", None),
        ("jsonb", "'{}'::jsonb", None),
        ("text[]", "'{}'::text[]", None),
        ("text", None, None),
    ],
)
def test_a_default_is_told_as_far_as_json_can_say_it(
    column_type: str, expression: str | None, default: object
) -> None:
    """Texts are taken for the inside of a JSON text, as v16.2 does; other types for JSON."""
    column = make_column("name", column_type)._replace(default=expression)
    told = constant_default(column)
    assert (told, type(told)) == (default, type(default))
