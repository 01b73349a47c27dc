"""The database changes again and again while clients ask: no answer shows a half of it.

Changes are told by the event trigger of docs/reloading.md to two workers of a real server.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from pgrest_wsgi.demo.postgres import change_uri
from tests.server.api import SCRIPT, SECONDS
from tests.server.serving import Server, serving
from tests.server.test_admin import parsed
from tests.server.test_listener import ROOT

CHANGING_SECONDS = 3
CLIENTS = 16


class Type(NamedTuple):
    """A type that a version may have: how its number is written, and shown in JSON."""

    name: str
    literal: str
    show: Callable[[int], object]


TYPES = (
    Type("int", "{}", int),
    Type("text", "{}", str),
    Type("json", '{{"n": {}}}', lambda number: {"n": number}),
    Type("int[]", "{{{}}}", lambda number: [number]),
)


def type_of(number: int) -> Type:
    return TYPES[number % len(TYPES)]


def changes(number: int) -> tuple[str, ...]:
    """What is done one after the other, each in a transaction, to get to a version."""
    type_name, form, _ = type_of(number)
    version = f"'{form.format(number)}'::{type_name}"
    function = f"function api.version() returns {type_name} language sql stable"
    view = f"view api.pair as select {version} as one, {version} as two"
    return (
        f"drop function api.version(); create {function} as $$ select {version} $$",
        f"drop view api.pair; create {view}; grant select on api.pair to public",
        f"alter table api.wide add column fleeting int default {number}",
        "drop table api.fleeting",
        "alter table api.wide drop column fleeting",
        "create table api.fleeting as select 1 as id; grant select on api.fleeting to public",
    )


START = """
create function api.version() returns int language sql stable as 'select 0';
create view api.pair as select 0 as one, 0 as two;
create table api.wide as select 1 as id;
create table api.fleeting as select 1 as id;
grant select on all tables in schema api to public;
"""


class Seen(NamedTuple):
    """An answer: to what, its status, its body."""

    target: str
    status: int
    body: object


# What clients ask in turns, and the codes of what is gone then.
GONE: dict[str, tuple[str, ...]] = {
    "/rpc/version": (),
    "/pair": (),
    "/wide?select=id": (),
    "/wide": (),
    "/wide?select=id,fleeting": ("42703",),
    "/fleeting": ("42P01", "PGRST205"),
}


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    page = (ROOT / "docs" / "reloading.md").read_text(encoding="utf-8")
    trigger = page[page.index("create function public.notify_api") :].partition("```")[0]
    return new_database(SCRIPT + START + trigger)


def ask(server: Server, over: Event, offset: int) -> list[Seen]:
    """What a client sees until it is over."""
    seen: list[Seen] = []
    targets = tuple(GONE)
    host = urlsplit(server.address)
    with closing(HTTPConnection(host.hostname or "", host.port, timeout=SECONDS)) as connection:
        while not over.is_set():
            target = targets[(offset + len(seen)) % len(targets)]
            connection.request("GET", target)
            response = connection.getresponse()
            seen.append(Seen(target, response.status, json.loads(response.read())))
    return seen


def change(uri: str, seconds: float) -> int:
    """Change all from version to version; the last one."""
    until, number = time.monotonic() + seconds, 0
    with psycopg.connect(uri, autocommit=True) as connection:
        while time.monotonic() < until:
            number += 1
            for statements in changes(number):
                connection.execute(statements.encode())
                time.sleep(0.005)
    return number


def watch(server: Server, uri: str) -> tuple[list[list[Seen]], int]:
    """What each client saw during the changes, and the last version."""
    over = Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(ask, server, over, offset) for offset in range(CLIENTS)]
        try:
            last = change(uri, CHANGING_SECONDS)
        finally:
            over.set()
        return [client.result(SECONDS) for client in clients], last


def read_version(version: object) -> int:
    """The number of a version, which must be shown as its type is."""
    match version:
        case {"n": int(number)} | [int(number)] | int(number):
            pass
        case _:
            number = int(str(version))
    assert type_of(number).show(number) == version
    return number


def versions_of(seen: Seen) -> set[int]:
    """The versions that an answer shows: one, or none where it shows only what does not change."""
    match seen:
        case Seen("/rpc/version", 200, version):
            return {read_version(version)}
        case Seen("/pair", 200, [{"one": one, "two": two}]):
            return {read_version(one), read_version(two)}
        case Seen("/wide" | "/wide?select=id,fleeting", 200, [{"id": 1, "fleeting": int(number)}]):
            return {number}
        case Seen("/wide" | "/wide?select=id" | "/fleeting", 200, [{"id": 1, **others}]):
            assert not others, seen
        case _:
            assert isinstance(seen.body, dict), seen
            assert seen.status in (400, 404), seen
            assert seen.body["code"] in GONE[seen.target], seen
    return set()


def test_no_answer_shows_a_half_of_a_change(uri: str, tmp_path: Path) -> None:
    with serving(change_uri(uri, user="crowd_login", password="crowd"), tmp_path) as server:
        started = time.monotonic()
        clients, last = watch(server, uri)
        rounds = (time.monotonic() - started) / 0.1
        time.sleep(1.1)  # so old may the figures of the other worker be
        figures = parsed(server.page("/metrics")[1])
        assert server.page("/ready")[0] == 200
    assert last >= 5
    for client in clients:
        assert all(len(versions_of(seen)) < 2 for seen in client)
        for target in GONE:
            numbers = [n for seen in client if seen.target == target for n in versions_of(seen)]
            assert numbers == sorted(numbers)
        assert {seen.target for seen in client} == set(GONE)
    assert figures['pgrst_schema_cache_loads_total{status="FAIL"}'] == 0
    assert 4 < figures['pgrst_schema_cache_loads_total{status="SUCCESS"}'] < 2 * (rounds + 3)
