"""Whole documents of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from pgrest_wsgi.openapi.address import Address
from pgrest_wsgi.openapi.document import Contents
from pgrest_wsgi.openapi.document31 import describe_servers, make_document_31
from tests.unit.openapi.reading import read
from tests.unit.openapi.test_document import CONTENTS


@pytest.mark.parametrize("contents", [CONTENTS, Contents(None, (), ())])
@pytest.mark.parametrize("secured", [True, False])
def test_documents_are_valid(contents: Contents, secured: bool) -> None:
    found: Any = read(make_document_31(contents, {}, secured=secured))
    validate(found, cls=OpenAPIV31SpecValidator)
    assert (found.get("security") == [{"JWT": []}]) == secured
    assert ("securitySchemes" in found["components"]) == secured


def test_it_has_a_path_for_each_table_and_function() -> None:
    found: Any = read(make_document_31(CONTENTS, {}, secured=False))
    assert list(found["paths"]) == ["/", "/ships", "/rpc/toll"]


@pytest.mark.parametrize(("path", "url"), [("/", ""), ("/office", "/office"), ("/a/", "/a")])
def test_a_server_is_a_url_that_paths_can_follow(path: str, url: str) -> None:
    address = Address("https", "port.example:443", path)
    assert describe_servers(address) == {"servers": [{"url": f"https://port.example:443{url}"}]}
