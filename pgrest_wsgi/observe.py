"""Events: what happens inside, as values. The core never logs; who observes decides what to do.

A new log line or span begins with an event here, a new metric with a figure: what happens in
every request is counted where it happens and asked for when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class CatalogLoaded:
    """Settings and catalog were read and are in force: `tables` tables, in `seconds`."""

    tables: int
    server_version: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CatalogFailed:
    """Settings or catalog could not be read; who needs them tries again in `retry_seconds`.

    What was in force stays in force.
    """

    error: Exception
    retry_seconds: int


@dataclass(frozen=True, slots=True)
class ListenerStarted:
    """This process listens for notifications, at first or again."""

    channel: str


@dataclass(frozen=True, slots=True)
class ListenerFailed:
    """This process does not listen. It goes on trying, and says when it has succeeded."""

    channel: str
    error: Exception


@dataclass(frozen=True, slots=True)
class DeprecatedSetting:
    """A setting has a value that a later release will not take; `advice` says what to do."""

    setting: str
    advice: str


@dataclass(frozen=True, slots=True)
class KeysFetched:
    """The keys of an issuer came from a URL, `keys` of them in `seconds`."""

    source: str
    keys: int
    seconds: float


@dataclass(frozen=True, slots=True)
class KeysFailed:
    """They did not come; those that came before stay in force. No new try in `retry_seconds`."""

    source: str
    error: Exception
    retry_seconds: int


@dataclass(frozen=True, slots=True)
class UnexpectedError:
    """A request met a bug. The client learns nothing of it."""

    method: str
    path: str
    error: Exception


Event = (
    CatalogLoaded
    | CatalogFailed
    | ListenerStarted
    | ListenerFailed
    | DeprecatedSetting
    | KeysFetched
    | KeysFailed
    | UnexpectedError
)
Observer = Callable[[Event], None]


class PoolFigures(NamedTuple):
    """Connections: the most there may be, those that nobody uses now, requests that wait for one,
    and how many have waited in vain."""

    largest: int
    idle: int
    waiting: int
    timeouts: int


class CacheFigures(NamedTuple):
    """What a cache was asked for, what it had, and what it dropped for want of room."""

    lookups: int
    hits: int
    evictions: int


class Figures(NamedTuple):
    """What a process has counted since it began, and how it stands.

    `loads` and `failures` are those of the catalog, the last of which took `load_seconds`. Those
    of tokens begin anew with every change of the configuration.
    """

    loads: int
    failures: int
    load_seconds: float
    pool: PoolFigures
    tokens: CacheFigures
