"""The pages of the admin application, a row of `PAGES` each.

Upstream: https://docs.postgrest.org/en/v16/references/admin_server.html. Whoever can reach them
learns how the database is built, so they belong to an address that only the house can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from pgrest_wsgi.admin.metrics import metrics_of
from pgrest_wsgi.admin.requests import request_times
from pgrest_wsgi.app import App, status_line
from pgrest_wsgi.catalog.dump import dump_catalog
from pgrest_wsgi.config.dump import dump
from pgrest_wsgi.response.model import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def make_admin_app(app: App) -> WSGIApplication:
    """Make the WSGI application that tells about an application, in the process that is asked.

    All methods are answered alike, HEAD without the body. The requests to the application are
    counted from now on.
    """
    app.observe(request_times())
    return partial(answer, app)


def answer(app: App, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request to the admin application of an application."""
    page = PAGES.get(environ.get("PATH_INFO", ""))
    status, headers, body, _ = Response(404, ()) if page is None else page(app)
    length = ("Content-Length", str(len(body)))
    start_response(status_line(status, None), [*headers, length])
    return (b"" if environ["REQUEST_METHOD"] == "HEAD" else body,)


def live(app: App) -> Response:
    """The process answers, and that is all it takes."""
    return Response(200, ())


def ready(app: App) -> Response:
    """The database can be reached, and the catalog is what it is now; else 503."""
    return Response(200 if app.process.is_ready() else 503, ())


def metrics(app: App) -> Response:
    """Figures of this process, for Prometheus."""
    content_type, body = metrics_of(app)
    return Response(200, (("Content-Type", content_type),), body)


def config(app: App) -> Response:
    """The settings in force, as a file, its secrets hidden."""
    return Response(200, (PLAIN,), dump(app.config, secrets=False).encode())


def schema_cache(app: App) -> Response:
    """The catalog in force; nothing while there is none."""
    state = app.process.state
    body = "" if state is None else dump_catalog(state.snapshot.catalog)
    return Response(200, (JSON,), body.encode())


PLAIN = ("Content-Type", "text/plain; charset=utf-8")
JSON = ("Content-Type", "application/json; charset=utf-8")

PAGES: dict[str, Callable[[App], Response]] = {
    "/live": live,
    "/ready": ready,
    "/metrics": metrics,
    "/config": config,
    "/schema_cache": schema_cache,
}
