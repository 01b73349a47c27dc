"""All that lives per worker process: connections, verified tokens, what is in force.

Made on first use, and made again after a fork: an application loaded before its workers were
forked (``gunicorn --preload``) shares no connection and no lock with them.
"""

from __future__ import annotations

import os
from functools import partial
from threading import Lock
from time import monotonic
from typing import NamedTuple

from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.config.model import Config, ConfigError
from pgrest_wsgi.config.sources import Sources, keep_fixed
from pgrest_wsgi.database.introspection import IntrospectionError, read_catalog
from pgrest_wsgi.database.settings import read_settings
from pgrest_wsgi.database.transaction import Database
from pgrest_wsgi.errors import NO_CATALOG, PgrestError
from pgrest_wsgi.observe import CatalogFailed, CatalogLoaded, Observer
from pgrest_wsgi.snapshot import Snapshot

LONGEST_RETRY_SECONDS = 32


class Retry(NamedTuple):
    """When the catalog may be tried again (monotonic seconds), and the pause before that."""

    at: float = 0.0
    seconds: int = 0


class State(NamedTuple):
    """What is in force. A request reads it once, so that what it gets fits together."""

    snapshot: Snapshot
    authenticator: Authenticator


class Process:
    """What one process holds. Nothing is connected before the catalog is loaded.

    Raises ConfigError for settings that cannot be used.
    """

    def __init__(self, sources: Sources, config: Config, observer: Observer) -> None:
        self.database = Database(config)
        self.state: State | None = None
        self._sources = sources
        self._started = config
        self._authenticator = Authenticator(config, observer)
        self._observer = observer
        self._loading = Lock()
        self._retry = Retry()

    @property
    def config(self) -> Config:
        """The configuration in force; until the first load, what needs no database."""
        return self._started if self.state is None else self.state.snapshot.config

    def load(self) -> State:
        """Load settings and catalog, once however many threads ask. Raises PGRST002."""
        with self._loading:
            if self.state is not None:
                return self.state
            if monotonic() < self._retry.at:
                raise self._no_catalog()
            return self._load(anew=False)

    def reload(self) -> State:
        """Load all anew, also the file. What is in force serves meanwhile, and after a failure.

        Raises PGRST002.
        """
        with self._loading:
            return self._load(anew=True)

    def _load(self, *, anew: bool) -> State:
        try:
            config = self._read_config(anew=anew)
            authenticator = self._authenticator_of(config)
            catalog, seconds = read_catalog(config)
        except (ConfigError, IntrospectionError) as error:
            pause = min(2 * self._retry.seconds or 1, LONGEST_RETRY_SECONDS)
            self._retry = Retry(monotonic() + pause, pause)
            self._observer(CatalogFailed(error, pause))
            raise self._no_catalog() from error
        self._retry = Retry()
        self._authenticator = authenticator
        self.database.renew(config)
        self.state = State(Snapshot(config, catalog), authenticator)
        self._observer(CatalogLoaded(len(catalog.tables), catalog.server_version, seconds))
        return self.state

    def _read_config(self, *, anew: bool) -> Config:
        """The configuration with what the database says of it."""
        sources, config = self._sources, self._started
        if anew:
            sources = sources.reopen()
            config = keep_fixed(sources.read(), self._started)
        settings = read_settings(config)
        return keep_fixed(sources.read(settings), self._started) if settings else config

    def _authenticator_of(self, config: Config) -> Authenticator:
        """A new one only for another configuration: it remembers the tokens that it verified."""
        if config == self.config:
            return self._authenticator
        return Authenticator(config, self._observer)

    def _no_catalog(self) -> PgrestError:
        return NO_CATALOG(headers=(("Retry-After", str(self._retry.seconds)),))


class Runtime:
    """The state of each process that uses an application, made when it is first asked for.

    A forked child finds its parent's entry under another process id and leaves it alone: those
    connections are not its to end, so they must never be collected either.
    """

    def __init__(self, sources: Sources, observer: Observer) -> None:
        self._new_process = partial(Process, sources, sources.read(), observer)
        # The first one is made at once, for what cannot be used is told here (`ConfigError`).
        self._processes = {os.getpid(): self._new_process()}

    @property
    def process(self) -> Process:
        pid = os.getpid()
        process = self._processes.get(pid)
        if process is None:
            # Of two threads that come here at once, both get the one that is kept.
            process = self._processes.setdefault(pid, self._new_process())
        return process

    def state(self) -> State:
        """What is in force. Raises PGRST002 while there is no catalog."""
        process = self.process
        return process.state or process.load()

    def close(self) -> None:
        """End this process's connections; the next request opens new ones."""
        process = self._processes.pop(os.getpid(), None)
        if process is not None:
            process.database.close()
