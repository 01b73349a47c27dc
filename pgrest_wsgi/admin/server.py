"""A small HTTP server for the admin application, in a thread of a process that serves the API.

So the probes of a busy process are answered, and what they tell is true of it. Workers of one
server may share the socket: any of them answers.
"""

from __future__ import annotations

import socket
from threading import Thread
from time import sleep

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from pgrest_wsgi.admin.metrics import IS_SHARED, share
from pgrest_wsgi.admin.pages import make_admin_app
from pgrest_wsgi.app import App

SHARING_SECONDS = 1.0  # how old the figures of a sibling may be


class QuietHandler(WSGIRequestHandler):
    """Probes come every few seconds and are not worth a line each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def serve_admin(app: App, listener: socket.socket) -> BaseWSGIServer:
    """Answer on a socket that listens, in a thread that ends with the process, or by `shutdown`."""
    listener.setblocking(False)  # where several wait for the same client, only one gets it
    address = listener.getsockname()
    host, port = (f"unix://{address}", 0) if isinstance(address, str) else address[:2]
    server = make_server(
        host, port, make_admin_app(app),
        threaded=True, request_handler=QuietHandler, fd=listener.fileno(),
    )  # fmt: skip
    Thread(target=server.serve_forever, name="pgrest-admin", daemon=True).start()
    if IS_SHARED:
        Thread(target=keep_sharing, args=(app,), name="pgrest-figures", daemon=True).start()
    return server


def keep_sharing(app: App) -> None:
    """Share the figures of this process for as long as it lives."""
    while True:
        share(app)
        sleep(SHARING_SECONDS)
