"""Sockets: where they listen, who may use them, and what is said where they cannot."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from pgrest_wsgi.addresses import ANY_ADDRESS, admin_address, api_address, listen
from pgrest_wsgi.config import ConfigError, read_config

HAS_IPV6 = socket.has_dualstack_ipv6()


def reaches(family: socket.AddressFamily, host: str, port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket(family) as client:
        return client.connect_ex((host, port)) == 0


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", (True, False)),
        ("localhost", (True, False)),
        ("!4", (True, False)),
        ("*4", (True, False)),
        ("!6", (False, True)),
        ("*6", (True, True)),
        ("*", (True, True)),
        ("::1", (False, True)),
    ],
)
def test_a_host_is_reached_by_its_protocols(host: str, reached: tuple[bool, bool]) -> None:
    if reached[1] and not HAS_IPV6:
        pytest.skip("this machine has no IPv6")
    config = read_config({"server_host": host, "server_port": 0}, {})
    with listen(api_address(config)) as listener:
        port = listener.getsockname()[1]
        assert reaches(socket.AF_INET, "127.0.0.1", port) == reached[0]
        if HAS_IPV6 and host != "localhost":
            assert reaches(socket.AF_INET6, "::1", port) == reached[1]
        assert listener.get_inheritable()


def test_without_ipv6_any_address_is_any_of_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    config = read_config({"server_host": "*", "server_port": 0}, {})
    with listen(api_address(config)) as listener:
        assert listener.family == socket.AF_INET


@pytest.mark.parametrize("mode", ["600", "666", "770"])
def test_a_path_is_for_whom_its_mode_lets_in(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    settings = {"server_unix_socket": path, "server_unix_socket_mode": mode}
    address = api_address(read_config(settings, {}))
    umask = os.umask(0o022)
    for _ in range(2):  # the second time there is a file of a server that has ended
        with listen(address):
            assert stat.S_IMODE(path.stat().st_mode) == int(mode, 8)
    assert os.umask(umask) == 0o022


def test_what_is_no_socket_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("data")
    with pytest.raises(ConfigError, match=r"^cannot listen at .*precious: Address already in use"):
        listen(api_address(read_config({"server_unix_socket": path}, {})))
    assert path.read_text() == "data"


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = read_config({"server_host": "127.0.0.1", "server_port": port}, {})
        with pytest.raises(ConfigError, match=rf"^cannot listen at 127.0.0.1:{port}: Address"):
            listen(api_address(config))


def test_several_share_a_port_where_they_may() -> None:
    settings = {"server_host": "127.0.0.1", "server_reuseport": True}
    with listen(api_address(read_config({**settings, "server_port": 0}, {}))) as one:
        port = one.getsockname()[1]
        listen(api_address(read_config({**settings, "server_port": port}, {}))).close()


def test_a_host_that_nobody_knows_is_told() -> None:
    config = read_config({"server_host": "does-not-exist.invalid"}, {})
    with pytest.raises(ConfigError, match=r"^cannot listen at does-not-exist\.invalid:3000: "):
        listen(api_address(config))


def test_the_admin_server_runs_only_where_it_has_an_address(tmp_path: Path) -> None:
    assert admin_address(read_config({"server_reuseport": True}, {})) is None
    address = admin_address(read_config({"admin_server_port": 3001, "server_reuseport": True}, {}))
    assert address is not None
    assert (address.host, address.port, address.shared) == ("!4", 3001, False)
    path = str(tmp_path / "admin.sock")
    address = admin_address(read_config({"admin_server_unix_socket": path}, {}))
    assert address is not None
    assert (address.path, address.mode) == (path, 0o660)


def test_all_names_of_all_addresses_are_known() -> None:
    """https://docs.postgrest.org/en/v16/references/configuration.html#server-host"""
    assert set(ANY_ADDRESS) == {"*", "*4", "!4", "*6", "!6"}
