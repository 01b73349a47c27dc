"""``pgrest-wsgi serve``: opens the sockets, says where, and becomes the server."""

from __future__ import annotations

import os
import signal
import socket
import sys

from pgrest_wsgi import make_app
from pgrest_wsgi.addresses import admin_address, api_address, listen
from pgrest_wsgi.cli.servers import SERVERS, Server, Task
from pgrest_wsgi.config import ConfigError
from pgrest_wsgi.serving.figures import offer_folder
from pgrest_wsgi.serving.worker import ADMIN_SOCKET, CONFIG_FILE, RELOAD_SIGNALS
from pgrest_wsgi.version import POSTGREST_VERSION, __version__

WORKERS = "WEB_CONCURRENCY"


def serve(file: str | None, server: str, workers: int | None) -> None:
    """Become a server of `SERVERS`. Raises ConfigError for what the workers would stumble over."""
    row = SERVERS[server]
    command = row.command()
    if not command:
        raise ConfigError([f"{server} is not installed; to install it: pip install {row.package}"])
    config = make_app(file, observers=()).config
    workers = count_workers(row, workers)
    listener = listen(api_address(config))
    print(f"pgrest_wsgi {__version__} (PostgREST {POSTGREST_VERSION})", file=sys.stderr)
    print(f"API at {url_of(listener)}", file=sys.stderr)
    admin = admin_address(config)
    if admin is not None:
        admin_listener = listen(admin)
        print(f"admin pages at {url_of(admin_listener)}", file=sys.stderr)
        os.environ[ADMIN_SOCKET] = str(admin_listener.fileno())
    if file is not None:
        os.environ[CONFIG_FILE] = file
    task = Task(config, file, listener, workers)
    if not row.counts_workers and admin is not None and (task.workers or 1) > 1:
        offer_folder()
    for number in RELOAD_SIGNALS:  # they would end a server that does not follow them, or not yet
        signal.signal(number, signal.SIG_IGN)
    os.execvp(command[0], [*command, *row.arguments(task)])


def count_workers(server: Server, workers: int | None) -> int | None:
    """How many workers are asked for, as an option or by the variable that gunicorn heeds.

    Raises ConfigError for what gunicorn would end on, or begin without any worker.
    """
    text = os.environ.get(WORKERS, "1")
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError([f'{WORKERS}: "{text}" is not a whole number, 1 or more'])
    if workers is not None or server.counts_workers:
        return workers
    return int(text)


def url_of(listener: socket.socket) -> str:
    """Where a socket can be reached."""
    address = listener.getsockname()
    if isinstance(address, str):
        return f"unix:{address}"
    host, port = address[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
