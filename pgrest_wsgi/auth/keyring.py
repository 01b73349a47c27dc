"""Keys in force: those of the configuration, or those that an issuer publishes at the time.

An issuer's are fetched in a thread of their own, when the first token asks for them, from then on
every ten minutes, and when a token names a key that is not among them. Those that were fetched last
stay in force while no newer ones can be had.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread
from time import monotonic
from typing import Protocol

from pgrest_wsgi.auth.fetch import FetchError, fetch_key_set, public_keys
from pgrest_wsgi.auth.issuers import Issuer
from pgrest_wsgi.auth.keys import JsonWebKey, Key
from pgrest_wsgi.errors import KEYS_UNAVAILABLE, PgrestError
from pgrest_wsgi.observe import KeysFailed, KeysFetched, Observer

FRESH_SECONDS = 600  # a key that an issuer takes back is in force no longer than this

# Between two fetches, however many tokens name keys that nobody knows.
COOLDOWN_SECONDS = 30

# How long a token waits for a fetch that may bring its key; the fetch goes on without it.
PATIENCE_SECONDS = 2.0


def suited(keys: Sequence[Key], algorithm: str, name: str | None) -> Sequence[Key]:
    """Those of some keys that may have signed a token."""
    return [key for key in keys if key.suits(algorithm, name)]


class KeyRing(Protocol):
    """Where the keys of an issuer are."""

    def suitable(self, algorithm: str, name: str | None) -> Sequence[Key]:
        """The keys that may have signed a token. Raises PGRSTJ01 where there are none at all."""
        ...


class FixedKeys:
    """The keys that the configuration holds."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = keys

    def suitable(self, algorithm: str, name: str | None) -> Sequence[Key]:
        return suited(self._keys, algorithm, name)


class FetchedKeys:
    """The keys of an issuer. Safe to use from many threads; `changed` is called for new ones."""

    def __init__(self, issuer: Issuer, observer: Observer, changed: Callable[[], None]) -> None:
        self._issuer = issuer
        self._observer = observer
        self._changed = changed
        self._key_set: Sequence[JsonWebKey] = ()
        self._keys: tuple[Key, ...] = ()
        self._beginning = Lock()
        self._fetched = Event()
        self._not_before = 0.0  # when another fetch may begin (monotonic seconds)
        self._due = 0.0  # when it will, unless nobody asks
        self._pause = 0  # after the last one, if it failed

    def suitable(self, algorithm: str, name: str | None) -> Sequence[Key]:
        self.refresh()
        known = suited(self._keys, algorithm, name) if name is not None else self._keys
        if not known:
            self._fetch().wait(PATIENCE_SECONDS)
        keys = self._keys
        if not keys:
            raise self._unavailable()
        return suited(keys, algorithm, name)

    def refresh(self) -> None:
        """See to it that old keys are fetched anew, without waiting for them."""
        if monotonic() >= self._due:
            self._fetch()

    def _unavailable(self) -> PgrestError:
        under_way = not self._fetched.is_set()
        seconds = 1 if under_way else max(1, round(self._not_before - monotonic()))
        return KEYS_UNAVAILABLE(headers=(("Retry-After", str(seconds)),))

    def _fetch(self) -> Event:
        """A new fetch, or the last one while it is too early for another; set at its end.

        One that hangs, for an issuer may answer byte by byte, is left to itself after a while.
        """
        with self._beginning:
            now = monotonic()
            if now >= self._not_before:
                self._not_before = self._due = now + COOLDOWN_SECONDS
                self._fetched = fetched = Event()
                Thread(target=self._run, args=(fetched,), name="jwt keys", daemon=True).start()
            return self._fetched

    def _run(self, fetched: Event) -> None:
        """A fetch from its beginning to its end, whatever that is."""
        started = monotonic()
        try:
            key_set = fetch_key_set(self._issuer)
            keys = public_keys(key_set)
        except FetchError as error:
            self._put_off(error)
        else:
            self._take(key_set, keys)
            self._observer(KeysFetched(self._issuer.source, len(keys), monotonic() - started))
        finally:
            fetched.set()

    def _take(self, key_set: Sequence[JsonWebKey], keys: tuple[Key, ...]) -> None:
        self._pause = 0
        self._not_before = monotonic() + COOLDOWN_SECONDS
        self._due = monotonic() + FRESH_SECONDS
        if key_set != self._key_set:
            self._key_set, self._keys = key_set, keys
            self._changed()  # after the keys: what is verified from now on, is by them

    def _put_off(self, error: FetchError) -> None:
        self._pause = min(2 * self._pause or 1, COOLDOWN_SECONDS)
        self._not_before = self._due = monotonic() + self._pause
        self._observer(KeysFailed(self._issuer.source, error, self._pause))
