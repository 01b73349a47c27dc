"""A tracer provider of a test's own, that keeps what it was given."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Sampler

TRACE = 0x4BF92F3577B34DA6A3CE929D0E0E4736
SPAN = 0x00F067AA0BA902B7


class Spans:
    """A provider, and the spans that were made with it."""

    def __init__(self, sampler: Sampler = DEFAULT_ON) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler, shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def take(self) -> list[ReadableSpan]:
        """Those of one request, itself first, which are forgotten."""
        *stages, request = self.exporter.get_finished_spans()
        self.exporter.clear()
        return [request, *stages]

    def names(self) -> list[str]:
        return [span.name for span in self.exporter.get_finished_spans()]


def attributes(span: ReadableSpan) -> Mapping[str, object]:
    return dict(span.attributes or {})


def traceparent(sampled: bool = True) -> str:
    """The header of a client that is in the middle of `TRACE`, in `SPAN`."""
    return f"00-{TRACE:032x}-{SPAN:016x}-{sampled:02x}"


def length(span: ReadableSpan) -> float:
    """Seconds that a span takes."""
    return ((span.end_time or 0) - (span.start_time or 0)) / 1e9
