"""Read plans as SQL, where the golden files do not show it."""

from __future__ import annotations

import pytest

from pgrest_wsgi.sql.nodes import render
from pgrest_wsgi.sql.read import limit_sql


@pytest.mark.parametrize(
    ("limit", "sql"),
    [
        (0, "0"),
        (2**63 - 1, "9223372036854775807"),
        (2**63, "'9223372036854775808'"),
        (10**30, f"'{10**30}'"),
    ],
)
def test_a_limit_is_a_number_unless_postgresql_must_refuse_it(limit: int, sql: str) -> None:
    """As a text it is refused as out of range for type bigint, which is v16.2's answer."""
    assert render(limit_sql(limit)) == sql
