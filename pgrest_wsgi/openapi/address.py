"""Where the API is found, as its document tells it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from pgrest_wsgi.api.request import Request

PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """A URL in the parts that OpenAPI 2.0 knows; the host has its port."""

    scheme: str
    host: str
    path: str


def proxy_address(uri: str) -> Address:
    """The address that ``openapi-server-proxy-uri`` gives."""
    parts = urlsplit(uri)
    host = parts.netloc if parts.port else f"{parts.netloc}:{PORTS[parts.scheme]}"
    return Address(parts.scheme, host, parts.path or "/")


def server_address(request: Request) -> Address:
    """The address of the server itself, which no client can choose; with the mount point."""
    scheme, host = request.server
    return Address(scheme, host, request.mount_point or "/")
