"""The WSGI callable: the way of a request, from environ to answer, on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.http import HTTP_STATUS_CODES

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.auth.bearer import find_token
from pgrest_wsgi.catalog.missing import MissingError
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.config.sources import Sources
from pgrest_wsgi.cors import answer_preflight, expose
from pgrest_wsgi.docs_page import answer_docs
from pgrest_wsgi.errors import INTERNAL, PgrestError
from pgrest_wsgi.hooks import Authenticate
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.observe import Observer, UnexpectedError
from pgrest_wsgi.operation import Operation
from pgrest_wsgi.response.errors import render_error
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.tracing import stopwatch, trace_headers
from pgrest_wsgi.runtime import Process, Runtime
from pgrest_wsgi.snapshot import Snapshot
from pgrest_wsgi.visibility import visibility_work

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class App:
    """PostgREST as a WSGI application (PEP 3333). Made by `pgrest_wsgi.make_app`."""

    def __init__(
        self, sources: Sources, observer: Observer, authenticate: Authenticate | None = None
    ) -> None:
        self._authenticate = authenticate
        self._observer = observer
        self._runtime = Runtime(sources, observer)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        config = self.config
        origins = config.server_cors_allowed_origins
        response = (
            answer_preflight(request, origins)
            or answer_docs(request, config.openapi_docs_path)
            or self._answer(request)
        )
        if request.method == "HEAD" or response.status in BODILESS:
            response = without_body(response)
        status = status_line(response.status, response.reason)
        start_response(
            status,
            [*trace_headers(config, request), *response.headers, *expose(request, origins)],
        )
        return (response.body,)

    def respond(self, request: Request) -> Response:
        """Answer a request. Raises PgrestError for what cannot be answered."""
        process = self._runtime.process
        snapshot, authenticator = process.state or process.load()
        watch = stopwatch(snapshot.config)
        identity = self._identify(request, snapshot.config, authenticator)
        watch.lap()
        call = read_call(request, snapshot.config)
        watch.lap()
        operation = self._operation(call, snapshot, identity)
        watch.lap()
        work = operation.bind(call.values, identity)
        result = process.database.run(work)
        watch.lap()
        return watch.stop(operation.render(result, call.values))

    @property
    def process(self) -> Process:
        """What this process holds for the application."""
        return self._runtime.process

    @property
    def config(self) -> Config:
        """The configuration in force in this process."""
        return self._runtime.process.config

    def reload(self) -> None:
        """Read settings and catalog anew, as after a migration. Raises PGRST002 on failure."""
        self.process.reload()

    def close(self) -> None:
        """End the connections of this process; a later request opens new ones."""
        self._runtime.close()

    def _answer(self, request: Request) -> Response:
        """Answer a request, whatever becomes of it."""
        try:
            return self.respond(request)
        except PgrestError as error:
            return self._refuse(error)
        except Exception as error:  # a bug: told to the observers, never to the client
            self._observer(UnexpectedError(request.method, request.path, error))
            return self._refuse(INTERNAL())

    def _identify(self, request: Request, config: Config, authenticator: Authenticator) -> Identity:
        """Who asks: the host may know, or else the token tells."""
        if self._authenticate is not None:
            identity = self._authenticate(request, config)
            if identity is not None:
                return identity
        return authenticator.identify(find_token(request, config))

    def _operation(self, call: Call, snapshot: Snapshot, identity: Identity) -> Operation:
        """The compiled shape. A name is hinted at only if the role may use what it names."""
        try:
            return snapshot.operation(call.shape, len(call.values.request.query))
        except MissingError as error:
            work = visibility_work(error, snapshot.config, call, identity)
            if work is not None and self.process.database.confirm(work):
                raise error.with_hint() from None
            raise

    def _refuse(self, error: PgrestError) -> Response:
        verbosity = self.config.client_error_verbosity
        return render_error(error, verbosity)


# RFC 9110, 15.3.5 and 15.4.5. A function may ask for these statuses.
BODILESS = (204, 304)


def without_body(response: Response) -> Response:
    """The answer without its body: sent nevertheless, it would be taken for the next answer."""
    headers = response.headers
    if response.status in BODILESS:
        headers = tuple(header for header in headers if header[0].lower() != "content-length")
    return response._replace(headers=headers, body=b"")


@lru_cache(maxsize=256)
def status_line(status: int, reason: str | None) -> str:
    return f"{status} {reason or HTTP_STATUS_CODES.get(status, 'Unknown')}"
