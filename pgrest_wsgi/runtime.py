"""All that lives per worker process: connections, verified tokens, the snapshot in force.

Made on first use, and made again after a fork: an application loaded before its workers were
forked (``gunicorn --preload``) shares no connection and no lock with them.
"""

from __future__ import annotations

import os
from threading import Lock
from time import monotonic
from typing import NamedTuple

from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.introspection import IntrospectionError, read_catalog
from pgrest_wsgi.database.transaction import Database
from pgrest_wsgi.errors import NO_CATALOG, PgrestError
from pgrest_wsgi.observe import CatalogFailed, CatalogLoaded, Observer
from pgrest_wsgi.snapshot import Snapshot

LONGEST_RETRY_SECONDS = 32


class Retry(NamedTuple):
    """When the catalog may be tried again (monotonic seconds), and the pause before that."""

    at: float = 0.0
    seconds: int = 0


class Process:
    """What one process holds. Nothing is connected before the catalog is loaded."""

    def __init__(self, config: Config, observer: Observer) -> None:
        self.authenticator = Authenticator(config, observer)
        self.database = Database(config)
        self.snapshot: Snapshot | None = None
        self._config = config
        self._observer = observer
        self._loading = Lock()
        self._retry = Retry()

    def load(self) -> Snapshot:
        """Load the catalog, once however many threads ask. Raises PGRST002."""
        with self._loading:
            return self.snapshot or self._load()

    def reload(self) -> Snapshot:
        """Load the catalog anew; the old snapshot serves until then, and after a failure."""
        with self._loading:
            self._retry = Retry()
            return self._load()

    def _load(self) -> Snapshot:
        if monotonic() < self._retry.at:
            raise self._no_catalog()
        try:
            catalog, seconds = read_catalog(self._config)
        except IntrospectionError as error:
            pause = min(2 * self._retry.seconds or 1, LONGEST_RETRY_SECONDS)
            self._retry = Retry(monotonic() + pause, pause)
            self._observer(CatalogFailed(error, pause))
            raise self._no_catalog() from error
        self._retry = Retry()
        self.database.open()
        self.snapshot = Snapshot(self._config, catalog)
        self._observer(CatalogLoaded(len(catalog.tables), catalog.server_version, seconds))
        return self.snapshot

    def _no_catalog(self) -> PgrestError:
        return NO_CATALOG(headers=(("Retry-After", str(self._retry.seconds)),))


class Runtime:
    """The state of each process that uses an application, made when it is first asked for.

    A forked child finds its parent's entry under another process id and leaves it alone: those
    connections are not its to end, so they must never be collected either.
    """

    def __init__(self, config: Config, observer: Observer) -> None:
        self._config = config
        self._observer = observer
        # The first one is made at once, for what cannot be used is told here (`ConfigError`).
        self._processes = {os.getpid(): Process(config, observer)}

    @property
    def process(self) -> Process:
        pid = os.getpid()
        process = self._processes.get(pid)
        if process is None:
            # Of two threads that come here at once, both get the one that is kept.
            process = self._processes.setdefault(pid, Process(self._config, self._observer))
        return process

    def snapshot(self) -> Snapshot:
        """Configuration and catalog in force. Raises PGRST002 while there is no catalog."""
        process = self.process
        return process.snapshot or process.load()

    def close(self) -> None:
        """End this process's connections; the next request opens new ones."""
        process = self._processes.pop(os.getpid(), None)
        if process is not None:
            process.database.close()
