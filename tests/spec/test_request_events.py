"""What observers learn of requests: who asked for what, and what became of it.

https://docs.postgrest.org/en/v16/references/observability.html#logs
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.demo.server import EDITOR_TOKEN
from pgrest_wsgi.observe import STAGES, Event, ObserverFailed, RequestFinished
from tests.spec.api import Api
from tests.spec.conftest import OpenApi

Watch = Callable[..., RequestFinished]


class Watcher:
    """Keeps the events of requests."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def requests(self) -> list[RequestFinished]:
        return [event for event in self.events if isinstance(event, RequestFinished)]


@pytest.fixture(scope="module")
def watched(open_api: OpenApi) -> tuple[Api, Watcher]:
    watcher = Watcher()
    settings = {"server_cors_allowed_origins": "https://site.example", "log_query": True}
    return open_api(observers=[watcher], **settings), watcher


@pytest.fixture
def watch(watched: tuple[Api, Watcher]) -> Iterator[Watch]:
    """Call it with a request: the one event that it makes."""
    api, watcher = watched

    def ask(path: str, status: int = 200, **options: str) -> RequestFinished:
        watcher.events.clear()
        api.get(path, status, **options)
        [event] = watcher.requests()
        assert event.status == status
        return event

    yield ask
    watcher.events.clear()


def test_an_answer_has_role_route_length_and_times(watch: Watch) -> None:
    event = watch("/films?id=eq.1&select=id")
    assert (event.role, event.route, event.length) == ("demo_anon", "/films", 10)
    assert tuple(event.stages) == STAGES
    assert 0 < sum(event.stages.values()) <= event.seconds < 10
    assert event.error is None


def test_the_role_is_that_of_the_token(watch: Watch) -> None:
    event = watch("/films?limit=1", Authorization=f"Bearer {EDITOR_TOKEN}")
    assert event.role == "demo_editor"


@pytest.mark.parametrize(
    ("path", "status", "route", "code", "stages"),
    [
        ("/nope", 404, None, "PGRST205", 2),
        ("/films?year=nope.1", 400, None, "PGRST100", 1),
        ("/films?nope=eq.1", 400, "/films", "42703", 3),
        ("/rpc/nope", 404, None, "PGRST202", 2),
    ],
)
def test_of_a_refusal_is_told_how_far_the_request_came(
    watch: Watch, path: str, status: int, route: str | None, code: str, stages: int
) -> None:
    event = watch(path, status)
    assert (event.role, event.route) == ("demo_anon", route)
    assert event.error
    assert event.error.code == code
    assert tuple(event.stages) == STAGES[:stages]


def test_nobody_has_a_role_whose_token_is_refused(watch: Watch) -> None:
    event = watch("/films", 401, Authorization="Bearer nonsense")
    assert (event.role, event.route, event.stages) == (None, None, {})


def test_functions_and_the_root_have_their_routes(watch: Watch) -> None:
    assert watch("/rpc/films_per_decade").route == "/rpc/films_per_decade"
    assert watch("/").route == "/"
    assert watch("/films", method="OPTIONS").route == "/films"


def test_head_sends_no_body(watch: Watch) -> None:
    assert watch("/films", method="HEAD").length is None


def test_statements_are_there_without_any_value(watch: Watch) -> None:
    event = watch("/films?title=eq.secret-of-mine")
    assert any(b'"films"' in sql for sql in event.statements)
    assert b"secret-of-mine" not in b"".join(event.statements)
    failed = watch("/films?year=eq.secret-of-mine", 400)
    assert len(failed.statements) == len(event.statements)


def test_a_preflight_is_no_request_as_in_v16(watched: tuple[Api, Watcher]) -> None:
    api, watcher = watched
    watcher.events.clear()
    origin = {"Origin": "https://site.example", "Access_Control_Request_Method": "POST"}
    answer = api.get("/films", 200, method="OPTIONS", **origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://site.example"
    assert watcher.requests() == []


def test_an_observer_that_raises_harms_nobody(open_api: OpenApi) -> None:
    """Neither the request, nor the observers behind it, who are told of it."""
    watcher = Watcher()

    def broken(event: Event) -> None:
        raise ValueError("a bug")

    api = open_api(observers=[broken, watcher])
    assert api.get("/films?limit=1").status_code == 200
    failures = [event for event in watcher.events if isinstance(event, ObserverFailed)]
    assert "broken" in failures[-1].observer
    assert str(failures[-1].error) == "a bug"
    assert len(watcher.requests()) == 1


def test_observers_may_come_later(open_api: OpenApi) -> None:
    watcher = Watcher()
    api = open_api(observers=())
    api.get("/films?limit=1")
    api.app.observe(watcher)
    api.get("/films?limit=1")
    assert len(watcher.requests()) == 1


@pytest.mark.parametrize(("level", "lines"), [("error", 0), ("warn", 1), ("info", 2)])
def test_requests_are_logged_as_log_level_says(
    open_api: OpenApi, caplog: pytest.LogCaptureFixture, level: str, lines: int
) -> None:
    api = open_api(observers=[log_event], log_level=level)
    with caplog.at_level(logging.DEBUG, "pgrest_wsgi.access"):
        api.get("/films?limit=1", User_Agent="curl/8")
        api.get("/nope", 404, User_Agent="curl/8")
    found = [record for record in caplog.records if record.name == "pgrest_wsgi.access"]
    assert len(found) == lines
    if lines == 2:
        line = found[0].getMessage()
        assert line.startswith("- - demo_anon [")
        assert '"GET /films?limit=1 HTTP/1.1" 200 ' in line
        assert line.endswith(' "" "curl/8"')
