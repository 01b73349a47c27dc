"""What an application may take part in: the whole extension surface, given to `make_app`."""

from __future__ import annotations

from typing import Protocol

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.identity import Identity


class Authenticate(Protocol):
    """Say who asks: by a session of the host, an API key, a certificate that the proxy checked.

    It is called first for every request. None leaves the request to its bearer token; so does not
    an identity: then no token is read. Its role is taken as it is, and its claims, which must fit
    into JSON, become the setting ``request.jwt.claims`` like those of a token. A `PgrestError` that
    it raises is the answer.
    """

    def __call__(self, request: Request, config: Config, /) -> Identity | None: ...
