"""The values of the catalog."""

from __future__ import annotations

import pytest

from pgrest_wsgi.catalog.model import Table, TableKind
from pgrest_wsgi.names import QualifiedName


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TableKind.TABLE, False),
        (TableKind.PARTITIONED_TABLE, False),
        (TableKind.FOREIGN_TABLE, False),
        (TableKind.VIEW, True),
        (TableKind.MATERIALIZED_VIEW, True),
    ],
)
def test_only_views_of_both_kinds_are_views(kind: TableKind, expected: bool) -> None:
    table = Table(
        name=QualifiedName("port", "ships"),
        kind=kind,
        comment=None,
        columns={},
        primary_key=(),
        unique_keys=(),
        insertable=False,
        updatable=False,
        deletable=False,
    )
    assert table.is_view is expected
