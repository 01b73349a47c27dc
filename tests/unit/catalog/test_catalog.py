"""Finding tables in a catalog, and the hint where there is none."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.missing import TableNotFoundError
from pgrest_wsgi.catalog.model import Table, TableKind
from pgrest_wsgi.names import QualifiedName


def make_table(name: QualifiedName) -> Table:
    return Table(
        name=name,
        kind=TableKind.TABLE,
        comment=None,
        columns={},
        primary_key=(),
        unique_keys=(),
        insertable=True,
        updatable=True,
        deletable=True,
    )


def make_catalog(names: Iterable[tuple[str, str]]) -> Catalog:
    tables = tuple(make_table(QualifiedName(*name)) for name in names)
    return Catalog(
        schemas=("port", "sea"),
        server_version=150004,
        tables={table.name: table for table in tables},
        foreign_keys=(),
    )


def failure(catalog: Catalog, name: QualifiedName) -> TableNotFoundError:
    with pytest.raises(TableNotFoundError) as caught:
        catalog.find_table(name)
    return caught.value


def test_a_table_is_found_by_schema_and_name() -> None:
    catalog = make_catalog([("port", "ships"), ("sea", "ships")])
    assert catalog.find_table(QualifiedName("sea", "ships")).name == ("sea", "ships")


def test_a_missing_table_is_pgrst205_and_knows_the_likest_name_of_its_schema() -> None:
    error = failure(
        make_catalog([("port", "ships"), ("sea", "shipx")]), QualifiedName("port", "shipz")
    )
    assert (error.code, error.status) == ("PGRST205", 404)
    assert error.message == "Could not find the table 'port.shipz' in the schema cache"
    assert error.similar == ("port", "ships")
    assert error.details is None


def test_the_likest_name_is_told_only_on_demand() -> None:
    error = failure(make_catalog([("port", "ships")]), QualifiedName("port", "shipz"))
    assert error.hint is None
    assert error.with_hint().hint == "Perhaps you meant the table 'port.ships'"


@pytest.mark.parametrize("name", ["warehouses", "sh"])
def test_names_too_unlike_are_not_similar(name: str) -> None:
    assert failure(make_catalog([("port", "ships")]), QualifiedName("port", name)).similar is None


def test_tables_of_other_schemas_are_never_similar() -> None:
    assert failure(make_catalog([("sea", "ships")]), QualifiedName("port", "shipz")).similar is None


@pytest.mark.parametrize(("size", "similar"), [(499, ("port", "ships")), (500, None)])
def test_schemas_of_five_hundred_tables_get_no_hints(
    size: int, similar: tuple[str, str] | None
) -> None:
    others = [("port", f"{n:06}") for n in range(size - 1)]
    catalog = make_catalog([("port", "ships"), *others])
    assert failure(catalog, QualifiedName("port", "shipz")).similar == similar


def test_braces_in_a_requested_name_are_only_text() -> None:
    error = failure(make_catalog([]), QualifiedName("port", "{table}{0}"))
    assert error.message == "Could not find the table 'port.{table}{0}' in the schema cache"
