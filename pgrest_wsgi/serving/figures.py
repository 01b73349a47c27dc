"""The folder in which the workers of one server share their figures, made for each start.

Each process of the server holds a lock on it, which ends with the last of them, however they end.
The next start removes what nobody holds: there is no process that outlives all others.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from pgrest_wsgi.contrib.logging import logger

FOLDER = "PGREST_WSGI_FIGURES"
"""The variable with the path of the folder that workers may share their figures in."""

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""That of prometheus-client, https://prometheus.github.io/client_python/multiprocess/."""

PREFIX = "pgrest-wsgi-figures-"


def offer_folder(user: int = -1, group: int = -1) -> int | None:
    """Make a folder for this process and its children, unless there is one; given to a user.

    Returns the descriptor that holds it. Where none can be made, each worker is left with its own
    figures, and the log says so.
    """
    if SHARED_FOLDER in os.environ or FOLDER in os.environ:
        return None
    try:
        remove_unused_folders()
        return make_folder(user, group)
    except OSError as error:
        logger.warning("each worker tells only its own figures, for want of a folder: %s", error)
        return None


def make_folder(user: int, group: int) -> int:
    """Make the folder, and name it in the environment. Raises OSError."""
    folder = mkdtemp(prefix="pgrest-wsgi-new-")  # until it is locked, nobody else may remove it
    os.chown(folder, user, group)
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.set_inheritable(descriptor, True)
    final = folder.replace("pgrest-wsgi-new-", PREFIX)
    os.rename(folder, final)
    os.environ[FOLDER] = final
    return descriptor


def remove_unused_folders() -> None:
    """Remove the folders of servers that have ended."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or one that is in use
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)
