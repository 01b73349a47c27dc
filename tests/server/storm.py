"""Clients of a real server in a storm: what they ask and get, and what must have become of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from threading import Event
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.server.api import SECONDS
from tests.server.outage import Answer
from tests.server.serving import NO_ANSWER

SCRIPT = """
create table api.kept (id bigint, part int);
create table api.last (client int primary key, number bigint);
insert into api.last select client, -1 from generate_series(0, 63) as client;
create function api.twice(number bigint) returns bigint stable return 2 * number;
grant select, insert, update on api.kept, api.last to public;
"""

CLIENTS = 64

# A refused client comes again a little later, or the storm would be one of refusals.
PAUSE_SECONDS = 0.05


class Ask(NamedTuple):
    """A request, and what is answered to it if all is well."""

    method: str
    target: str
    status: int
    answer: object = None
    body: object = None
    prefer: str = "return=minimal"


def insert_one(client: int, number: int) -> Ask:
    return Ask("POST", "/kept", 201, body={"id": number, "part": 0})


def insert_many(client: int, number: int) -> Ask:
    rows = [{"id": number, "part": part} for part in range(many(number))]
    return Ask("POST", "/kept", 201, body=rows)


def update(client: int, number: int) -> Ask:
    """In two round trips: what is counted in between may undo it."""
    prefer = "return=minimal, handling=strict, max-affected=1"
    return Ask("PATCH", f"/last?client=eq.{client}", 204, None, {"number": number}, prefer)


def read(client: int, number: int) -> Ask:
    known = number % 500 + 1
    return Ask("GET", f"/numbers?id=eq.{known}", 200, [{"id": known}])


def call(client: int, number: int) -> Ask:
    return Ask("POST", "/rpc/twice", 200, 2 * number, {"number": number})


def none(number: int) -> int:
    return 0


def one(number: int) -> int:
    return 1


def many(number: int) -> int:
    return 10 + number * 37 % 491


class Kind(NamedTuple):
    """What a client asks for, and how many rows that inserts."""

    ask: Callable[[int, int], Ask]
    rows: Callable[[int], int] = none


# Each client goes through them in turns.
KINDS = (Kind(insert_one, one), Kind(insert_many, many), Kind(update), Kind(read), Kind(call))


def kind_of(number: int) -> Kind:
    """Numbers begin with that of the client; it adds `CLIENTS` each time."""
    return KINDS[number // CLIENTS % len(KINDS)]


class HttpClient:
    """One that keeps its connection for as long as that lasts."""

    def __init__(self, address: str) -> None:
        host = urlsplit(address)
        self._connection = HTTPConnection(host.hostname or "", host.port, timeout=2 * SECONDS)

    def send(self, asked: Ask, number: int) -> Answer:
        started = time.monotonic()
        status, code, retry = self._send(asked)
        ended = time.monotonic()
        return Answer(number, status, code, retry, ended, ended - started)

    def close(self) -> None:
        self._connection.close()

    def _send(self, asked: Ask) -> tuple[int, str | None, str | None]:
        headers = {"Content-Type": "application/json", "Prefer": asked.prefer}
        body = None if asked.body is None else json.dumps(asked.body)
        try:
            self._connection.request(asked.method, asked.target, body, headers)
            response = self._connection.getresponse()
            text = response.read()
        except TimeoutError:
            raise
        except (OSError, HTTPException):
            self._connection.close()
            return NO_ANSWER, None, None
        if response.status >= 400:
            return response.status, json.loads(text)["code"], response.headers["Retry-After"]
        found = json.loads(text) if text else None
        assert (response.status, found) == (asked.status, asked.answer), asked
        return response.status, None, None


@contextmanager
def storm_clients(address: str) -> Iterator[Callable[[], list[Answer]]]:
    """Clients that ask all kinds of things; call what is yielded to end them."""
    over = Event()

    def work(client: int) -> list[Answer]:
        answers: list[Answer] = []
        with closing(HttpClient(address)) as connection:
            while not over.is_set():
                number = client + CLIENTS * len(answers)
                asked = kind_of(number).ask(client, number)
                answers.append(connection.send(asked, number))
                if not is_success(answers[-1]):
                    over.wait(PAUSE_SECONDS)
        return answers

    with ThreadPoolExecutor(CLIENTS) as threads:
        running = [threads.submit(work, client) for client in range(CLIENTS)]

        def end() -> list[Answer]:
            over.set()
            return [answer for client in running for answer in client.result(2 * SECONDS)]

        try:
            yield end
        finally:
            over.set()


def is_success(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def tally(answers: list[Answer]) -> dict[str, int]:
    """How many answers there were of each status and code."""
    kinds = Counter(f"{answer.status or 'cut off'} {answer.code or ''}" for answer in answers)
    return {kind.strip(): kinds[kind] for kind in sorted(kinds)}


def wrong_inserts(answers: list[Answer], kept: dict[int, list[int]]) -> list[int]:
    """Inserts that are not what they must be, by the parts that are there of each number.

    All parts are there, once; of what was not acknowledged, none is right too.
    """
    wrong = []
    for answer in answers:
        size, parts = kind_of(answer.number).rows(answer.number), kept.get(answer.number, [])
        is_whole = sorted(parts) == list(range(size))
        if not (is_whole or (not parts and answer.status != 201)):
            wrong.append(answer.number)
    return wrong


def lost_updates(answers: list[Answer], last: dict[int, int]) -> list[int]:
    """Clients whose last acknowledged update is neither there nor followed by a later one."""
    updates = {answer.number % CLIENTS: answer.number for answer in answers if answer.status == 204}
    return [client for client, number in updates.items() if last[client] < number]
