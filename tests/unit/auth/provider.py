"""An issuer of tokens for tests: a real HTTP server, which may change its keys or misbehave."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Thread
from typing import Any

from pgrest_wsgi.auth.issuers import DISCOVERY
from tests.unit.auth.tokens import key_set, public

KEYS = "/keys"

Handler = Callable[[BaseHTTPRequestHandler], None]


class Provider:
    """What the server answers by path, and how often it was asked for keys."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.pages: dict[str, Handler] = {}
        self.asked = 0
        self.pause = 0.0  # before each answer
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        scheme = "http"
        if tls is not None:
            scheme = "https"
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.name = f"{scheme}://127.0.0.1:{self.server.server_port}"
        self.url = self.name + KEYS
        self.describe(self.name, self.url)

    def publish(self, *jwks: dict[str, Any]) -> None:
        """Have these keys, of which the public halves are shown."""
        self.pages[KEYS] = page(key_set(*map(public, jwks)))

    def describe(self, issuer: object, jwks_uri: object) -> None:
        """Say this in the document of the issuer."""
        document = {"issuer": issuer, "jwks_uri": jwks_uri}
        self.pages[DISCOVERY] = page(json.dumps(document).encode())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += self.path == KEYS
                time.sleep(provider.pause)
                provider.pages.get(self.path, page(b"nothing here", 404))(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Answer


def page(body: bytes, status: int = 200, **headers: str) -> Handler:
    """An answer with this body."""

    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return send


def dripping(part: bytes, pause: float, parts: int) -> Handler:
    """An answer that comes in small parts, each after a pause."""

    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(parts):
                request.wfile.write(part)
                time.sleep(pause)
        except ConnectionError:
            pass  # given up, as it should be

    return send


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what the threads of a test do; fail where they do not."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


@contextmanager
def serving_keys(tls: SSLContext | None = None) -> Iterator[Provider]:
    """A provider at work, by https where it has a certificate."""
    provider = Provider(tls)
    thread = Thread(target=provider.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
