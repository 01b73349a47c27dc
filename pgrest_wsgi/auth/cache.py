"""A cache that keeps what is in use: SIEVE, as in v16.2.

Entries stand in the order in which they came. A hit marks an entry and moves nothing, so that it
needs no lock. When room is needed a hand goes on from where it last stopped, from older entries to
newer ones and then round again: a mark is wiped, the first entry without one has to go.

Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024; https://cachemon.github.io/SIEVE-website.
"""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

from pgrest_wsgi.observe import CacheFigures

T = TypeVar("T")

# With the usual 1000 entries, the texts take 4 MiB at most. Longer ones are verified each time.
LONGEST_KEPT = 4096


class _Entry(Generic[T]):
    __slots__ = ("text", "used", "value")

    def __init__(self, text: str, value: T) -> None:
        self.text = text
        self.value = value
        self.used = False


class SieveCache(Generic[T]):
    """Values by texts, at most `size` of them. Safe to use from many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: dict[str, _Entry[T]] = {}
        self._order: list[_Entry[T]] = []  # oldest first
        self._hand = 0
        self._changing = Lock()
        # No lock is needed to count: where a number is added to, threads do not take turns.
        self._lookups = self._hits = self._evictions = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, text: str) -> T | None:
        """The value of a text, None where it is not kept."""
        self._lookups += 1
        entry = self._entries.get(text)
        if entry is None:
            return None
        self._hits += 1
        entry.used = True
        return entry.value

    def put(self, text: str, value: T) -> None:
        """Keep a value, unless its text is long or another thread was faster."""
        if not self._size or len(text) > LONGEST_KEPT:
            return
        with self._changing:
            if text in self._entries:
                return
            if len(self._order) >= self._size:
                self._evict()
            entry = self._entries[text] = _Entry(text, value)
            self._order.append(entry)

    def figures(self) -> CacheFigures:
        """What it was asked for, and what it had."""
        return CacheFigures(self._lookups, self._hits, self._evictions)

    def _evict(self) -> None:
        self._evictions += 1
        while (entry := self._order[self._hand]).used:
            entry.used = False
            self._hand = (self._hand + 1) % len(self._order)
        # Moving the rest of the list is nothing beside the signature that was verified before.
        del self._order[self._hand], self._entries[entry.text]
        self._hand %= max(len(self._order), 1)
