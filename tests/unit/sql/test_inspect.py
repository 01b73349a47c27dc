"""The statement that asks what a role may use. What it answers is tested over HTTP."""

from __future__ import annotations

from pgrest_wsgi.api.media_types import OPENAPI
from pgrest_wsgi.plan.model import InspectPlan
from pgrest_wsgi.sql.inspect import inspect_statement

PLAN = InspectPlan('Old "Port"', OPENAPI, follows_privileges=True)


def test_the_schema_is_bound_as_an_array_of_its_quoted_name() -> None:
    statement = inspect_statement(PLAN)
    assert statement.parameters == (r'{"\"Old \"\"Port\"\"\""}', "[]", "true")
    assert b"Port" not in statement.sql
    assert b"$3" in statement.sql


def test_about_all_of_a_schema_only_the_comment_is_asked_for() -> None:
    statement = inspect_statement(PLAN._replace(follows_privileges=False))
    assert len(statement.parameters) == 1
    assert b"privilege" not in statement.sql
