"""The order of rows. https://docs.postgrest.org/en/v16/references/api/tables_views.html#ordering"""

from __future__ import annotations

import pytest

from tests.spec.api import Api


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("id", [1, 2, 3, 4]),
        ("id.asc", [1, 2, 3, 4]),
        ("id.desc", [4, 3, 2, 1]),
        ("licensed,id", [2, 3, 4, 1]),
        ("licensed.nullsfirst", [1, 2, 3, 4]),
        ("licensed.desc", [1, 4, 3, 2]),
        ("licensed.desc.nullslast", [4, 3, 2, 1]),
        ("licensed.asc.nullsfirst", [1, 2, 3, 4]),
        ("genre,id", [1, 4, 3, 2]),
        ("year.desc", [3, 2, 4, 1]),
        (" id.desc", [4, 3, 2, 1]),
        ('"id".desc', [4, 3, 2, 1]),
        ("label.desc", [3, 2, 1, 4]),
    ],
)
def test_rows_come_in_the_order_asked_for(api: Api, order: str, found: list[int]) -> None:
    """Descending puts nulls first, as in PostgreSQL."""
    rows = api.rows(f"/films?select=id&id=lte.4&order={order}")
    assert [row["id"] for row in rows] == found


def test_the_first_order_counts(api: Api) -> None:
    rows = api.rows("/films?select=id&id=lte.3&order=id.desc&order=id.asc")
    assert [row["id"] for row in rows] == [3, 2, 1]


@pytest.mark.parametrize(
    "order", ["", "id.", "id,", "id.up", "id.desc.asc", "id.nullsfirst.desc", "id.desc;1", ",id"]
)
def test_what_does_not_parse_is_refused(api: Api, order: str) -> None:
    body = api.refuse(f"/films?order={order.replace(';', '%3B')}", 400, "PGRST100")
    assert body["message"].startswith('"failed to parse order (')
