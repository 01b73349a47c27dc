"""Every request as a span of OpenTelemetry: sent to a collector, or else printed.

OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_SERVICE_NAME=films \
    gunicorn --config examples/gunicorn.conf.py --chdir examples tracing:application

pip install opentelemetry-sdk, and opentelemetry-exporter-otlp-proto-http for a collector.
"""

from __future__ import annotations

import os
import sys

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

from pgrest_wsgi import make_app
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.contrib.otel import trace_requests


def find_exporter() -> SpanExporter:
    """Where spans go."""
    if "OTEL_EXPORTER_OTLP_ENDPOINT" not in os.environ:
        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


# How many requests are traced is said by OTEL_TRACES_SAMPLER, or by who calls.
provider = TracerProvider()
# It sends from a thread, so that nobody waits; each worker has one, also of --preload.
provider.add_span_processor(BatchSpanProcessor(find_exporter()))

application = make_app(observers=[log_event, trace_requests(provider)])
