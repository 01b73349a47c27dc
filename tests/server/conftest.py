"""Fixtures of the server tests: a database of their own, and a server that they may stop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from pgrest_wsgi.demo.postgres import change_uri, temporary_server
from tests.server.api import SCRIPT, SECRET


@pytest.fixture(scope="session")
def crowd_superuser_uri(new_database: Callable[[str], str]) -> str:
    """URI of the superuser of a database with what is in `tests.server.api.SCRIPT`."""
    return new_database(SCRIPT)


@pytest.fixture(scope="session")
def crowd_uri(crowd_superuser_uri: str) -> str:
    """URI with which the application logs in to it."""
    return change_uri(crowd_superuser_uri, user="crowd_login", password="crowd")


@pytest.fixture(scope="session")
def troubled_uri() -> Iterator[str]:
    """URI of the superuser of a server that no other test knows: always an embedded one."""
    with temporary_server() as uri:
        yield uri


@pytest.fixture
def environ(crowd_uri: str) -> dict[str, str]:
    """Variables of a process that serves it on any free port."""
    return {
        **os.environ,
        "PGRST_DB_URI": crowd_uri,
        "PGRST_DB_SCHEMAS": "api",
        "PGRST_DB_ANON_ROLE": "crowd_0",
        "PGRST_DB_POOL": "2",
        "PGRST_JWT_SECRET": SECRET,
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": "0",
    }
