"""The headers for tracing, on answers and on errors.

https://docs.postgrest.org/en/v16/references/observability.html#traces
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pgrest_wsgi import make_app
from tests.spec.api import Api, user_of
from tests.spec.conftest import OpenApi

SPANS = r"jwt;dur=N, parse;dur=N, plan;dur=N, transaction;dur=N, response;dur=N"


class TestServerTiming:
    """https://docs.postgrest.org/en/v16/references/observability.html#server-timing-header"""

    def test_an_answer_has_it(self, open_api: OpenApi) -> None:
        api = open_api(server_timing_enabled=True)
        for method in ("GET", "HEAD"):
            value = api.get("/films?limit=1", method=method).headers["Server-Timing"]
            assert re.sub(r"[0-9]+\.[0-9]", "N", value) == SPANS

    def test_the_time_of_the_database_is_that_of_the_transaction(
        self, new_database: Callable[[str], str]
    ) -> None:
        nap = "create function nap() returns text language sql as 'select pg_sleep(0.3)'"
        uri = new_database(nap)
        app = make_app(
            db_uri=uri,
            db_anon_role=user_of(uri),
            db_channel_enabled=False,
            server_timing_enabled=True,
        )
        value = Api(app).get("/rpc/nap").headers["Server-Timing"]
        app.close()
        spans = [float(span) for span in re.findall(r"dur=([0-9.]+)", value)]
        assert [span > 250 for span in spans] == [False, False, False, True, False]

    def test_an_error_has_none_as_in_v16(self, open_api: OpenApi) -> None:
        api = open_api(server_timing_enabled=True)
        assert "Server-Timing" not in api.get("/nope", 404).headers
        assert "Server-Timing" not in api.get("/films?nope=eq.1", 400).headers

    def test_it_is_off_by_default(self, api: Api) -> None:
        assert "Server-Timing" not in api.get("/films?limit=1").headers


class TestTraceHeader:
    """https://docs.postgrest.org/en/v16/references/observability.html#trace-header"""

    def test_answers_and_errors_have_that_of_the_request(self, open_api: OpenApi) -> None:
        api = open_api(server_trace_header="X-Request-Id")
        assert api.get("/films?limit=1", X_Request_Id="7").headers["X-Request-Id"] == "7"
        assert api.get("/nope", 404, X_Request_Id="8").headers["X-Request-Id"] == "8"

    def test_it_is_empty_where_the_request_has_none(self, open_api: OpenApi) -> None:
        api = open_api(server_trace_header="X-Request-Id")
        assert api.get("/films?limit=1").headers["X-Request-Id"] == ""

    def test_it_is_off_by_default(self, api: Api) -> None:
        assert "X-Request-Id" not in api.get("/films?limit=1", X_Request_Id="7").headers
