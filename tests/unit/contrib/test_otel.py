"""Spans of requests: their names, attributes, parents, times and states."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter, time_ns
from typing import Any

import pytest
from opentelemetry.context import attach, detach
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode, use_span

from pgrest_wsgi.contrib.otel import HEADERS, trace_requests
from pgrest_wsgi.errors import INTERNAL, SINGULARITY, PgrestError
from pgrest_wsgi.observe import STAGES, ListenerStarted, RequestFinished
from tests.unit.contrib.events import finished
from tests.unit.contrib.spans import SPAN, TRACE, Spans, attributes, length, traceparent

UNDEFINED_COLUMN = PgrestError("42703", 400, "column films.nope does not exist")
CRASHED = PgrestError("57P02", 503, "terminating connection")


def spans_of(event: RequestFinished, **options: bool) -> list[ReadableSpan]:
    spans = Spans()
    trace_requests(spans.provider, **options)(event)
    return spans.take()


def request_attributes(**changes: Any) -> dict[str, object]:
    return dict(attributes(spans_of(finished(**changes))[0]))


def broken_off(error: PgrestError, laps: int, **changes: Any) -> list[ReadableSpan]:
    """The spans of a request that failed after so many laps."""
    moments = finished().moments[:laps]
    return spans_of(finished(error=error, status=error.status, moments=moments, **changes))


class TestRequest:
    """https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span"""

    def test_it_has_the_attributes_of_a_server_span(self) -> None:
        event = finished(
            HTTP_HOST="films.example:8443", SERVER_PROTOCOL="HTTP/1.1", SCRIPT_NAME="/api"
        )
        event.environ["wsgi.url_scheme"] = "https"
        [span, *_] = spans_of(event)
        assert (span.name, span.kind) == ("GET /api/films", SpanKind.SERVER)
        assert span.status.status_code is StatusCode.UNSET
        assert attributes(span) == {
            "http.request.method": "GET",
            "http.route": "/api/films",
            "http.response.status_code": 200,
            "url.scheme": "https",
            "url.path": "/api/films",
            "url.query": "id=eq.1",
            "server.address": "films.example",
            "server.port": 8443,
            "client.address": "192.0.2.7",
            "network.protocol.version": "1.1",
            "user_agent.original": "curl/8",
            "pgrest.role": "reader",
        }

    def test_what_is_not_known_is_left_out(self) -> None:
        left = request_attributes(route=None, role=None, REMOTE_ADDR="", QUERY_STRING="")
        assert {"http.route", "pgrest.role", "client.address", "url.query"}.isdisjoint(left)

    def test_the_query_is_left_out_where_it_is_not_wanted(self) -> None:
        [span, *_] = spans_of(finished(), queries=False)
        assert "url.query" not in attributes(span)

    def test_the_name_of_one_without_a_route_is_its_method(self) -> None:
        assert spans_of(finished(route=None))[0].name == "GET"

    def test_a_method_of_nobody_is_other(self) -> None:
        [span, *_] = spans_of(finished(REQUEST_METHOD="BREW", route=None))
        told = attributes(span)
        assert span.name == "HTTP"
        assert told["http.request.method"] == "_OTHER"
        assert told["http.request.method_original"] == "BREW"

    @pytest.mark.parametrize(
        ("environ", "server"),
        [
            ({"HTTP_HOST": "films.example"}, ("films.example", 80)),
            ({"HTTP_HOST": "[2001:db8::7]:3000"}, ("2001:db8::7", 3000)),
            ({"HTTP_HOST": "[2001:db8::7]"}, ("2001:db8::7", 80)),
            ({"HTTP_HOST": "films.example:http"}, ("films.example:http", 80)),
            ({"HTTP_HOST": ":80"}, (":80", 80)),
            ({"SERVER_NAME": "inner", "SERVER_PORT": "3000"}, ("inner", 3000)),
            ({"SERVER_NAME": "inner", "SERVER_PORT": ""}, ("inner", None)),
            ({}, (None, None)),
        ],
    )
    def test_the_server_is_what_the_client_called_it(
        self, environ: dict[str, str], server: tuple[str | None, int | None]
    ) -> None:
        event = finished(**environ)
        event.environ["wsgi.url_scheme"] = "http"
        told = attributes(spans_of(event)[0])
        assert (told.get("server.address"), told.get("server.port")) == server

    @pytest.mark.parametrize(
        ("error", "status", "reason", "state"),
        [
            (None, 200, None, StatusCode.UNSET),
            (SINGULARITY(rows=2), 406, "PGRST116", StatusCode.UNSET),
            (INTERNAL(), 500, "PGRSTX00", StatusCode.ERROR),
            (None, 418, "418", StatusCode.UNSET),
            (None, 503, "503", StatusCode.ERROR),
        ],
    )
    def test_the_fault_of_the_client_is_none_of_the_server(
        self, error: PgrestError | None, status: int, reason: str | None, state: StatusCode
    ) -> None:
        """It has its code all the same."""
        [span, *_] = spans_of(finished(error=error, status=status))
        assert attributes(span).get("error.type") == reason
        assert span.status.status_code is state


class TestParent:
    """https://www.w3.org/TR/trace-context/"""

    def test_it_is_the_span_of_traceparent(self) -> None:
        [span, *_] = spans_of(
            finished(HTTP_TRACEPARENT=traceparent(), HTTP_TRACESTATE="vendor=value")
        )
        assert span.parent
        assert (span.parent.trace_id, span.parent.span_id) == (TRACE, SPAN)
        assert span.parent.trace_state.get("vendor") == "value"
        assert span.kind is SpanKind.SERVER

    def test_a_header_that_is_none_begins_a_trace(self) -> None:
        assert spans_of(finished(HTTP_TRACEPARENT="nonsense"))[0].parent is None

    def test_the_span_of_the_host_goes_before_the_header(self) -> None:
        """It is the server's own, so ours is inside."""
        spans = Spans()
        host = spans.provider.get_tracer("host").start_span("site", kind=SpanKind.SERVER)
        with use_span(host):
            trace_requests(spans.provider)(finished(HTTP_TRACEPARENT=traceparent()))
        [span, *_] = spans.take()
        assert span.parent == host.get_span_context()
        assert span.kind is SpanKind.INTERNAL

    def test_a_host_that_only_read_the_header_has_no_span(self) -> None:
        token = attach(extract({"HTTP_TRACEPARENT": traceparent()}, getter=HEADERS))
        try:
            [span, *_] = spans_of(finished())
        finally:
            detach(token)
        assert span.parent
        assert (span.parent.span_id, span.kind) == (SPAN, SpanKind.SERVER)

    def test_propagators_may_look_through_the_headers(self) -> None:
        assert HEADERS.keys({"HTTP_X_B3_FLAGS": "1", "PATH_INFO": "/"}) == ["x-b3-flags"]
        assert HEADERS.get({"HTTP_X_B3_FLAGS": "1"}, "X-B3-Flags") == ["1"]

    def test_who_is_not_traced_makes_no_spans(self) -> None:
        spans = Spans()
        trace_requests(spans.provider)(finished(HTTP_TRACEPARENT=traceparent(sampled=False)))
        assert spans.names() == []

    def test_what_a_sampler_drops_makes_no_spans(self) -> None:
        spans = Spans(ALWAYS_OFF)
        trace_requests(spans.provider)(finished())
        assert spans.names() == []


class TestStages:
    """https://opentelemetry.io/docs/specs/semconv/db/postgresql/"""

    def test_each_is_a_span_below_that_of_the_request(self) -> None:
        [request, *stages] = spans_of(finished())
        assert tuple(span.name for span in stages) == STAGES
        for span in stages:
            assert span.parent == request.context
            assert span.status.status_code is StatusCode.UNSET

    def test_they_take_what_was_taken(self) -> None:
        [request, *stages] = spans_of(finished())
        assert length(request) == pytest.approx(0.0125, abs=1e-6)
        lengths = {span.name: pytest.approx(length(span), abs=1e-6) for span in stages}
        assert finished().stages == lengths

    def test_the_transaction_is_the_one_with_the_database(self) -> None:
        stages = {span.name: span for span in spans_of(finished())[1:]}
        transaction = stages.pop("transaction")
        assert transaction.kind is SpanKind.CLIENT
        assert attributes(transaction) == {"db.system.name": "postgresql"}
        for span in stages.values():
            assert (span.kind, attributes(span)) == (SpanKind.INTERNAL, {})

    def test_statements_are_told_where_log_query_asks_for_them(self) -> None:
        statements = (b"select set_config($1, $2)", b"select $1")
        assert attributes(spans_of(finished(statements=statements))[4]) == {
            "db.system.name": "postgresql",
            "db.query.text": "select set_config($1, $2); select $1",
            "db.operation.batch.size": 2,
        }
        one = attributes(spans_of(finished(statements=statements[:1]))[4])
        assert "db.operation.batch.size" not in one

    def test_the_last_of_a_refusal_is_where_it_failed(self) -> None:
        """It lasts until the end of the request."""
        [request, *stages] = broken_off(SINGULARITY(rows=2), 2)
        assert [span.name for span in stages] == ["jwt", "parse"]
        assert stages[-1].end_time == request.end_time
        assert [attributes(span) for span in stages] == [{}, {"error.type": "PGRST116"}]
        assert stages[-1].status.status_code is StatusCode.UNSET

    @pytest.mark.parametrize("error", [UNDEFINED_COLUMN, CRASHED])
    def test_what_postgresql_refuses_has_failed(self, error: PgrestError) -> None:
        transaction = broken_off(error, 4)[-1]
        assert attributes(transaction) == {
            "db.system.name": "postgresql",
            "db.response.status_code": error.code,
            "error.type": error.code,
        }
        assert transaction.status.status_code is StatusCode.ERROR
        assert transaction.status.description is None

    def test_a_check_of_ours_is_no_failure_of_postgresql(self) -> None:
        transaction = broken_off(SINGULARITY(rows=2), 4)[-1]
        assert attributes(transaction) == {
            "db.system.name": "postgresql",
            "error.type": "PGRST116",
        }
        assert transaction.status.status_code is StatusCode.UNSET

    def test_there_are_none_where_nothing_was_begun(self) -> None:
        assert len(broken_off(CRASHED, 0)) == 1


def test_spans_stand_where_their_moments_were() -> None:
    """Also if other observers were told before, and it is late; the first stage tells."""
    minute_ago = time_ns() - 60 * 10**9
    began = perf_counter() - 60
    moments = tuple(began + part / 1000 for part in range(6))
    [request, *stages] = spans_of(finished(seconds=0.007, moments=moments))
    assert request.start_time == pytest.approx(minute_ago, abs=10**9)
    starts = [(span.start_time or 0) - (request.start_time or 0) for span in stages]
    assert starts == pytest.approx([0, 10**6, 2 * 10**6, 3 * 10**6, 4 * 10**6], abs=1000)
    assert length(request) == pytest.approx(0.007, abs=1e-6)


def test_other_events_make_no_spans() -> None:
    spans = Spans()
    trace_requests(spans.provider)(ListenerStarted("pgrst"))
    assert spans.names() == []


# In a process of its own, for what is imported and the provider belong to the process.
SCRIPT = """
import sys
import pgrest_wsgi, pgrest_wsgi.cli
from pgrest_wsgi.contrib.tracing import tracing_observer
print("opentelemetry" in sys.modules, tracing_observer())
from opentelemetry import trace
print(tracing_observer())
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
print(tracing_observer().__name__)
"""


def test_requests_are_traced_only_where_the_process_has_a_provider() -> None:
    """Where nobody else imports OpenTelemetry, we do not."""
    told = subprocess.check_output([sys.executable, "-c", SCRIPT], text=True)
    assert told.splitlines() == ["False None", "None", "trace_request"]
