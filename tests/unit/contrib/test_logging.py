"""Events as lines of a log: each has one, at its level."""

from __future__ import annotations

import logging
from typing import get_args

import pytest

from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DeprecatedSetting,
    Event,
    KeysFailed,
    KeysFetched,
    ListenerFailed,
    ListenerStarted,
    UnexpectedError,
)

LINES: list[tuple[Event, int, str]] = [
    (CatalogLoaded(5, 150004, 0.25), logging.INFO, "5 tables in 0.250 s (PostgreSQL 15)"),
    (CatalogFailed(ValueError("down"), 2), logging.ERROR, "retrying in 2 s: down"),
    (ListenerStarted("pgrst"), logging.INFO, 'on channel "pgrst"'),
    (ListenerFailed("pgrst", ValueError("deaf")), logging.WARNING, "retrying: deaf"),
    (DeprecatedSetting("jwt-role-claim-key", "write"), logging.WARNING, "deprecated: write"),
    (KeysFetched("https://keys.example", 2, 0.5), logging.INFO, "https://keys.example"),
    (KeysFailed("https://keys.example", ValueError("404"), 30), logging.ERROR, "404"),
    (UnexpectedError("GET", "/films", ValueError("bug")), logging.ERROR, "GET /films"),
]


@pytest.mark.parametrize(("event", "level", "text"), LINES, ids=lambda part: type(part).__name__)
def test_each_event_is_a_line(
    event: Event, level: int, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "pgrest_wsgi"):
        log_event(event)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("pgrest_wsgi", level)
    assert text in record.getMessage()
    assert (record.exc_info is not None) == isinstance(event, UnexpectedError)


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event, _, _ in LINES} == set(get_args(Event))
