"""Errors: what functions order by RAISE, how much is told, and what is never told.

https://docs.postgrest.org/en/v16/references/errors.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import Client

from pgrest_wsgi import make_app
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.app import App
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.observe import Event, RequestFinished, UnexpectedError
from pgrest_wsgi.snapshot import Snapshot
from tests.spec.api import Api, user_of
from tests.spec.conftest import OpenApi

SCRIPT = """
create schema api;
create function api.fail(kind text) returns int language plpgsql stable as $$ begin
  case kind
    when 'PT402' then raise sqlstate 'PT402' using message = 'pay', detail = 'much', hint = 'now';
    when 'PT304' then raise sqlstate 'PT304' using message = 'as before';
    when 'PT999' then raise sqlstate 'PT999' using message = 'no such status';
    when 'PGRST' then raise sqlstate 'PGRST' using
      message = '{"code":"X1","message":"Zu spät","details":"d","hint":"h"}',
      detail = '{"status":418,"status_text":"Teapot","headers":{"X-Tea":"green"}}';
    when 'PGRST bad' then raise sqlstate 'PGRST' using message = 'no json', detail = '{}';
    when 'PGRST header' then raise sqlstate 'PGRST' using
      message = '{"code":"X2","message":"m"}',
      detail = E'{"status":200,"headers":{"X-A":"1\\\\r\\\\nX-B: 2"}}';
    when 'P0001' then raise exception 'plainly % wrong', 'ü "x"' using detail = 'why';
    when 'P0002' then raise no_data_found using message = 'nothing';
    when '54001' then raise sqlstate '54001' using message = 'too complex';
    when 'XX000' then raise sqlstate 'XX000' using message = 'broken';
    when '57014' then raise query_canceled using message = 'too slow';
  end case;
end $$;
create view api.failures as
  select kind, api.fail(kind) as result
    from unnest(array['PT402', 'PT304', 'PT999', 'PGRST', 'PGRST bad', 'PGRST header', 'P0001', 'P0002',
      '54001', 'XX000', '57014']) as kind;
create view api.guc as select kind, case kind
    when 'status' then set_config('response.status', '218', true)
    when 'no content' then set_config('response.status', '204', true)
    when 'bad status' then set_config('response.status', 'x', true)
    when 'headers' then set_config('response.headers', '[{"X-A": "ü"}, {"cache-control": "no-store"}]', true)
    when 'type' then set_config('response.headers', '[{"content-type": "text/x"}]', true)
    when 'bad headers' then set_config('response.headers', '{"X-A": "1"}', true)
    when 'split' then set_config('response.headers', '[{"X-A": "1\\r\\nX-B: 2"}]', true)
  end as done
  from unnest(array['status', 'no content', 'bad status', 'headers', 'type', 'bad headers', 'split', 'none'])
    as kind;
"""  # noqa: E501


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def failing(open_api: OpenApi, uri: str) -> Api:
    return open_api(db_uri=uri, db_anon_role=user_of(uri))


@pytest.fixture(scope="module")
def minimal(open_api: OpenApi, uri: str) -> Api:
    return open_api(db_uri=uri, db_anon_role=user_of(uri), client_error_verbosity="minimal")


class TestNoBody:
    """A body behind such an answer would be taken for the next one (RFC 9112, 6.3)."""

    @pytest.mark.parametrize(
        ("path", "status"), [("/guc?kind=eq.no content", 204), ("/failures?kind=eq.PT304", 304)]
    )
    def test_a_status_without_content_has_none(self, failing: Api, path: str, status: int) -> None:
        response = failing.client.get(path)
        assert (response.status_code, response.data) == (status, b"")
        assert "Content-Length" not in response.headers

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/failures?select=kind&offset=99", 416),
            ("/failures?kind=eq.PT402", 402),
            ("/nothing", 404),
        ],
    )
    def test_a_refusal_of_head_tells_only_the_length(
        self, failing: Api, path: str, status: int
    ) -> None:
        head, get = (
            failing.client.open(path, method=method, headers={"Prefer": "count=exact"})
            for method in ("HEAD", "GET")
        )
        assert (head.status_code, head.data) == (status, b"")
        assert head.headers["Content-Length"] == str(len(get.data))


def test_what_is_not_built_is_refused_by_name(open_api: OpenApi) -> None:
    """Never answered with something else."""
    api = open_api(db_aggregates_enabled=True)
    body = api.refuse("/films?select=title,...reviews(stars.max())", 400, "PGRST127")
    reason = "Aggregates are not implemented for one-to-many or many-to-many spreads."
    assert body["details"] == reason


class TestRaise:
    def test_pt_chooses_the_status(self, failing: Api) -> None:
        body = failing.refuse("/failures?kind=eq.PT402", 402, "PT402")
        assert (body["message"], body["details"], body["hint"]) == ("pay", "much", "now")

    def test_pgrst_chooses_everything(self, failing: Api) -> None:
        response = failing.get("/failures?kind=eq.PGRST", 418)
        body = {"code": "X1", "message": "Zu spät", "details": "d", "hint": "h"}
        assert response.get_json() == body
        assert response.status == "418 Teapot"
        assert response.headers["X-Tea"] == "green"

    def test_pgrst_without_json_is_the_functions_fault(self, failing: Api) -> None:
        failing.refuse("/failures?kind=eq.PGRST bad", 500, "PGRST121")

    def test_a_header_with_a_line_break_is_never_sent(self, failing: Api) -> None:
        """It would be another header, or another answer."""
        response = failing.get("/failures?kind=eq.PGRST header", 500)
        assert response.get_json()["code"] == "PGRST121"
        assert {"X-A", "X-B"}.isdisjoint(response.headers.keys())

    @pytest.mark.parametrize(
        ("kind", "status", "message"),
        [
            ("P0001", 400, 'plainly ü "x" wrong'),
            ("P0002", 500, "nothing"),
            ("54001", 500, "too complex"),
            ("XX000", 500, "broken"),
            ("57014", 500, "too slow"),
        ],
    )
    def test_other_states_have_a_status_by_the_table(
        self, failing: Api, kind: str, status: int, message: str
    ) -> None:
        assert failing.refuse(f"/failures?kind=eq.{kind}", status, kind)["message"] == message


class TestSettingsOfTheAnswer:
    def test_the_status(self, failing: Api) -> None:
        failing.get("/guc?kind=eq.status", 218)

    def test_headers(self, failing: Api) -> None:
        response = failing.get("/guc?kind=eq.headers")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-A"].encode("latin-1").decode() == "ü"

    def test_a_header_replaces_ours(self, failing: Api) -> None:
        response = failing.get("/guc?kind=eq.type")
        assert response.headers.getlist("Content-Type") == ["text/x"]

    @pytest.mark.parametrize(
        ("kind", "code"),
        [("bad status", "PGRST112"), ("bad headers", "PGRST111"), ("split", "PGRST111")],
    )
    def test_what_would_break_http_is_refused(self, failing: Api, kind: str, code: str) -> None:
        failing.refuse(f"/guc?kind=eq.{kind}", 500, code)

    def test_the_next_request_has_none_of_it(self, failing: Api) -> None:
        for _ in range(3):
            failing.get("/guc?kind=eq.status", 218)
            assert "X-A" not in failing.get("/guc?kind=eq.none").headers


class TestVerbosity:
    @pytest.mark.parametrize(
        ("path", "status", "body"),
        [
            ("/failures?kind=eq.P0001", 400, {"code": "P0001", "message": 'plainly ü "x" wrong'}),
            ("/failures?kind=eq.PT402", 402, {"code": "PT402", "message": "pay"}),
            (
                "/failure",
                404,
                {
                    "code": "PGRST205",
                    "message": "Could not find the table 'api.failure' in the schema cache",
                },
            ),
        ],
    )
    def test_minimal_is_code_and_message(
        self, minimal: Api, path: str, status: int, body: dict[str, str]
    ) -> None:
        assert minimal.get(path, status).get_json() == body


def test_a_reload_is_for_the_requests_that_come_after_it(uri: str) -> None:
    """Whatever it changes: one that it meets in the middle is answered as if there was none."""

    def reload(request: Request, config: Config) -> None:
        state = app.process.state
        assert state is not None
        changed = replace(
            state.snapshot.config, client_error_verbosity="minimal", server_trace_header="X-Trace"
        )
        app.process.state = state._replace(snapshot=Snapshot(changed, state.snapshot.catalog))

    app = make_app(db_uri=uri, db_anon_role=user_of(uri), db_schemas="api", authenticate=reload)
    met, next_one = (Client(app).get("/failures?kind=eq.P0001") for _ in range(2))
    assert json.loads(met.text)["details"] == "why"
    assert "X-Trace" not in met.headers
    assert "details" not in json.loads(next_one.text)
    assert "X-Trace" in next_one.headers
    app.close()


class TestBugs:
    """An exception that nobody expected."""

    SECRET = "a value of the innermost variable"

    @pytest.fixture
    def events(self, uri: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, list[Event]]:
        def respond(self: App, *given: object) -> object:
            raise ZeroDivisionError(TestBugs.SECRET)

        monkeypatch.setattr(App, "respond", respond)
        seen: list[Event] = []
        return Client(make_app(db_uri=uri, observers=[seen.append])), seen

    def test_the_client_learns_nothing(self, events: tuple[Client, list[Event]]) -> None:
        client, _ = events
        response = client.get("/films")
        assert response.status_code == 500
        assert json.loads(response.text) == {
            "code": "PGRSTX00",
            "details": None,
            "hint": None,
            "message": "Internal server error",
        }
        assert self.SECRET not in f"{response.headers}{response.status}"

    def test_observers_learn_all_of_it(self, events: tuple[Client, list[Event]]) -> None:
        client, seen = events
        client.get("/films?a=b")
        event, finished = seen[-2:]
        assert isinstance(event, UnexpectedError)
        assert isinstance(finished, RequestFinished)
        assert (event.method, event.path) == ("GET", "/films")
        assert isinstance(event.error, ZeroDivisionError)
        assert event.error.__traceback__ is not None

    def test_the_log_has_the_trace(
        self, uri: str, events: object, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What is logged where nobody asks for something else."""
        Client(make_app(db_uri=uri)).get("/films")
        assert "ZeroDivisionError" in caplog.text
        assert self.SECRET in caplog.text
