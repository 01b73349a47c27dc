"""Serving: what gunicorn is told."""

from __future__ import annotations

from pgrest_wsgi.cli.serve import gunicorn_arguments
from pgrest_wsgi.config import read_config


def arguments(file: str | None = None, **settings: str | int) -> list[str]:
    return gunicorn_arguments(read_config(settings, {}), file, 7)


def test_it_takes_the_socket() -> None:
    given = arguments()
    assert given[given.index("--bind") + 1] == "fd://7"


def test_there_are_as_many_threads_as_connections() -> None:
    given = arguments(db_pool=7)
    assert given[given.index("--threads") + 1] == "7"


def test_the_file_reaches_the_application() -> None:
    assert arguments()[-1] == "pgrest_wsgi:make_app()"
    assert arguments("it's.conf")[-1] == """pgrest_wsgi:make_app("it's.conf")"""
