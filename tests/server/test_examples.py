"""Every file of examples/ runs as it is, on the demo's database.

Those for programs beside ours have tests of their own, which change no more than addresses.
"""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from pgrest_wsgi.demo.server import settings

EXAMPLES = Path(__file__).parents[2] / "examples"
FILM = "films?id=eq.1&select=title"


@pytest.fixture(autouse=True)
def demo_settings(demo_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that the examples read: the demo's PGRST_*, and the secret of a site."""
    for name, value in settings(demo_uri).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SITE_SECRET", "the-tests-own")


class QuietHandler(WSGIRequestHandler):
    """Says nothing of its requests."""

    def log_message(self, *_: object) -> None:
        pass


def client(example: str) -> Client:
    """A client of the ``application`` that an example defines."""
    return Client(runpy.run_path(str(EXAMPLES / example))["application"])


def test_wsgi_serves_the_api_at_the_root() -> None:
    answer = client("wsgi.py").get(f"/{FILM}")
    assert answer.status_code == 200
    assert answer.json == [{"title": "Quiet Harbour"}]


def test_mount_serves_the_api_under_api_and_the_site_elsewhere() -> None:
    mounted = client("mount.py")
    assert mounted.get(f"/api/{FILM}").json == [{"title": "Quiet Harbour"}]
    assert mounted.get("/").text == "The films are at /api/films.\n"


def test_flask_session_serves_members_their_own_rows() -> None:
    site = client("flask_session.py")
    drafts = "/api/reviews?published=is.false&select=member_id"
    assert site.get(drafts).json == []
    assert site.post("/login", data={"name": "alba", "password": "wrong"}).status_code == 403
    assert site.get(drafts).json == []
    assert site.post("/login", data={"name": "alba", "password": "open the archive"}).text
    own = site.get(drafts).json
    assert own
    assert {row["member_id"] for row in own} == {"alba"}


def test_tracing_prints_spans(capsys: pytest.CaptureFixture[str]) -> None:
    example = runpy.run_path(str(EXAMPLES / "tracing.py"))
    assert Client(example["application"]).get(f"/{FILM}").status_code == 200
    example["provider"].shutdown()
    printed = capsys.readouterr().err
    names = [json.loads("{" + part)["name"] for part in re.split(r"^\{", printed, flags=re.M)[1:]]
    assert names == ["jwt", "parse", "plan", "transaction", "response", "GET /films"]


def test_tracing_sends_spans_to_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    @Request.application
    def collector(request: Request) -> Response:
        sent.append((request.path, request.data))
        return Response()

    with make_server("127.0.0.1", 0, collector, handler_class=QuietHandler) as server:
        server.timeout = 20
        Thread(target=server.handle_request).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "films")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        example = runpy.run_path(str(EXAMPLES / "tracing.py"))
        assert Client(example["application"]).get(f"/{FILM}").status_code == 200
        example["provider"].shutdown()
    [(path, body)] = sent
    assert path == "/v1/traces"
    assert all(word in body for word in (b"films", b"GET /films", b"postgresql"))


@pytest.mark.parametrize("module", ["wsgi", "mount", "flask_session", "tracing"])
def test_gunicorn_accepts_the_configuration(module: str) -> None:
    """gunicorn reads the file, imports the application, and finds nothing to complain about."""
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "gunicorn", "--check-config"),
            *("--config", "examples/gunicorn.conf.py"),
            *("--chdir", "examples", f"{module}:application"),
        ],
        cwd=EXAMPLES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")


# Where the others are run.
ELSEWHERE = {
    "kubernetes.yaml": "test_kubernetes.py",
    "nginx.conf": "test_nginx.py",
    "pgbouncer.ini": "test_pgbouncer.py",
    "replica.conf": "test_replica.py",
}


def test_no_example_is_without_a_test() -> None:
    here = {"flask_session.py", "gunicorn.conf.py", "mount.py", "tracing.py", "wsgi.py"}
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == here | set(ELSEWHERE)
    for example, test in ELSEWHERE.items():
        assert f'"{example}"' in Path(__file__).with_name(test).read_text(encoding="utf-8")
