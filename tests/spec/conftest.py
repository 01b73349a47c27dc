"""Fixtures of all specs: applications on the demo's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from pgrest_wsgi import make_app
from pgrest_wsgi.demo.server import SECRET
from tests.spec.api import Api

OpenApi = Callable[..., Api]


@pytest.fixture(scope="session")
def open_api(demo_uri: str) -> Iterator[OpenApi]:
    """Call it with settings: an application that differs from `api` in these.

    It is closed at the end of the session.
    """
    with ExitStack() as applications:

        def create(**settings: object) -> Api:
            defaults: dict[str, object] = {
                "db_uri": demo_uri,
                "db_schemas": "api",
                "db_anon_role": "demo_anon",
                "jwt_secret": SECRET,
                "db_pool": 2,
            }
            app = make_app(**{**defaults, **settings})  # type: ignore[arg-type]
            applications.callback(app.close)
            return Api(app)

        yield create


@pytest.fixture(scope="session")
def api(open_api: OpenApi) -> Api:
    """The demo's API as anybody sees it."""
    return open_api()
