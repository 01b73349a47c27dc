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
from pgrest_wsgi.observe import Event, Observer, ObserverFailed, UnexpectedError
from pgrest_wsgi.operation import Operation
from pgrest_wsgi.response.errors import render_error
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.tracing import Trace, trace_headers
from pgrest_wsgi.runtime import Process, Runtime, State
from pgrest_wsgi.snapshot import Snapshot
from pgrest_wsgi.visibility import visibility_work

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class App:
    """PostgREST as a WSGI application (PEP 3333). Made by `pgrest_wsgi.make_app`."""

    def __init__(
        self,
        sources: Sources,
        observers: Iterable[Observer] = (),
        authenticate: Authenticate | None = None,
    ) -> None:
        self._authenticate = authenticate
        self._observers = tuple(observers)
        self._runtime = Runtime(sources, self._tell)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        process = self._runtime.process
        state = process.state  # once: what is loaded meanwhile is for requests to come
        config = process.config if state is None else state.snapshot.config
        origins = config.server_cors_allowed_origins
        response = answer_preflight(request, origins)
        response = response or self._answer(request, process, state, config)
        status = status_line(response.status, response.reason)
        start_response(
            status,
            [*trace_headers(config, request), *response.headers, *expose(request, origins)],
        )
        return (response.body,)

    def respond(self, request: Request, process: Process, state: State, trace: Trace) -> Response:
        """Answer a request. Raises PgrestError for what cannot be answered."""
        snapshot, authenticator = state
        trace.lap()
        identity = self._identify(request, snapshot.config, authenticator)
        trace.role = identity.role
        trace.lap()
        call = read_call(request, snapshot.config)
        trace.lap()
        operation = self._operation(call, snapshot, identity)
        trace.route = operation.route
        trace.lap()
        work = operation.bind(call.values, identity)
        trace.steps = work.steps
        result = process.database.run(work)
        trace.lap()
        response = operation.render(result, call.values)
        trace.lap()
        return trace.timed(response) if snapshot.config.server_timing_enabled else response

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

    def observe(self, observer: Observer) -> None:
        """Tell one more observer of what happens from now on, though nobody twice."""
        if observer not in self._observers:
            self._observers = (*self._observers, observer)

    def _answer(
        self, request: Request, process: Process, state: State | None, config: Config
    ) -> Response:
        """Answer a request, whatever becomes of it, and tell of it."""
        trace = Trace()
        try:
            response = answer_docs(request, config.openapi_docs_path)
            if response is None:
                state = state or process.load()
                config = state.snapshot.config
                response = self.respond(request, process, state, trace)
        except PgrestError as error:
            response = refuse(error, config, trace)
        except Exception as error:  # a bug: told to the observers, never to the client
            self._tell(UnexpectedError(request.method, request.path, error))
            response = refuse(INTERNAL(), config, trace)
        if request.method == "HEAD" or response.status in BODILESS:
            response = without_body(response)
        self._tell(trace.finished(request, response, config))
        return response

    def _tell(self, event: Event) -> None:
        """Tell all observers. What one of them raises is told to the others and to nobody else."""
        for observer in self._observers:
            try:
                observer(event)
            except Exception as error:  # what has happened cannot be undone by who looks on
                if not isinstance(event, ObserverFailed):
                    self._tell(ObserverFailed(repr(observer), error))

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


def refuse(error: PgrestError, config: Config, trace: Trace) -> Response:
    trace.error = error
    return render_error(error, config.client_error_verbosity)


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
