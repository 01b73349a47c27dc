"""Where the admin server is asked."""

from __future__ import annotations

import pytest

from pgrest_wsgi.cli.show import ready_url
from pgrest_wsgi.config import ConfigError, read_config


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"server_host": "localhost"}, "http://localhost:3001/ready"),
        ({"admin_server_host": "10.0.0.7"}, "http://10.0.0.7:3001/ready"),
        ({"admin_server_host": "::1"}, "http://[::1]:3001/ready"),
    ],
)
def test_it_is_asked_at_its_address(settings: dict[str, str], url: str) -> None:
    assert ready_url(read_config({"admin_server_port": 3001, **settings}, {})) == url


@pytest.mark.parametrize("host", ["*", "!4", "*4", "!6", "*6"])
def test_all_addresses_are_none_to_ask(host: str) -> None:
    config = read_config({"admin_server_port": 3001, "server_host": host}, {})
    with pytest.raises(ConfigError, match=r"^admin-server-host: .* is no single address"):
        ready_url(config)


def test_without_its_port_there_is_nobody_to_ask() -> None:
    with pytest.raises(ConfigError, match=r"^admin-server-port: is not set"):
        ready_url(read_config({"server_host": "localhost"}, {}))
