"""Addresses to serve at, and sockets that listen there."""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from typing import NamedTuple

from pgrest_wsgi.config import Config, ConfigError


class AnyAddress(NamedTuple):
    """All addresses of the machine: of the one protocol, or of both."""

    family: socket.AddressFamily
    both: bool = False


# What PostgREST calls them. It prefers a protocol where both would do; to clients it is the same.
ANY_ADDRESS = {
    "!4": AnyAddress(socket.AF_INET),
    "*4": AnyAddress(socket.AF_INET),
    "!6": AnyAddress(socket.AF_INET6),
    "*6": AnyAddress(socket.AF_INET6, both=True),
    "*": AnyAddress(socket.AF_INET6, both=True),
}


class Address(NamedTuple):
    """Where to listen: at a path, or else at a host and a port."""

    host: str
    port: int
    path: str | None
    mode: int
    shared: bool

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


def api_address(config: Config) -> Address:
    """Where the API is served."""
    return Address(
        config.server_host, config.server_port,
        config.server_unix_socket, config.server_unix_socket_mode,
        shared=config.server_reuseport,
    )  # fmt: skip


def admin_address(config: Config) -> Address | None:
    """Where the admin application is served, if it is."""
    port, path = config.admin_server_port, config.admin_server_unix_socket
    if port is None and path is None:
        return None
    mode = config.admin_server_unix_socket_mode
    return Address(config.admin_server_host, port or 0, path, mode, shared=False)


def listen(address: Address) -> socket.socket:
    """A socket that listens, and that other programs inherit. Raises ConfigError."""
    try:
        listener = _listen_at_path(address) if address.path else _listen_at_port(address)
    except socket.gaierror as error:
        raise ConfigError([f"cannot listen at {address}: {error.strerror}"]) from None
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        if error.errno == errno.EADDRINUSE:
            reason += "; choose another address, or end who listens there"
        raise ConfigError([f"cannot listen at {address}: {reason}"]) from None
    listener.set_inheritable(True)
    return listener


def _listen_at_path(address: Address) -> socket.socket:
    path = address.path or ""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path).st_mode):  # what a server that ended has left
            os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    umask = os.umask(0o777 & ~address.mode)  # nobody else gets in, not even for a moment
    try:
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(umask)
    listener.listen()
    return listener


def _listen_at_port(address: Address) -> socket.socket:
    anything = ANY_ADDRESS.get(address.host)
    if anything is not None:
        both = anything.both and socket.has_dualstack_ipv6()
        family = socket.AF_INET if anything.both and not both else anything.family
        host = ""
    else:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, both, host = found[0][0], False, address.host
    return socket.create_server(
        (host, address.port), family=family, dualstack_ipv6=both, reuse_port=address.shared
    )
