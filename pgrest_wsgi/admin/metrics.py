"""The metrics of a process in Prometheus' format, a row of `METRICS` each.

Names are those of PostgREST v16.2, whose page is
https://docs.postgrest.org/en/v16/references/observability.html#metrics. To these come the ones of
prometheus-client about the process itself (``process_*``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from pgrest_wsgi.app import App
from pgrest_wsgi.observe import Figures

Labelled = dict[str, float]
"""Values by the label ``status``; one without it by the empty text."""


class Row(NamedTuple):
    """A metric: its name, what it says, and where it is among the figures of a process."""

    name: str
    summary: str
    values: Callable[[Figures], Labelled]

    def family(self, figures: Figures) -> Metric:
        """The metric with its values. What counts up is called a total."""
        kind = CounterMetricFamily if self.name.endswith("_total") else GaugeMetricFamily
        values = self.values(figures)
        family = kind(self.name, self.summary, labels=() if "" in values else ("status",))
        for status, value in values.items():
            family.add_metric((status,) if status else (), value)
        return family


def only(value: float) -> Labelled:
    return {"": value}


METRICS = (
    Row(
        "pgrst_schema_cache_query_time_seconds",
        "Seconds that reading the catalog took the last time",
        lambda figures: only(figures.load_seconds),
    ),
    Row(
        "pgrst_schema_cache_loads_total",
        "How often the catalog was read",
        lambda figures: {"SUCCESS": figures.loads, "FAIL": figures.failures},
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


def metrics_of(app: App) -> tuple[str, bytes]:
    """The media type and the text of all metrics of this process."""
    registry = CollectorRegistry()
    registry.register(FiguresCollector(app.process.figures()))
    ProcessCollector(registry=registry)
    return CONTENT_TYPE_LATEST, generate_latest(registry)
