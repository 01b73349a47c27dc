"""What is noticed of a request on its way, and what its answer tells of that.

Upstream: https://docs.postgrest.org/en/v16/references/observability.html#traces.
"""

from __future__ import annotations

from time import perf_counter

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.observe import RequestFinished, stage_seconds
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.sqlstates import is_header
from pgrest_wsgi.work import Step


class Trace:
    """What is known of one request so far; each `lap` begins a stage, or ends one."""

    __slots__ = ("began", "error", "moments", "role", "route", "steps")

    def __init__(self) -> None:
        self.began = perf_counter()
        self.moments: list[float] = []
        self.role: str | None = None
        self.route: str | None = None
        self.steps: tuple[Step, ...] = ()
        self.error: PgrestError | None = None

    def lap(self) -> None:
        self.moments.append(perf_counter())

    def timed(self, response: Response) -> Response:
        """The answer with ``Server-Timing``, in milliseconds."""
        spans = stage_seconds(self.moments).items()
        value = ", ".join(f"{stage};dur={span * 1000:.1f}" for stage, span in spans)
        return response._replace(headers=(*response.headers, ("Server-Timing", value)))

    def finished(self, request: Request, response: Response, config: Config) -> RequestFinished:
        """The event of the request, once it is answered."""
        statements = tuple([step.sql for step in self.steps]) if config.log_query else ()
        return RequestFinished(
            request.environ, response.status,
            None if request.method == "HEAD" else len(response.body),
            self.route, self.role, self.error, perf_counter() - self.began,
            tuple(self.moments), statements, config.log_level, config.server_trace_header,
        )  # fmt: skip


def trace_headers(config: Config, request: Request) -> Headers:
    """The header that ``server-trace-header`` names, as in the request; empty if it has none."""
    name = config.server_trace_header
    if name is None:
        return ()
    value = request.header("HTTP_" + name.upper().replace("-", "_")) or ""
    return ((name, value if is_header(name, value) else ""),)
