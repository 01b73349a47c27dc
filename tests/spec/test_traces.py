"""Spans of requests that a database answered.

https://docs.postgrest.org/en/v16/references/observability.html#traces
"""

from __future__ import annotations

from collections.abc import Callable
from time import time_ns

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode, use_span

from pgrest_wsgi.contrib.otel import trace_requests
from pgrest_wsgi.demo.server import EDITOR_TOKEN
from pgrest_wsgi.observe import STAGES
from tests.spec.api import Api
from tests.spec.conftest import OpenApi
from tests.unit.contrib.spans import SPAN, TRACE, Spans, attributes, traceparent

Traced = Callable[..., list[ReadableSpan]]


@pytest.fixture(scope="module")
def spans() -> Spans:
    return Spans()


@pytest.fixture(scope="module")
def traced_api(open_api: OpenApi, spans: Spans) -> Api:
    return open_api(observers=[trace_requests(spans.provider)], log_query=True)


@pytest.fixture
def traced(traced_api: Api, spans: Spans) -> Traced:
    """Call it with a request: the spans that it makes, its own first."""

    def ask(path: str, status: int = 200, **options: str) -> list[ReadableSpan]:
        traced_api.get(path, status, **options)
        return spans.take()

    return ask


def test_the_client_finds_its_request_in_its_trace(traced: Traced) -> None:
    [request, *stages] = traced("/films?id=eq.1", traceparent=traceparent())
    assert request.parent
    assert request.parent.span_id == SPAN
    for span in (request, *stages):
        assert span.context
        assert span.context.trace_id == TRACE


def test_stages_lie_in_the_request_one_after_the_other(traced: Traced) -> None:
    """And all in the time that went by meanwhile."""
    before = time_ns()
    [request, *stages] = traced("/films?id=eq.1")
    after = time_ns()
    assert tuple(span.name for span in stages) == STAGES
    moments = [moment for span in stages for moment in (span.start_time, span.end_time)]
    times = [before, request.start_time, *moments, request.end_time, after]
    assert times == sorted(time for time in times if time is not None)


def test_a_request_is_told_of(traced: Traced) -> None:
    token = f"Bearer {EDITOR_TOKEN}"
    [request, *stages] = traced("/films?id=eq.1&select=id", Authorization=token)
    told = attributes(request)
    assert (request.name, request.kind) == ("GET /films", SpanKind.SERVER)
    assert told["pgrest.role"] == "demo_editor"
    assert told["url.query"] == "id=eq.1&select=id"
    assert told["server.address"] == "localhost"
    assert '"films"' in str(attributes(stages[3])["db.query.text"])


@pytest.mark.parametrize(
    ("path", "status", "name", "code", "stages", "state"),
    [
        ("/nope", 404, "GET", "PGRST205", 3, StatusCode.UNSET),
        ("/films?year=nope.1", 400, "GET", "PGRST100", 2, StatusCode.UNSET),
        ("/films?nope=eq.1", 400, "GET /films", "42703", 4, StatusCode.ERROR),
    ],
)
def test_a_refusal_tells_where_it_came_from(
    traced: Traced, path: str, status: int, name: str, code: str, stages: int, state: StatusCode
) -> None:
    """That PostgreSQL refused is a failure only of the transaction: the server did its work."""
    [request, *parts] = traced(path, status)
    assert (request.name, request.status.status_code) == (name, StatusCode.UNSET)
    assert attributes(request)["error.type"] == code
    assert tuple(span.name for span in parts) == STAGES[:stages]
    assert attributes(parts[-1])["error.type"] == code
    assert parts[-1].status.status_code is state


def test_a_database_that_is_away_is_an_error(open_api: OpenApi) -> None:
    spans = Spans()
    uri = "postgresql://nobody@127.0.0.1:1/nothing"
    api = open_api(db_uri=uri, observers=[trace_requests(spans.provider)])
    code = (api.get("/films", 503).json or {})["code"]
    [request, *stages] = spans.take()
    assert request.status.status_code is StatusCode.ERROR
    assert (attributes(request)["error.type"], stages) == (code, [])


def test_the_request_of_a_host_holds_that_of_the_api(traced: Traced, spans: Spans) -> None:
    host = spans.provider.get_tracer("host").start_span("site", kind=SpanKind.SERVER)
    with use_span(host):
        [request, *_] = traced("/films?id=eq.1", traceparent=traceparent())
    assert request.parent == host.get_span_context()


def test_nothing_is_made_for_who_is_not_traced(traced_api: Api, spans: Spans) -> None:
    traced_api.get("/films?id=eq.1", traceparent=traceparent(sampled=False))
    assert spans.names() == []
