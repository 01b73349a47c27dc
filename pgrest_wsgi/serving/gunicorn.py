"""gunicorn's configuration; names are gunicorn's own.

``gunicorn --config python:pgrest_wsgi.serving.gunicorn "pgrest_wsgi:make_app()"``, and what
``pgrest-wsgi serve`` uses. Options of the command line win. gunicorn itself is not imported.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pgrest_wsgi import App, ConfigError
from pgrest_wsgi.config import read_config
from pgrest_wsgi.serving.figures import offer_folder
from pgrest_wsgi.serving.worker import CONFIG_FILE, reload_on_signals, start_worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Settings(Protocol):
        """What gunicorn calls a configuration, as far as we need it."""

        workers: int
        uid: int
        gid: int

    class Server(Protocol):
        """What gunicorn calls an arbiter."""

        cfg: Settings
        handle_usr1: Callable[[], None]
        handle_usr2: Callable[[], None]

    class Worker(Protocol):
        """What gunicorn calls a worker."""

        wsgi: object


def pool_size() -> int:
    """``db-pool``, as far as environment and file say: more threads would wait for connections."""
    try:
        return read_config({}, None, os.environ.get(CONFIG_FILE)).db_pool
    except ConfigError:
        return 1  # the application will say what is wrong


worker_class = "gthread"
threads = pool_size()
limit_request_line = 8190  # filters live in the URL; the default of 4094 bytes refuses long ones
control_socket_disable = True  # unknown before gunicorn 25.1, which ignores the name


def on_starting(server: Server) -> None:
    """Let several workers share their figures."""
    if server.cfg.workers > 1:
        offer_folder(server.cfg.uid, server.cfg.gid)


def post_worker_init(worker: Worker) -> None:
    """Begin the work of a worker. An application that ours is a part of does so by itself."""
    if isinstance(worker.wsgi, App):
        reload_on_signals(worker.wsgi)
        start_worker(worker.wsgi)
