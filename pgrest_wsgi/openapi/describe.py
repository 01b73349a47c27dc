"""From what the database answers about a role to the bytes of its document."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

from pgrest_wsgi.api.media_types import OPENAPI_31, MediaType
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.routines import read_routines
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.openapi.address import proxy_address, server_address
from pgrest_wsgi.openapi.document import Contents, describe_address, make_document
from pgrest_wsgi.openapi.document31 import describe_servers, make_document_31

Describe = Callable[[bytes, Request], bytes]

# Roles that may use the same share a document. One of 500 tables is 3 MB, and made in 0.1 s.
DOCUMENTS_KEPT = 8


def describer(schema: str, media_type: MediaType, config: Config, catalog: Catalog) -> Describe:
    """What makes the document of a schema for a role of which the database answered so much."""
    make, place = make_document, describe_address
    if media_type == OPENAPI_31:
        make, place = make_document_31, describe_servers
    proxy = config.openapi_server_proxy_uri
    proxied = None if proxy is None else proxy_address(proxy)

    @lru_cache(maxsize=DOCUMENTS_KEPT)
    def document(answer: bytes) -> bytes:
        contents = read_contents(answer, schema, catalog)
        secured = config.openapi_security_active
        return encode(make(contents, catalog.relationships, secured=secured))

    def describe(answer: bytes, request: Request) -> bytes:
        address = encode(place(proxied or server_address(request)))
        return b"%b,%b" % (address[:-1], document(answer)[1:])  # two objects become one

    return describe


def read_contents(answer: bytes, schema: str, catalog: Catalog) -> Contents:
    """What may be used of a schema, by the answer of `sql.inspect`; without lists it is all."""
    found = json.loads(answer)
    tables = catalog.tables
    routines = catalog.routines
    if "tables" in found:
        usable = {QualifiedName(schema, name) for name in found["tables"] or ()}
        tables = {name: table for name, table in tables.items() if name in usable}
        routines = read_routines(found["routines"] or ())
    return Contents(
        found["comment"],
        tuple(table for name, table in sorted(tables.items()) if name.schema == schema),
        tuple(group[-1] for name, group in sorted(routines.items()) if name.schema == schema),
    )


def encode(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")
