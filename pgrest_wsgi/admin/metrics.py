"""The metrics in Prometheus' format, a row of `METRICS` each.

Names are those of PostgREST v16.2, whose page is
https://docs.postgrest.org/en/v16/references/observability.html#metrics. They are of the process
that is asked, with those of prometheus-client about it (``process_*``). Where a folder is shared,
https://prometheus.github.io/client_python/multiprocess/, they are of all its siblings together.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from pgrest_wsgi.admin.requests import request_times
from pgrest_wsgi.app import App
from pgrest_wsgi.observe import Figures

# prometheus-client looks for it when it is imported, and so do we.
SHARED_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
IS_SHARED = SHARED_FOLDER is not None

Labelled = dict[str, float]
"""Values by the label; one without any by the empty text."""


class Row(NamedTuple):
    """A metric: its name, what it says, and where it is among the figures of a process.

    What counts up is called a total. The rest is combined over processes by its `mode`.
    """

    name: str
    summary: str
    values: Callable[[Figures], Labelled]
    labels: tuple[str, ...] = ()
    mode: Literal["livesum", "livemax"] = "livesum"

    @property
    def is_total(self) -> bool:
        """Whether it counts up."""
        return self.name.endswith("_total")

    def family(self, figures: Figures) -> Metric:
        """The metric with the values of one process."""
        kind = CounterMetricFamily if self.is_total else GaugeMetricFamily
        family = kind(self.name, self.summary, labels=self.labels)
        for label, value in self.values(figures).items():
            family.add_metric((label,) if label else (), value)
        return family

    def shared(self) -> Counter | Gauge:
        """The metric as siblings share it."""
        if self.is_total:
            return Counter(self.name, self.summary, self.labels, registry=None)
        return Gauge(
            self.name, self.summary, self.labels, registry=None, multiprocess_mode=self.mode
        )


def only(value: float) -> Labelled:
    return {"": value}


METRICS = (
    Row(
        "pgrst_schema_cache_query_time_seconds",
        "Seconds that reading the catalog took the last time",
        lambda figures: only(figures.load_seconds),
        mode="livemax",
    ),
    Row(
        "pgrst_schema_cache_loads_total",
        "How often the catalog was read",
        lambda figures: {"SUCCESS": figures.loads, "FAIL": figures.failures},
        labels=("status",),
    ),
    Row(
        "pgrst_db_pool_timeouts_total",
        "Requests that waited for a connection in vain",
        lambda figures: only(figures.pool.timeouts),
    ),
    Row(
        "pgrst_db_pool_available",
        "Connections that are open and not in use",
        lambda figures: only(figures.pool.idle),
    ),
    Row(
        "pgrst_db_pool_waiting",
        "Requests that wait for a connection",
        lambda figures: only(figures.pool.waiting),
    ),
    Row(
        "pgrst_db_pool_max",
        "The most connections there may be",
        lambda figures: only(figures.pool.largest),
    ),
    Row(
        "pgrst_jwt_cache_requests_total",
        "Tokens that were looked up among the verified ones",
        lambda figures: only(figures.tokens.lookups),
    ),
    Row(
        "pgrst_jwt_cache_hits_total",
        "Tokens that were found there",
        lambda figures: only(figures.tokens.hits),
    ),
    Row(
        "pgrst_jwt_cache_evictions_total",
        "Verified tokens that had to make room",
        lambda figures: only(figures.tokens.evictions),
    ),
)


class FiguresCollector(Collector):
    """Collects the figures of one process at one moment."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        return (row.family(self._figures) for row in METRICS)


class Share:
    """What one process has put into the folder that it shares with its siblings."""

    def __init__(self) -> None:
        self._metrics = {row: row.shared() for row in METRICS}
        self._known: dict[tuple[Row, str], float] = {}
        self._changing = Lock()

    def update(self, figures: Figures) -> None:
        """Put the figures of the process there."""
        with self._changing:
            for row, metric in self._metrics.items():
                for label, value in row.values(figures).items():
                    self._put(row, label, value, metric.labels(label) if label else metric)

    def _put(self, row: Row, label: str, value: float, metric: Counter | Gauge) -> None:
        if isinstance(metric, Gauge):
            metric.set(value)
            return
        known = self._known.get((row, label), 0.0)
        metric.inc(value - known if value >= known else value)  # less: it was counted anew
        self._known[row, label] = value


_shares: dict[int, Share] = {}


def share_of(process: int) -> Share:
    """What a process shares; nothing that another one did before it was forked."""
    # Of two threads that begin at once, both get the one that is kept: two would count twice.
    return _shares.get(process) or _shares.setdefault(process, Share())


def share(app: App) -> None:
    """Let the siblings of this process tell of its figures."""
    share_of(os.getpid()).update(app.process.figures())


def forget_the_dead() -> None:
    """Tell no more of siblings that have ended, but of what they counted."""
    for path in Path(SHARED_FOLDER or "").glob("gauge_live*.db"):
        try:
            os.kill(int(path.stem.rpartition("_")[2]), 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)  # a sibling may have been asked as well
        except PermissionError:
            continue  # it lives, as another user


ATTEMPTS = 10
PAUSE_SECONDS = 0.02


def text_of(registry: CollectorRegistry) -> bytes:
    """The metrics as text; tried again where a sibling has only just begun a file of its own.

    prometheus-client makes it empty at first, and cannot read it then.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(struct.error):
            return generate_latest(registry)
        sleep(PAUSE_SECONDS)
    return generate_latest(registry)


def metrics_of(app: App) -> tuple[str, bytes]:
    """The media type and the text of all metrics."""
    registry = CollectorRegistry()
    if IS_SHARED:
        share(app)
        forget_the_dead()
        MultiProcessCollector(registry)
    else:
        registry.register(FiguresCollector(app.process.figures()))
        request_times().register(registry)
        ProcessCollector(registry=registry)
    return CONTENT_TYPE_LATEST, text_of(registry)
