"""All that lives per worker process: connections, verified tokens, what is in force.

Made on first use, and made again after a fork: an application loaded before its workers were
forked (``gunicorn --preload``) shares no connection and no lock with them.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from threading import Lock
from time import monotonic
from typing import NamedTuple

from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config, ConfigError
from pgrest_wsgi.config.sources import Sources, keep_fixed
from pgrest_wsgi.database.advice import Doubt
from pgrest_wsgi.database.failures import connection_refused
from pgrest_wsgi.database.introspection import IntrospectionError, read_catalog
from pgrest_wsgi.database.listener import Listener
from pgrest_wsgi.database.settings import read_settings
from pgrest_wsgi.database.transaction import Database
from pgrest_wsgi.errors import NO_CATALOG, PgrestError
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DoubtfulSetting,
    Figures,
    Observer,
    UnknownSetting,
)
from pgrest_wsgi.snapshot import Snapshot

# Few, for so long may service stay away after the database has returned.
LONGEST_RETRY_SECONDS = 2

# How long the first load waits for the listener: what changes before it listens is loaded twice.
LISTENER_PATIENCE_SECONDS = 1.0


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
        self._listener: Listener | None = None
        self._loading = Lock()
        self._retry = Retry()
        self._closed = False
        self._doubts: tuple[Doubt, ...] = ()
        self._loads = self._failures = 0
        self._load_seconds = 0.0
        self._begun = 0.0  # when what is in force began to be loaded (monotonic seconds)
        self._strangers = sources.strangers()

    @property
    def config(self) -> Config:
        """The configuration in force; until the first load, what needs no database."""
        return self._started if self.state is None else self.state.snapshot.config

    def load(self) -> State:
        """Load settings and catalog, once however many threads ask.

        While another thread tries, the others wait as long as for a connection, but not where it
        failed before. Raises PGRST002, and PGRST000 once it was closed.
        """
        patience = 0 if self._retry.seconds else self._started.db_pool_acquisition_timeout
        if not self._loading.acquire(timeout=patience):
            raise self._no_catalog()
        try:
            if self.state is not None:
                return self.state
            if monotonic() < self._retry.at:
                raise self._no_catalog()
            self._tell_strangers()
            self._listen(self._started)
            return self._load(anew=False)
        finally:
            self._loading.release()

    def reload(self) -> State:
        """Load all anew, also the file. What is in force serves meanwhile, and after a failure.

        Raises as `load`.
        """
        with self._loading:
            return self._load(anew=True)

    def renew(self, asked: float) -> State:
        """The same, unless it was begun since it was `asked` for (monotonic seconds)."""
        with self._loading:
            if self.state is not None and self._begun >= asked:
                return self.state
            return self._load(anew=self.state is not None)

    def is_ready(self) -> bool:
        """Whether requests would be answered by what the database is now; what is not, is loaded.

        Not so where the last reload failed, though requests are answered by what was before.
        """
        try:
            if self.state is None:
                self.load()
            if self._listener is None:
                self.database.ping()
        except PgrestError:
            return False
        return not self._retry.seconds and (self._listener is None or self._listener.is_listening)

    def figures(self) -> Figures:
        """What was counted here."""
        tokens = self._authenticator.figures()
        pool = self.database.figures()
        return Figures(self._loads, self._failures, self._load_seconds, pool, tokens)

    def close(self) -> None:
        """End all connections, for good."""
        with self._loading:
            self._closed = True
            self._listen(self._started)
            self.database.close()

    def _load(self, *, anew: bool) -> State:
        if self._closed:
            raise connection_refused("the application was closed")
        begun = monotonic()
        try:
            config = self._read_config(anew=anew)
            authenticator = self._authenticator_of(config)
            catalog, seconds, doubts = read_catalog(config)
        except (ConfigError, IntrospectionError) as error:
            pause = min(2 * self._retry.seconds or 1, LONGEST_RETRY_SECONDS)
            self._retry = Retry(monotonic() + pause, pause)
            self._failures += 1
            self._observer(CatalogFailed(error, pause))
            raise self._no_catalog() from error
        self.database.renew(config)
        self._begun, self._retry, self._authenticator = begun, Retry(), authenticator
        self._loads, self._load_seconds = self._loads + 1, seconds
        self.state = State(Snapshot(config, catalog), authenticator)
        self._tell(catalog, seconds, doubts)
        self._listen(config)
        return self.state

    def _tell(self, catalog: Catalog, seconds: float, doubts: tuple[Doubt, ...]) -> None:
        """Tell what was loaded, and of what does not fit, what was not told before."""
        related = sum(map(len, catalog.relationships.values()))
        functions, schemas = len(catalog.routines), catalog.schemas
        self._observer(
            CatalogLoaded(
                len(catalog.tables), catalog.server_version, seconds, related, functions, schemas
            )
        )
        for doubt in doubts:
            if doubt not in self._doubts:
                self._observer(DoubtfulSetting(*doubt))
        self._doubts = doubts

    def _tell_strangers(self) -> None:
        """Tell once what is no setting. Not before the first load: the log may not be set up."""
        for advice in self._strangers:
            self._observer(UnknownSetting(advice))
        self._strangers = ()

    def _listen(self, config: Config) -> None:
        """Have a listener on the channel of the configuration, or none."""
        listens = config.db_channel_enabled and not self._closed
        channel = config.db_channel if listens else None
        if channel == (self._listener and self._listener.channel):
            return
        if self._listener is not None:
            self._listener.close()
        self._listener = None
        if channel is not None:
            self._listener = Listener(config, self.renew, self._observer)
            self._listener.start(LISTENER_PATIENCE_SECONDS)

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
        return NO_CATALOG(headers=(("Retry-After", str(self._retry.seconds or 1)),))


def check_threads() -> None:
    """Raise ConfigError where the server keeps our threads from working beside requests.

    uWSGI has its module in every process, which need not be imported; before 2.0.22 it ran no
    threads unless it was told to. gevent replaces locks, but not those that we know already: one
    that a greenlet holds while another waits for it would stop the whole process.
    """
    uwsgi = sys.modules.get("uwsgi")
    if not getattr(uwsgi, "has_threads", True):
        raise ConfigError(["uWSGI runs without threads, which are needed: give --enable-threads"])
    if threading.Lock is not Lock:
        raise ConfigError(
            ["gevent came after pgrest_wsgi; call gevent.monkey.patch_all() before it is imported"]
        )


class Runtime:
    """The state of each process that uses an application, made when it is first asked for.

    A forked child finds its parent's entry under another process id and leaves it alone: those
    connections are not its to end, so they must never be collected either.
    """

    def __init__(self, sources: Sources, observer: Observer) -> None:
        check_threads()
        self._new_process = partial(Process, sources, sources.read(), observer)
        # The first one is made at once, for what cannot be used is told here (`ConfigError`).
        self._processes = {os.getpid(): self._new_process()}

    @property
    def process(self) -> Process:
        pid = os.getpid()
        process = self._processes.get(pid)
        if process is None:
            check_threads()
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
            process.close()
