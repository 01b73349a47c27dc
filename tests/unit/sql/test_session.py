"""The opening statement: what is bound to it, and that nothing else is in its text."""

from __future__ import annotations

import pytest

from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.sql.session import FACTS, Fact, call_statement, session_statement
from tests.unit.plan.harbour import make_config


def test_settings_of_the_configuration_are_bound_and_never_printed() -> None:
    """They may be secrets, and SQL stands in PostgreSQL's log."""
    config = make_config(app_settings={"key": "hush-hush"})
    statement = session_statement(config, "port", read_only=True, timezone=False)
    assert statement.parameters == ('"port", "public"', *FACTS, "hush-hush")
    assert statement.sql.endswith(b"set_config('app.settings.key', $8, true)")
    assert b"hush-hush" not in statement.sql


@pytest.mark.parametrize(
    ("schema", "extra", "path"),
    [
        ("port", "", '"port"'),
        ("Old Port", 'odd"name, b', '"Old Port", "odd""name", "b"'),
        ("it's", "$user", '"it\'s", "$user"'),
    ],
)
def test_the_search_path_is_a_text_of_quoted_names(schema: str, extra: str, path: str) -> None:
    config = make_config(db_extra_search_path=extra)
    statement = session_statement(config, schema, read_only=True, timezone=False)
    assert statement.parameters[0] == path


@pytest.mark.parametrize("timezone", [True, False])
def test_the_timezone_is_set_only_where_one_is_preferred(timezone: bool) -> None:
    statement = session_statement(make_config(), "port", read_only=True, timezone=timezone)
    assert (Fact.TIMEZONE in statement.parameters) is timezone
    assert (b"timezone" in statement.sql) is timezone


@pytest.mark.parametrize("read_only", [True, False])
def test_only_reading_is_kept_from_writing(read_only: bool) -> None:
    statement = session_statement(make_config(), "port", read_only=read_only, timezone=False)
    assert (b"transaction_read_only" in statement.sql) is read_only


def test_every_setting_lasts_as_long_as_the_transaction() -> None:
    statement = session_statement(make_config(), "port", read_only=True, timezone=True)
    assert statement.sql.count(b"set_config(") == statement.sql.count(b", true)") == 9


def test_a_function_is_called_by_its_quoted_name() -> None:
    assert call_statement(QualifiedName("port", 'open"Gate')) == b'SELECT "port"."open""Gate"()'
    assert call_statement(QualifiedName("", "check")) == b'SELECT "check"()'
