"""What a worker process does besides answering: it logs, loads the catalog, serves the admin pages.

`make_worker_app` is what servers without hooks are told to serve, where each worker makes its own
application: ``granian --interface wsgi --factory pgrest_wsgi.serving.worker:make_worker_app``.
`pgrest_wsgi.serving.gunicorn` calls `start_worker` for an application that was made elsewhere.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from multiprocessing import parent_process
from queue import SimpleQueue
from threading import Thread
from time import monotonic, sleep
from types import FrameType

from pgrest_wsgi import App, ConfigError, make_app
from pgrest_wsgi.addresses import admin_address, listen
from pgrest_wsgi.config import Config
from pgrest_wsgi.contrib.log_handlers import configure_logging
from pgrest_wsgi.contrib.logging import logger
from pgrest_wsgi.contrib.tracing import tracing_observer
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.serving.figures import FOLDER, SHARED_FOLDER

CONFIG_FILE = "PGREST_WSGI_CONFIG_FILE"
"""The variable with the path of the configuration file, where there is one."""

ADMIN_SOCKET = "PGREST_WSGI_ADMIN_SOCKET"
"""The variable with the number of the inherited socket on which the admin pages are served."""

RELOAD_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
"""Those that have PostgREST reload: schema, settings. Here either is both, as with NOTIFY."""

RETRY_SECONDS = 1.0  # after a reload that failed


def make_worker_app() -> App:
    """The application of a worker that has begun its work."""
    Thread(target=end_with_parent, name="pgrest-parent", daemon=True).start()
    app = make_app(os.environ.get(CONFIG_FILE))
    start_worker(app)
    return app


def end_with_parent() -> None:
    """End this process once the one that made it is gone, where that is Python's, as granian.

    It would keep the port otherwise, and serve on by what was configured then.
    """
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def start_worker(app: App) -> None:
    """Log; make spans; load the catalog before anybody asks; serve the admin pages."""
    configure_logging(app.config.log_format)
    tracing = tracing_observer()
    if tracing is not None:
        app.observe(tracing)
    Thread(target=app.process.is_ready, name="pgrest-loader", daemon=True).start()
    try:
        listener = open_admin_socket(app.config)
    except ConfigError as error:
        logger.error("no admin pages: %s", error)
        return
    if listener is None:
        return
    share_figures()
    # Not before: prometheus-client looks for the shared folder when it is imported.
    from pgrest_wsgi.admin import serve_admin

    serve_admin(app, listener)


def reload_on_signals(app: App) -> None:
    """Reload on `RELOAD_SIGNALS` too, after what the server does on them in a worker."""
    asked: SimpleQueue[float] = SimpleQueue()
    for number in RELOAD_SIGNALS:
        server_does = signal.getsignal(number)

        def follow(number: int, frame: FrameType | None, server_does: object = server_does) -> None:
            if callable(server_does):
                server_does(number, frame)
            asked.put(monotonic())  # of all queues, this one may be used in a signal handler

        signal.signal(number, follow)
        signal.siginterrupt(number, False)
    Thread(target=keep_reloading, args=(app, asked), name="pgrest-reloader", daemon=True).start()


def keep_reloading(app: App, asked: SimpleQueue[float]) -> None:
    """Reload whenever that is asked for, and again until it succeeds."""
    while True:
        moment = asked.get()
        while not has_renewed(app, moment):
            sleep(RETRY_SECONDS)


def has_renewed(app: App, moment: float) -> bool:
    """Whether what is in force was begun after a moment, or could be renewed."""
    try:
        app.process.renew(moment)
    except PgrestError:  # observers have been told
        return False
    return True


def open_admin_socket(config: Config) -> socket.socket | None:
    """The socket of the admin pages: inherited, or else a port that workers share.

    Raises ConfigError where there can be none.
    """
    if ADMIN_SOCKET in os.environ:
        return socket.socket(fileno=os.dup(int(os.environ[ADMIN_SOCKET])))
    address = admin_address(config)
    if address is None:
        return None
    if address.path is not None:
        raise ConfigError(["admin-server-unix-socket: takes `pgrest-wsgi serve`; set a port"])
    return listen(address._replace(shared=True))


def share_figures() -> None:
    """Tell of the figures of all workers, where the server has made a folder for these.

    Not where prometheus-client is in use already: it keeps what it began with.
    """
    if FOLDER in os.environ and "prometheus_client" not in sys.modules:
        os.environ.setdefault(SHARED_FOLDER, os.environ[FOLDER])
