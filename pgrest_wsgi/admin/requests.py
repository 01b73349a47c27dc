"""How long requests took, as a histogram by route, method and status. Ours.

It is an observer, and prometheus-client does the counting: also over processes that share a folder.
Labels come from what exists here, never from what a client makes up, so that their number is bound.
"""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import CollectorRegistry, Histogram
from werkzeug.http import HTTP_STATUS_CODES

from pgrest_wsgi.cors import METHODS
from pgrest_wsgi.observe import Event, RequestFinished

NAME = "pgrst_request_duration_seconds"
SUMMARY = "Seconds that requests took to be answered"
LABELS = ("route", "method", "status")

# Seconds: from a row by its key over a local socket to what a proxy gives up on.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

NO_ROUTE = ""  # nothing there, or refused before
OTHER_METHOD = "_OTHER"  # as OpenTelemetry calls those that HTTP does not know


class RequestTimes:
    """An observer that counts requests by the seconds they took."""

    def __init__(self) -> None:
        self._histogram = Histogram(NAME, SUMMARY, LABELS, buckets=BUCKETS, registry=None)
        self._children: dict[tuple[str | None, str, int], Histogram] = {}

    def __call__(self, event: Event) -> None:
        if not isinstance(event, RequestFinished):
            return
        key = (event.route, event.environ["REQUEST_METHOD"], event.status)
        child = self._children.get(key) or self._child(*key)
        child.observe(event.seconds)

    def register(self, registry: CollectorRegistry) -> None:
        """Have the requests of this process collected."""
        registry.register(self._histogram)

    def _child(self, route: str | None, method: str, status: int) -> Histogram:
        known = method if method in METHODS else OTHER_METHOD
        child = self._histogram.labels(route or NO_ROUTE, known, status_label(status))
        if known == method:  # clients may make up methods without end
            self._children[route, method, status] = child
        return child


def status_label(status: int) -> str:
    """A status that HTTP knows, or the class of one that a function made up."""
    return str(status) if status in HTTP_STATUS_CODES else f"{status // 100}xx"


@lru_cache(maxsize=1)
def request_times() -> RequestTimes:
    """The one of this process: who observes several applications counts for all of them."""
    return RequestTimes()
