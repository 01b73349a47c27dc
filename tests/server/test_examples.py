"""Every file of examples/ runs as it is, on the demo's database."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client

from pgrest_wsgi.demo.server import settings

EXAMPLES = Path(__file__).parents[2] / "examples"
FILM = "films?id=eq.1&select=title"


@pytest.fixture(autouse=True)
def demo_settings(demo_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that the examples read: the demo's PGRST_*, and the secret of a site."""
    for name, value in settings(demo_uri).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SITE_SECRET", "the-tests-own")


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


@pytest.mark.parametrize("module", ["wsgi", "mount", "flask_session"])
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


def test_no_example_is_without_a_test() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == {
        "flask_session.py",
        "gunicorn.conf.py",
        "mount.py",
        "wsgi.py",
    }
