"""What an answer tells for tracing: how long its stages took, and the mark of its request.

Upstream: https://docs.postgrest.org/en/v16/references/observability.html#traces.
"""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.sqlstates import is_header

STAGES = ("jwt", "parse", "plan", "transaction", "response")


class Stopwatch:
    """Laps of one request, a stage each: `lap` ends a stage, `stop` the last one."""

    def __init__(self) -> None:
        self._moments = [perf_counter()]

    def lap(self) -> None:
        self._moments.append(perf_counter())

    def stop(self, response: Response) -> Response:
        """The answer with ``Server-Timing``, in milliseconds."""
        self.lap()
        spans = (end - start for start, end in pairwise(self._moments))
        laps = zip(STAGES, spans, strict=True)
        value = ", ".join(f"{stage};dur={span * 1000:.1f}" for stage, span in laps)
        return response._replace(headers=(*response.headers, ("Server-Timing", value)))


class NoStopwatch(Stopwatch):
    """What is used where nobody asks for times; it takes none."""

    def lap(self) -> None:
        """Go on."""

    def stop(self, response: Response) -> Response:
        return response


_NO_STOPWATCH = NoStopwatch()


def stopwatch(config: Config) -> Stopwatch:
    """A stopwatch that runs, if ``server-timing-enabled`` says so."""
    return Stopwatch() if config.server_timing_enabled else _NO_STOPWATCH


def trace_headers(config: Config, request: Request) -> Headers:
    """The header that ``server-trace-header`` names, as in the request; empty if it has none."""
    name = config.server_trace_header
    if name is None:
        return ()
    value = request.header("HTTP_" + name.upper().replace("-", "_")) or ""
    return ((name, value if is_header(name, value) else ""),)
