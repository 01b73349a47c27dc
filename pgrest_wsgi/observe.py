"""Events: what happens inside, as values. The core never logs; who observes decides what to do.

A new log line or span begins with an event here, a new metric with a figure: what happens in
every request is counted where it happens and asked for when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from pgrest_wsgi.errors import PgrestError

STAGES = ("jwt", "parse", "plan", "transaction", "response")
"""What a request goes through, in order; the names are those of ``Server-Timing``."""


def stage_seconds(moments: Sequence[float]) -> dict[str, float]:
    """How long each stage took that has begun and ended at `moments`."""
    spans = (end - start for start, end in pairwise(moments))
    return dict(zip(STAGES, spans, strict=False))


class RequestFinished(NamedTuple):
    """A request was answered. It is told of every one, so it is made of what was there anyway.

    `environ` is WSGI's. `route` is the path of what was asked for, such as ``/films`` or
    ``/rpc/poster``, and None where it was not found or refused before. `role` is None where it is
    not known who asked. `length` counts the bytes of the body, and is None for HEAD. `moments` are
    those at which the stages began and ended, and `seconds` what all took. `statements` are empty
    unless ``log-query`` asks for them. `log_level` and `trace_header` are settings in force.
    """

    environ: dict[str, Any]
    status: int
    length: int | None
    route: str | None
    role: str | None
    error: PgrestError | None
    seconds: float
    moments: tuple[float, ...]
    statements: tuple[bytes, ...]
    log_level: str
    trace_header: str | None

    @property
    def stages(self) -> dict[str, float]:
        """Seconds that each stage took that was come to an end with."""
        return stage_seconds(self.moments)


@dataclass(frozen=True, slots=True)
class CatalogLoaded:
    """Settings and catalog were read in `seconds` and are in force: so many of each."""

    tables: int
    server_version: int
    seconds: float
    relationships: int = 0
    functions: int = 0
    schemas: tuple[str, ...] = ()


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
class UnknownSetting:
    """The file or the environment sets what is no setting; `advice` names it, and the nearest."""

    advice: str


@dataclass(frozen=True, slots=True)
class DoubtfulSetting:
    """A setting does not fit to the database; `doubt` says why, and what to do."""

    setting: str
    doubt: str


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


@dataclass(frozen=True, slots=True)
class ObserverFailed:
    """An observer raised; what it was told of went on as if it had not been there."""

    observer: str
    error: Exception


Event = (
    RequestFinished
    | CatalogLoaded
    | CatalogFailed
    | ListenerStarted
    | ListenerFailed
    | DeprecatedSetting
    | UnknownSetting
    | DoubtfulSetting
    | KeysFetched
    | KeysFailed
    | UnexpectedError
    | ObserverFailed
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
