"""The histogram of requests: few labels, whatever clients and functions make up."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from pgrest_wsgi.admin.requests import RequestTimes
from tests.unit.contrib.events import finished


@pytest.mark.parametrize(
    ("made_up", "label"),
    [
        ({"status": 418}, 'status="418"'),
        ({"status": 499}, 'status="4xx"'),
        ({"status": 999}, 'status="9xx"'),
        ({"REQUEST_METHOD": "MADE-UP"}, 'method="_OTHER"'),
        ({"route": None}, 'route=""'),
    ],
)
def test_what_is_made_up_shares_a_label(made_up: dict[str, object], label: str) -> None:
    times, registry = RequestTimes(), CollectorRegistry()
    times(finished(**made_up))
    times.register(registry)
    lines = generate_latest(registry).decode().splitlines()
    [line] = [line for line in lines if line.startswith("pgrst_request_duration_seconds_count")]
    assert label in line
    assert line.endswith(" 1.0")
