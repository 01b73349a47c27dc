"""Requests as spans of OpenTelemetry, of which only the API is needed.

They are made when a request is over, with the times that were taken on its way: a span for the
request, and below it one for each stage. Names are those of the conventions for HTTP servers and
database clients: https://opentelemetry.io/docs/specs/semconv/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context, get_current
from opentelemetry.propagate import extract
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import SpanKind, StatusCode

from pgrest_wsgi.api.request import Request, decode_header, header_name
from pgrest_wsgi.observe import STAGES, Event, Observer, RequestFinished
from pgrest_wsgi.version import __version__

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Attributes = dict[str, str | int]

SCHEMA = "https://opentelemetry.io/schemas/1.33.0"  # the first whose names for databases are stable

KNOWN_METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
)
DEFAULT_PORTS = {"http": 80, "https": 443}

_SQLSTATE = re.compile("[0-9A-Z]{5}")
_PORT = re.compile("[0-9]{1,5}")


def trace_requests(
    tracer_provider: trace.TracerProvider | None = None, *, queries: bool = True
) -> Observer:
    """An observer that makes spans with a provider, by default the one of the process.

    Without `queries` they do not have the query string, in which clients may write what is secret.
    """
    tracer = trace.get_tracer("pgrest_wsgi", __version__, tracer_provider, SCHEMA)

    def trace_request(event: Event) -> None:
        if isinstance(event, RequestFinished):
            make_spans(tracer, event, queries=queries)

    return trace_request


def provider_is_set() -> bool:
    """Whether somebody has given this process a provider that may record."""
    provider = trace.get_tracer_provider()
    return not isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def make_spans(tracer: trace.Tracer, event: RequestFinished, *, queries: bool) -> None:
    """The span of a request, and of its stages unless the sampler is against it."""
    clock = Clock.now()
    start, end = bounds(event, clock)
    attributes = request_attributes(event, queries=queries)
    context, kind = parent(event.environ)
    span = tracer.start_span(
        span_name(attributes), context, kind, attributes, start_time=clock.wall(start)
    )
    if not span.is_recording():
        return
    within = trace.set_span_in_context(span, context)
    for stage in stages(event, end):
        make_stage_span(tracer, event, stage, within, clock)
    if event.status >= 500:
        span.set_status(StatusCode.ERROR)
    span.end(clock.wall(end))


# -- times ----------------------------------------------------------------------------------------


class Clock(NamedTuple):
    """One moment on two clocks: `perf_counter`, and the nanoseconds since 1970."""

    moment: float
    nanoseconds: int

    @classmethod
    def now(cls) -> Clock:
        return cls(perf_counter(), time_ns())

    def wall(self, moment: float) -> int:
        """A moment of `perf_counter` as nanoseconds since 1970."""
        return self.nanoseconds - int((self.moment - moment) * 1e9)


class Stage(NamedTuple):
    """A stage that a request has begun; the one that it failed in is `broken`."""

    name: str
    start: float
    end: float
    broken: bool


def bounds(event: RequestFinished, clock: Clock) -> tuple[float, float]:
    """When a request that has just been answered began and ended.

    Other observers may have been told before, and slowly: the first stage puts that right.
    """
    start = min((clock.moment - event.seconds, *event.moments[:1]))
    return start, start + event.seconds


def stages(event: RequestFinished, end: float) -> Iterator[Stage]:
    """What a request went through. The stage that it failed in lasts until its end."""
    whole = len(event.moments) - 1
    moments = pairwise((*event.moments, end))
    for number, (name, (start, stop)) in enumerate(zip(STAGES, moments, strict=False)):
        yield Stage(name, start, stop, broken=number == whole)


# -- where a span belongs -------------------------------------------------------------------------


class Headers(Getter["WSGIEnvironment"]):
    """How propagators read the headers of a request."""

    def get(self, carrier: WSGIEnvironment, key: str) -> list[str] | None:
        value = carrier.get("HTTP_" + key.upper().replace("-", "_"))
        return None if value is None else [value]

    def keys(self, carrier: WSGIEnvironment) -> list[str]:
        return [header_name(key) for key in carrier if key.startswith("HTTP_")]


HEADERS = Headers()


def parent(environ: WSGIEnvironment) -> tuple[Context, SpanKind]:
    """What the request is a part of: a span of the host's, or else one that its headers tell of.

    A host that has a span for the request has counted it as one that a server answered.
    """
    context = get_current()
    host = trace.get_current_span(context).get_span_context()
    if host.is_valid:
        return context, SpanKind.SERVER if host.is_remote else SpanKind.INTERNAL
    return extract(environ, context, HEADERS), SpanKind.SERVER


# -- what it tells --------------------------------------------------------------------------------


def span_name(attributes: Attributes) -> str:
    """The method and the route, as far as they are known."""
    method, route = attributes["http.request.method"], attributes.get("http.route")
    name = "HTTP" if method == "_OTHER" else str(method)
    return name if route is None else f"{name} {route}"


def request_attributes(event: RequestFinished, *, queries: bool) -> Attributes:
    """What conventions say of a request that a server answered; samplers see all of it."""
    request, environ = Request(event.environ), event.environ
    mount = request.mount_point
    known = request.method in KNOWN_METHODS
    address, port = server(environ)
    found: dict[str, Any] = {
        "http.request.method": request.method if known else "_OTHER",
        "http.request.method_original": None if known else request.method,
        "http.route": None if event.route is None else mount + event.route,
        "http.response.status_code": event.status,
        "error.type": error_type(event),
        "url.scheme": environ.get("wsgi.url_scheme"),
        "url.path": mount + request.quoted_path,
        "url.query": request.query if queries else None,
        "server.address": address,
        "server.port": port,
        "client.address": environ.get("REMOTE_ADDR"),
        "network.protocol.version": environ.get("SERVER_PROTOCOL", "").removeprefix("HTTP/"),
        "user_agent.original": decode_header(environ.get("HTTP_USER_AGENT", "")),
        "pgrest.role": event.role,
    }
    return {name: value for name, value in found.items() if value}


def error_type(event: RequestFinished) -> str | None:
    """The code of an error; its status where a function of the database chose only that."""
    if event.status < 400:
        return None
    return str(event.status) if event.error is None else event.error.code


def server(environ: WSGIEnvironment) -> tuple[str | None, int | None]:
    """Name and port of the server as the client knows it, or else as it knows itself."""
    host = environ.get("HTTP_HOST")
    if not host:
        port = environ.get("SERVER_PORT", "")
        return environ.get("SERVER_NAME"), int(port) if _PORT.fullmatch(port) else None
    name, _, port = host.rpartition(":")
    if name and _PORT.fullmatch(port):
        return name.strip("[]"), int(port)
    return host.strip("[]"), DEFAULT_PORTS.get(environ.get("wsgi.url_scheme", ""))


# -- stages ---------------------------------------------------------------------------------------


def make_stage_span(
    tracer: trace.Tracer, event: RequestFinished, stage: Stage, within: Context, clock: Clock
) -> None:
    """The span of a stage; that of the transaction is one of a database's client."""
    is_transaction = stage.name == "transaction"
    attributes = database_attributes(event, broken=stage.broken) if is_transaction else {}
    reason = error_type(event) if stage.broken else None
    if reason is not None:
        attributes["error.type"] = reason
    span = tracer.start_span(
        stage.name,
        within,
        SpanKind.CLIENT if is_transaction else SpanKind.INTERNAL,
        attributes,
        start_time=clock.wall(stage.start),
    )
    if stage.broken and (event.status >= 500 or "db.response.status_code" in attributes):
        span.set_status(StatusCode.ERROR)
    span.end(clock.wall(stage.end))


def database_attributes(event: RequestFinished, *, broken: bool) -> Attributes:
    """What conventions say of a call of PostgreSQL. There are statements only with `log-query`."""
    found: Attributes = {"db.system.name": "postgresql"}
    if event.statements:
        found["db.query.text"] = "; ".join([sql.decode() for sql in event.statements])
    if len(event.statements) > 1:
        found["db.operation.batch.size"] = len(event.statements)
    if broken and event.error is not None and _SQLSTATE.fullmatch(event.error.code):
        found["db.response.status_code"] = event.error.code
    return found
