"""The servers that ``pgrest-wsgi serve`` can become, a row of `SERVERS` each.

None of them is imported. All serve with as many threads as the pool has connections; each worker
does what `pgrest_wsgi.serving.worker` says.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pgrest_wsgi.config import Config

WORKER_APP = "pgrest_wsgi.serving.worker:make_worker_app"

# As long as gunicorn does by default: for requests under way when the server is told to end.
GRACE_SECONDS = 30


class Task(NamedTuple):
    """What is to be served, and where."""

    config: Config
    file: str | None
    listener: socket.socket
    workers: int | None  # None: as many as the server takes by itself


class Server(NamedTuple):
    """A server: its package, how it begins on the command line, what follows there.

    `command` gives nothing where it is not installed. `counts_workers` says that it looks for the
    number of its workers by itself.
    """

    package: str
    command: Callable[[], Sequence[str]]
    arguments: Callable[[Task], list[str]]
    counts_workers: bool = False


def find_gunicorn() -> Sequence[str]:
    return (sys.executable, "-m", "gunicorn") if find_spec("gunicorn") else ()


# Since Python 3.14 its workers would not inherit the socket of the admin pages. Until they are
# loaded they have its handlers of signals, with which they would not end.
FORKING_GRANIAN = (
    "import multiprocessing, os, runpy, signal; multiprocessing.set_start_method('fork'); "
    "os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL)); "
    "runpy.run_module('granian', run_name='__main__', alter_sys=True)"
)


def find_granian() -> Sequence[str]:
    return (sys.executable, "-c", FORKING_GRANIAN) if find_spec("granian") else ()


def find_uwsgi() -> Sequence[str]:
    """The program beside this Python: one that was built for another cannot load us."""
    programs = (Path(sys.executable).with_name(name) for name in ("uwsgi", "pyuwsgi"))
    return next(((str(program),) for program in programs if program.exists()), ())


def tell_gunicorn(task: Task) -> list[str]:
    """It takes the socket as it is. The rest it may be told by ``GUNICORN_CMD_ARGS``."""
    return [
        *("--config", "python:pgrest_wsgi.serving.gunicorn_command"),
        *("--bind", f"fd://{task.listener.fileno()}"),
        *(("--workers", str(task.workers)) if task.workers else ()),
        f"pgrest_wsgi:make_app({task.file!r})" if task.file else "pgrest_wsgi:make_app()",
    ]


def tell_granian(task: Task) -> list[str]:
    """It opens sockets of its own, at the address of ours; workers that die are replaced."""
    return [
        *("--interface", "wsgi", "--http", "1", *granian_address(task)),
        *("--workers", str(task.workers or 1), "--blocking-threads", str(task.config.db_pool)),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(GRACE_SECONDS)),
        *("--factory", WORKER_APP),
    ]


def granian_address(task: Task) -> list[str]:
    """Close our socket; where it was."""
    name = task.listener.getsockname()
    task.listener.close()
    if isinstance(name, str):
        with suppress(FileNotFoundError):
            os.unlink(name)
        mode = f"0{task.config.server_unix_socket_mode:o}"  # the zero makes it octal
        return ["--uds", name, "--uds-permissions", mode]
    return ["--host", name[0], "--port", str(name[1])]


def tell_uwsgi(task: Task) -> list[str]:
    """It takes the socket as it is. Connections of clients are not kept, for each takes a thread.

    Without the hook TERM would break off the requests under way. A worker that is just being loaded
    does not hear it, and is ended when the others' time is over.
    """
    environment = ("--virtualenv", sys.prefix) if sys.prefix != sys.base_prefix else ()
    return [
        *("--http-socket", f"fd://{task.listener.fileno()}", "--buffer-size", "65535"),
        *("--master", "--lazy-apps", "--single-interpreter", "--need-app", "--no-orphans"),
        *(*environment, "--enable-threads", "--threads", str(task.config.db_pool)),
        *("--processes", str(task.workers or 1), "--disable-logging"),
        *("--hook-master-start", "unix_signal:15 gracefully_kill_them_all"),
        *("--worker-reload-mercy", str(GRACE_SECONDS)),
        *("--module", f"{WORKER_APP}()"),
    ]


SERVERS: dict[str, Server] = {
    "gunicorn": Server("gunicorn", find_gunicorn, tell_gunicorn, counts_workers=True),
    "granian": Server("granian", find_granian, tell_granian),
    "uwsgi": Server("pyuwsgi", find_uwsgi, tell_uwsgi),
}
