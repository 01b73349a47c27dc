"""How ``pgrest-wsgi serve`` has gunicorn serve; names are gunicorn's, read by ``--config``.

gunicorn itself is not imported: it calls us.
"""

from __future__ import annotations

import logging
import os
import socket
from threading import Thread
from typing import TYPE_CHECKING

from pgrest_wsgi.admin import forget_worker, serve_admin

if TYPE_CHECKING:
    from typing import Protocol

    from pgrest_wsgi.app import App

    class Worker(Protocol):
        """What gunicorn calls a worker, as far as we need it."""

        pid: int
        wsgi: App


ADMIN_SOCKET = "PGREST_WSGI_ADMIN_SOCKET"
"""The variable with the number of the socket on which the admin pages are served."""

worker_class = "gthread"
limit_request_line = 8190
control_socket_disable = True  # unknown before gunicorn 25.1, which ignores the name


def post_worker_init(worker: Worker) -> None:
    """Log as gunicorn does; load the catalog before anybody asks; serve the admin pages."""
    handler = logging.StreamHandler()
    form = "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s"
    handler.setFormatter(logging.Formatter(form, "%Y-%m-%d %H:%M:%S %z"))
    logger = logging.getLogger("pgrest_wsgi")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    Thread(target=worker.wsgi.process.is_ready, daemon=True).start()
    if ADMIN_SOCKET in os.environ:
        serve_admin(worker.wsgi, socket.socket(fileno=int(os.environ[ADMIN_SOCKET])))


def child_exit(server: object, worker: Worker) -> None:
    """Count the connections of a worker that has ended no more."""
    forget_worker(worker.pid)
