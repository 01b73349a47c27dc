"""The documentation page as HTTP: its files, and when they are not there. In a browser: server/."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

JAVASCRIPT = "text/javascript; charset=utf-8"


@pytest.fixture(scope="module")
def documented(open_api: OpenApi) -> Api:
    """An application with a page, and without a database."""
    return open_api(db_uri="postgresql://127.0.0.1:1/none", openapi_docs_path="/api/docs")


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/api/docs", "text/html; charset=utf-8"),
        ("/api/docs/swagger-ui.css", "text/css; charset=utf-8"),
        ("/api/docs/swagger-ui-bundle.js", JAVASCRIPT),
        ("/api/docs/page.js", JAVASCRIPT),
    ],
)
def test_files_are_answered_without_the_database(
    documented: Api, path: str, content_type: str
) -> None:
    """`get` looks at their length; a browser that has one is not sent it again."""
    response = documented.get(path)
    headers = response.headers
    assert headers["Content-Type"] == content_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    assert documented.get(path, method="HEAD").headers["Content-Length"] == str(len(response.data))
    weak = f'"other", W/{headers["ETag"]}'
    unchanged = documented.client.get(path, headers={"If-None-Match": weak})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == headers["ETag"]
    assert documented.get(path, If_None_Match='"other"').data == response.data


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline(documented: Api) -> None:
    policy = documented.get("/api/docs").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in documented.get("/api/docs").text


def test_links_are_relative_to_the_page(documented: Api, open_api: OpenApi) -> None:
    """So the page works behind any proxy; it finds the API by its own address."""
    page = documented.get("/api/docs").text
    assert 'src="docs/page.js" data-root="../"' in page
    assert 'data-root="./"' in open_api(openapi_docs_path="/docs").get("/docs").text


@pytest.mark.parametrize(
    "path", ["/api/docs/", "/api/docs/LICENSE", "/api/docs/../docs_page.py", "/api/docsx", "/api"]
)
def test_there_is_nothing_else(open_api: OpenApi, path: str) -> None:
    open_api(openapi_docs_path="/api/docs").get(path, 404)


def test_other_methods_are_asked_of_the_api(open_api: OpenApi) -> None:
    shown = open_api(openapi_docs_path="/films")
    assert "<html" in shown.get("/films").text
    assert "GET" in shown.get("/films", method="OPTIONS").headers["Allow"]


def test_it_is_off_unless_a_path_is_set(api: Api) -> None:
    api.refuse("/docs", 404, "PGRST205")


def test_its_files_come_with_their_license() -> None:
    folder = files("pgrest_wsgi").joinpath("swagger_ui")
    assert "Apache License" in folder.joinpath("LICENSE").read_text()
    assert "SmartBear" in folder.joinpath("NOTICE").read_text()
