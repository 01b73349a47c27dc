"""Addresses that a document tells."""

from __future__ import annotations

import pytest

from pgrest_wsgi.openapi.address import Address, proxy_address, server_address
from tests.unit.api.environs import make_request


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("https://port.example", Address("https", "port.example:443", "/")),
        ("HTTP://port.example/office", Address("http", "port.example:80", "/office")),
        ("https://port.example:8443/a/b/", Address("https", "port.example:8443", "/a/b/")),
        ("http://[::1]:3000", Address("http", "[::1]:3000", "/")),
        ("http://[::1]", Address("http", "[::1]:80", "/")),
    ],
)
def test_a_proxy_has_the_usual_port_where_it_names_none(uri: str, address: Address) -> None:
    assert proxy_address(uri) == address


@pytest.mark.parametrize(
    ("name", "mount_point", "host", "path"),
    [
        ("0.0.0.0", "", "0.0.0.0:3000", "/"),
        ("::1", "/office", "[::1]:3000", "/office"),
        (
            "port.example",
            "/b\u00fcro".encode().decode("latin-1"),
            "port.example:3000",
            "/b%C3%BCro",
        ),
    ],
)
def test_the_servers_own_address_is_not_what_a_client_says(
    name: str, mount_point: str, host: str, path: str
) -> None:
    """The header Host would let one client choose what a cache tells the others."""
    environ = {"SERVER_NAME": name, "SERVER_PORT": "3000", "SCRIPT_NAME": mount_point}
    request = make_request(HTTP_HOST="elsewhere.example", **environ, **{"wsgi.url_scheme": "https"})
    assert server_address(request) == Address("https", host, path)
