"""From the answer about a role to its document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pgrest_wsgi.api.media_types import OPENAPI, OPENAPI_31
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.describe import DOCUMENTS_KEPT, describer, read_contents
from pgrest_wsgi.openapi.document import Contents, make_document
from pgrest_wsgi.openapi.types import Json
from tests.unit.api.environs import make_request
from tests.unit.plan.harbour import SHIPS, make_config
from tests.unit.routines import make_routine

BOATS = replace(SHIPS, name=QualifiedName("port", "boats"))
HIDDEN = replace(SHIPS, name=QualifiedName("hold", "ships"))
TOLLS = (make_routine("toll"), make_routine("toll", "ship integer"))
CATALOG = Catalog(
    schemas=("port", "hold"),
    server_version=150004,
    tables={table.name: table for table in (SHIPS, HIDDEN, BOATS)},
    foreign_keys=(),
    routines={TOLLS[0].name: TOLLS, QualifiedName("hold", "toll"): TOLLS},
)
# As `routines.sql` gives a function.
DOCK = [
    "port", "dock", None, '[["ship","kind","kind",true,false]]', "pg_catalog", "int4", False,
    False, False, "s", None, None,
]  # fmt: skip
REQUEST = make_request(SERVER_NAME="a", SERVER_PORT="1", **{"wsgi.url_scheme": "http"})


def answer(**members: Any) -> bytes:
    return json.dumps({"comment": None, **members}).encode()


def test_without_lists_it_is_about_all_of_the_schema() -> None:
    """Of overloaded functions the last one is told, which has the most arguments."""
    contents = read_contents(answer(comment="Port"), "port", CATALOG)
    assert contents == ("Port", (BOATS, SHIPS), (TOLLS[1],))


def test_with_lists_it_is_about_the_tables_and_functions_in_them() -> None:
    """What the catalog does not know yet is left out; types are as the answer has them."""
    usable = answer(tables=["new", "ships"], routines=[DOCK])
    _, tables, routines = read_contents(usable, "port", CATALOG)
    assert tables == (SHIPS,)
    [dock] = routines
    assert (dock.name, dock.arguments[0].type) == (QualifiedName("port", "dock"), "kind")


def test_who_may_use_nothing_is_told_of_nothing() -> None:
    assert read_contents(answer(tables=None, routines=None), "port", CATALOG) == (None, (), ())


@pytest.fixture
def describe() -> Callable[..., bytes]:
    return describer("port", OPENAPI, make_config(), CATALOG)


def test_a_document_is_json_and_keeps_text_as_it_is(describe: Callable[..., bytes]) -> None:
    body = describe(answer(comment="Größe 🚢"), REQUEST)
    assert "Größe 🚢".encode() in body
    assert json.loads(body)["host"] == "a:1"


def test_roles_that_may_use_the_same_share_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few are kept, by whatever address the server is asked."""
    made = []

    def count(contents: Contents, *others: Any, **options: Any) -> Json:
        made.append(contents.comment)
        return make_document(contents, *others, **options)

    monkeypatch.setattr("pgrest_wsgi.openapi.describe.make_document", count)
    describe = describer("port", OPENAPI, make_config(), CATALOG)
    elsewhere = make_request(SERVER_NAME="b", SERVER_PORT="1", **{"wsgi.url_scheme": "http"})
    assert describe(answer(), REQUEST) == describe(answer(), REQUEST)
    assert describe(answer(), elsewhere) != describe(answer(), REQUEST)
    assert made == [None]
    for number in range(DOCUMENTS_KEPT):
        describe(answer(comment=str(number)), REQUEST)
    describe(answer(), REQUEST)
    assert made == [None, *map(str, range(DOCUMENTS_KEPT)), None]


def test_the_address_of_a_proxy_is_everybodys() -> None:
    config = make_config(openapi_server_proxy_uri="https://port.example/office")
    document = json.loads(describer("port", OPENAPI, config, CATALOG)(answer(), REQUEST))
    assert (document["host"], document["basePath"]) == ("port.example:443", "/office")
    assert document["schemes"] == ["https"]


def test_the_other_version_has_its_own_form() -> None:
    document = json.loads(describer("port", OPENAPI_31, make_config(), CATALOG)(answer(), REQUEST))
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://a:1"}]
    assert "/ships" in document["paths"]
