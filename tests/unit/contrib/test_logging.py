"""Events as lines of a log: each has one, at its level."""

from __future__ import annotations

import logging
from typing import get_args

import pytest

from pgrest_wsgi.config.model import LogLevel
from pgrest_wsgi.config.settings import SETTINGS
from pgrest_wsgi.contrib.logging import LOGGED_FROM, EventLog, log_event
from pgrest_wsgi.errors import ACQUISITION_TIMEOUT, INTERNAL, SINGULARITY, PgrestError
from pgrest_wsgi.observe import (
    CatalogFailed,
    CatalogLoaded,
    DeprecatedSetting,
    DoubtfulSetting,
    Event,
    KeysFailed,
    KeysFetched,
    ListenerFailed,
    ListenerStarted,
    ObserverFailed,
    RequestFinished,
    UnexpectedError,
    UnknownSetting,
)
from tests.unit.contrib.events import finished

LINES: list[tuple[Event, int, str]] = [
    (
        CatalogLoaded(5, 150004, 0.25, 4, 3, ("api", "other")),
        logging.INFO,
        "in 0.250 s: 5 tables, 4 relationships, 3 functions of api, other (PostgreSQL 15)",
    ),
    (CatalogFailed(ValueError("down"), 2), logging.ERROR, "retrying: down"),
    (ListenerStarted("pgrst"), logging.INFO, 'on channel "pgrst"'),
    (ListenerFailed("pgrst", ValueError("deaf")), logging.WARNING, "retrying: deaf"),
    (DeprecatedSetting("jwt-role-claim-key", "write"), logging.WARNING, "deprecated: write"),
    (UnknownSetting("zzz: unknown setting"), logging.WARNING, "ignored: zzz: unknown setting"),
    (DoubtfulSetting("db-pool", "lower it"), logging.WARNING, "db-pool: lower it"),
    (KeysFetched("https://keys.example", 2, 0.5), logging.INFO, "https://keys.example"),
    (KeysFailed("https://keys.example", ValueError("404"), 30), logging.ERROR, "404"),
    (UnexpectedError("GET", "/films", ValueError("bug")), logging.ERROR, "GET /films"),
    (ObserverFailed("metrics", ValueError("bug")), logging.ERROR, "observer metrics failed"),
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
    assert (record.exc_info is not None) == isinstance(event, UnexpectedError | ObserverFailed)


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event, _, _ in LINES} | {RequestFinished} == set(get_args(Event))


def logged(
    caplog: pytest.LogCaptureFixture, *events: Event, log: EventLog | None = None
) -> list[tuple[str, int, str]]:
    """Logger, level and text of the lines that events make."""
    caplog.clear()
    log = log or EventLog()
    with caplog.at_level(logging.DEBUG, "pgrest_wsgi"):
        for event in events:
            log(event)
    return [(record.name, record.levelno, record.getMessage()) for record in caplog.records]


class TestRequests:
    @pytest.mark.parametrize(
        ("log_level", "statuses"),
        [
            ("crit", []),
            ("error", [500, 503]),
            ("warn", [400, 404, 500, 503]),
            ("info", [200, 304, 400, 404, 500, 503]),
            ("debug", [200, 304, 400, 404, 500, 503]),
        ],
    )
    def test_those_are_logged_that_log_level_asks_for(
        self, log_level: str, statuses: list[int], caplog: pytest.LogCaptureFixture
    ) -> None:
        events = [
            finished(status=status, log_level=log_level)
            for status in (200, 304, 400, 404, 500, 503)
        ]
        lines = logged(caplog, *events)
        assert {name for name, _, _ in lines} <= {"pgrest_wsgi.access"}
        assert [int(text.split('" ')[1].split()[0]) for _, _, text in lines] == statuses

    def test_handlers_of_the_host_come_across_no_token(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Many write, or send away, all that a record has."""
        logged(caplog, finished(HTTP_AUTHORIZATION="Bearer hunter2", HTTP_COOKIE="a=hunter2"))
        [record] = caplog.records
        assert "hunter2" not in repr(vars(record)) + record.getMessage()

    def test_every_level_of_the_setting_has_its_row(self) -> None:
        [setting] = [row for row in SETTINGS if row.key == "log-level"]
        for level in LOGGED_FROM:
            assert setting.parse(level) == level
        assert set(LOGGED_FROM) == set(get_args(LogLevel))

    def test_the_level_of_a_line_is_that_of_its_status(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        lines = logged(caplog, *(finished(status=status) for status in (200, 404, 500)))
        assert [level for _, level, _ in lines] == [
            logging.INFO,
            logging.WARNING,
            logging.ERROR,
        ]

    def test_sql_comes_before_its_request_in_one_line_each(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        lines = logged(caplog, finished(statements=(b"select\n1", b"select $1")))
        assert [(name, text) for name, _, text in lines][:2] == [
            ("pgrest_wsgi.query", "select 1"),
            ("pgrest_wsgi.query", "select $1"),
        ]
        assert lines[2][0] == "pgrest_wsgi.access"

    @pytest.mark.parametrize("text", ["\r", "\x1b[31m", "\x9b"])
    def test_nobody_writes_a_line_of_their_own(
        self, text: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Neither by a name in the SQL, nor by an error, nor by a path that meets a bug."""
        error = PgrestError("P0001", 500, f"a{text}b")
        failed = finished(statements=(f'select 1 "a{text}b"'.encode(),), status=500, error=error)
        lines = logged(caplog, failed, UnexpectedError("GET", f"/a{text}b", error))
        assert len(lines) == 4
        assert all(line.isprintable() for _, _, line in lines)

    def test_sql_of_what_is_not_logged_is_not(self, caplog: pytest.LogCaptureFixture) -> None:
        assert logged(caplog, finished(statements=(b"select 1",), log_level="warn")) == []

    @pytest.mark.parametrize(
        ("error", "diagnosed"),
        [
            (PgrestError("57014", 500, "canceling"), True),
            (SINGULARITY(rows=2), False),
            (INTERNAL(), False),
        ],
        ids=["of the server", "of the client", "a bug, which has its trace"],
    )
    def test_the_reason_of_a_failure_is_told(
        self, error: PgrestError, diagnosed: bool, caplog: pytest.LogCaptureFixture
    ) -> None:
        lines = logged(caplog, finished(status=error.status, error=error))
        found = [text for name, _, text in lines if name == "pgrest_wsgi"]
        whole = '{"code":"57014","details":null,"hint":null,"message":"canceling"}'
        assert found == ([whole] if diagnosed else [])

    def test_a_database_that_is_away_is_told_of_once_for_a_while(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All its requests have their lines nevertheless."""
        now = 100.0
        monkeypatch.setattr("pgrest_wsgi.contrib.logging.monotonic", lambda: now)
        log = EventLog()
        event = finished(status=504, error=ACQUISITION_TIMEOUT())
        names = [name for name, _, _ in logged(caplog, event, event, event, log=log)]
        assert names.count("pgrest_wsgi") == 1
        assert names.count("pgrest_wsgi.access") == 3
        now += 5
        assert [name for name, _, _ in logged(caplog, event, log=log)].count("pgrest_wsgi") == 1

    def test_a_catalog_that_cannot_be_read_is_told_of_once_for_a_while(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """But at once where the reason is another, or it could be read in between."""
        now = 100.0
        monkeypatch.setattr("pgrest_wsgi.contrib.logging.monotonic", lambda: now)
        log = EventLog()
        failed, other = CatalogFailed(ValueError("down"), 1), CatalogFailed(ValueError("full"), 2)
        loaded = CatalogLoaded(5, 150004, 0.25, 4, 3, ("api",))
        assert len(logged(caplog, failed, failed, other, failed, log=log)) == 2
        assert len(logged(caplog, loaded, failed, failed, log=log)) == 2
        now += 5
        assert len(logged(caplog, failed, log=log)) == 1
