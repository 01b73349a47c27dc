"""Fixtures of all specs: applications on the demo's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgrest_wsgi import make_app
from pgrest_wsgi.demo.postgres import change_uri, execute
from pgrest_wsgi.demo.sample import load_sample
from pgrest_wsgi.demo.server import SECRET
from tests.spec.api import Api
from tests.spec.writing import SCRIPT, Desk

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
                "db_channel_enabled": False,
            }
            app = make_app(**{**defaults, **settings})  # type: ignore[arg-type]
            applications.callback(app.close)
            return Api(app)

        yield create


@pytest.fixture(scope="session")
def api(open_api: OpenApi) -> Api:
    """The demo's API as anybody sees it."""
    return open_api()


@pytest.fixture(scope="session")
def archive(open_api: OpenApi, new_database: Callable[[str], str]) -> Desk:
    """The demo's API as its editor writes to it; all is undone.

    The database is one of its own: rows that were undone stay on its pages, and the planner's
    guesses about the other one are compared with numbers.
    """
    uri = load_sample(new_database(""))
    return Desk(
        open_api(
            db_uri=uri, db_anon_role="demo_editor", db_tx_end="rollback-allow-override", db_pool=1
        ).app
    )


@pytest.fixture(scope="session")
def desk_superuser_uri(new_database: Callable[[str], str]) -> str:
    """URI of the superuser of the ticket desk (`tests.spec.writing.SCRIPT`)."""
    return new_database(SCRIPT)


@pytest.fixture(scope="session")
def open_desk(open_api: OpenApi, desk_superuser_uri: str) -> Callable[..., Desk]:
    """Call it with settings: an application on the ticket desk that differs in these."""
    login = change_uri(desk_superuser_uri, user="desk_login", password="desk")

    def create(**settings: object) -> Desk:
        defaults: dict[str, object] = {
            "db_uri": login,
            "db_anon_role": "desk_clerk",
            "db_tx_end": "rollback-allow-override",
            "db_pool": 1,
        }
        return Desk(open_api(**{**defaults, **settings}).app)

    return create


@pytest.fixture(scope="session")
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The ticket desk as its clerk sees it, on one connection."""
    return open_desk()


@pytest.fixture(scope="session")
def porter(open_desk: Callable[..., Desk]) -> Desk:
    """The desk as its porter sees it, who may fill the letter box and see its column id."""
    return open_desk(db_anon_role="desk_porter")


@pytest.fixture(scope="session")
def office_uri(new_database: Callable[[str], str]) -> str:
    """URI of a second demo database that has a box office: functions of every kind."""
    superuser_uri = new_database("")
    uri = load_sample(superuser_uri)
    execute(superuser_uri, Path(__file__).with_name("box_office.sql").read_bytes())
    return uri


@pytest.fixture(scope="session")
def office(open_api: OpenApi, office_uri: str) -> Api:
    """The box office as anybody sees it. What it writes is undone."""
    return open_api(db_uri=office_uri, db_tx_end="rollback-allow-override")
