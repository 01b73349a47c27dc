"""Whether requests are to be traced, asked where OpenTelemetry may be missing."""

from __future__ import annotations

import sys

from pgrest_wsgi.observe import Observer


def tracing_observer() -> Observer | None:
    """What makes spans of requests, if somebody has given this process a tracer provider.

    ``opentelemetry-instrument`` does. Whoever does has imported the API, so it is not looked for.
    """
    if "opentelemetry.trace" not in sys.modules:
        return None
    from pgrest_wsgi.contrib.otel import provider_is_set, trace_requests

    return trace_requests() if provider_is_set() else None
