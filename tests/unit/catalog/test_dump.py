"""The catalog as JSON: everything in it, and nothing that may be a secret."""

from __future__ import annotations

import json

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.dump import dump_catalog
from pgrest_wsgi.catalog.model import Column, ForeignKey, RoleSettings, Table, TableKind
from pgrest_wsgi.catalog.relationship import Cardinality, Relationship
from pgrest_wsgi.names import QualifiedName

SHIPS, PORTS = QualifiedName("api", "ships"), QualifiedName("api", "ports")
COLUMN = Column(
    "port", "bigint", "bigint", True, None, False, False, None, ("a",), "Heimathafen ⚓"
)

CATALOG = Catalog(
    schemas=("api",),
    server_version=150004,
    tables={
        SHIPS: Table(
            SHIPS, TableKind.VIEW, None, {"port": COLUMN}, ("port",), (), True, False, False
        )
    },
    foreign_keys=(ForeignKey("home", SHIPS, ("port",), PORTS, ("id",), False),),
    role_settings={"member": RoleSettings((("my.secret", "hunter2"),), "serializable")},
    relationships={
        (SHIPS, "api"): (
            Relationship(
                table=SHIPS,
                foreign_table=PORTS,
                cardinality=Cardinality.MANY_TO_ONE,
                constraint="home",
                columns=(("port", "id"),),
                junction=None,
                is_self=False,
                table_is_view=True,
                foreign_table_is_view=False,
            ),
        )
    },
)


def test_every_field_is_there() -> None:
    facts = json.loads(dump_catalog(CATALOG))
    assert facts["server_version"] == 150004
    table = facts["tables"]["api.ships"]
    assert (table["name"], table["kind"], table["insertable"]) == ("api.ships", "view", True)
    assert table["columns"]["port"]["comment"] == "Heimathafen ⚓"
    assert table["columns"]["port"]["enum_values"] == ["a"]
    assert facts["foreign_keys"][0]["referenced_table"] == "api.ports"
    [relationship] = facts["relationships"]["api.ships api"]
    assert relationship["cardinality"] == "many_to_one"
    assert relationship["columns"] == [["port", "id"]]


def test_values_of_settings_are_not() -> None:
    text = dump_catalog(CATALOG)
    assert json.loads(text)["role_settings"] == {"member": ["my.secret"]}
    assert "hunter2" not in text
