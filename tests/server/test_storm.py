"""A storm over a real server: PostgreSQL restarts, backends end, a worker is killed.

Twelve seconds of it, or as many as PGREST_STORM_SECONDS says.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

import psycopg
import pytest

from pgrest_wsgi.demo.postgres import change_uri, create_database
from tests.server import storm
from tests.server.api import SCRIPT, wait_until
from tests.server.outage import Answer, Postgres
from tests.server.serving import NO_ANSWER, Server, serving
from tests.server.storm import is_success, storm_clients, tally

STORM_SECONDS = float(os.environ.get("PGREST_STORM_SECONDS", 12))
RETURN_SECONDS = 3.0
# After each return nothing else happens for so long: else it could not be told how long it took.
CALM_SECONDS = RETURN_SECONDS + 0.5
ROUGH_SECONDS = max(0.5, (STORM_SECONDS - 2 * CALM_SECONDS) / 3)

REFUSALS = {
    *((503, code) for code in ("PGRST000", "PGRST001", "PGRST002", "57P01")),
    (504, "PGRST003"),
}


@pytest.fixture(scope="module")
def postgres(troubled_uri: str) -> Postgres:
    return Postgres(create_database(troubled_uri, "storm", SCRIPT + storm.SCRIPT))


@pytest.fixture
def server(postgres: Postgres, tmp_path: Path) -> Iterator[Server]:
    uri = change_uri(postgres.uri, user="crowd_login", password="crowd")
    with serving(uri, tmp_path) as server:
        yield server


def end_backends(postgres: Postgres, seconds: float) -> None:
    """End some of the server's connections, again and again."""
    query = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'crowd_login' and random() < 0.2"
    )
    until = time.monotonic() + seconds
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        while time.monotonic() < until:
            connection.execute(query)
            time.sleep(random.uniform(0.1, 0.5))


def restart(postgres: Postgres, *, immediately: bool) -> float:
    """When it had returned (monotonic seconds); calm follows."""
    postgres.stop(immediately=immediately)
    time.sleep(0.5)
    postgres.start()
    returned = time.monotonic()
    time.sleep(CALM_SECONDS)
    return returned


class Storm(NamedTuple):
    """When what happened (monotonic seconds)."""

    returned: tuple[float, float]
    killed: float


def rage(postgres: Postgres, server: Server) -> Storm:
    end_backends(postgres, ROUGH_SECONDS)
    first = restart(postgres, immediately=False)
    end_backends(postgres, ROUGH_SECONDS / 2)
    killed = time.monotonic()
    server.workers()[0].kill()
    end_backends(postgres, ROUGH_SECONDS / 2)
    second = restart(postgres, immediately=True)
    end_backends(postgres, ROUGH_SECONDS)
    return Storm((first, second), killed)


@contextmanager
def watching(server: Server) -> Iterator[list[tuple[str, int, str]]]:
    """What the admin pages say meanwhile: page, status, text. A killed worker says nothing."""
    over, seen = Event(), list[tuple[str, int, str]]()

    def watch() -> None:
        while not over.wait(0.2):
            for page in ("/live", "/ready", "/metrics"):
                seen.append((page, *server.page(page)))

    with ThreadPoolExecutor(1) as threads:
        watcher = threads.submit(watch)
        try:
            yield seen
        finally:
            over.set()
        watcher.result()


def until_served(answers: list[Answer], returned: float) -> float:
    """Seconds from a return to the last refusal in the calm after it."""
    refused = [
        answer.at
        for answer in answers
        if returned < answer.at < returned + CALM_SECONDS and not is_success(answer)
    ]
    return max(refused, default=returned) - returned


def report(server: Server, answers: list[Answer], happened: Storm) -> None:
    """Print the figures, which pytest shows with -s or -rP."""
    kept = sum(answer.status == 201 for answer in answers)
    sizes = [f"{worker.memory_info().rss >> 20} MB" for worker in server.workers()]
    gaps = [f"{until_served(answers, moment):.2f} s" for moment in happened.returned]
    longest = max(answer.seconds for answer in answers)
    print(f"{len(answers)} requests of {storm.CLIENTS} clients in {STORM_SECONDS:g} s;", end=" ")
    print(f"answers: {tally(answers)}; acknowledged inserts: {kept};", end=" ")
    print(f"until all were served again: {gaps};", end=" ")
    print(f"longest answer: {longest:.2f} s; workers: {sizes}")


def test_a_storm_loses_nothing(postgres: Postgres, server: Server) -> None:
    """And is told of by codes, until all are served within three seconds of each return."""
    with storm_clients(server.address) as end, watching(server) as seen:
        happened = rage(postgres, server)
        answers = end()
    report(server, answers, happened)
    check_answers(answers, happened)
    check_database(postgres, answers)
    check_pages(seen)
    wait_until(lambda: server.page("/ready")[0] == 200)
    assert "Traceback" not in server.log.read_text()


def check_answers(answers: list[Answer], happened: Storm) -> None:
    cut_off = [answer.at for answer in answers if answer.status == NO_ANSWER]
    assert all(happened.killed < moment < happened.killed + 1 for moment in cut_off)
    refused = [a for a in answers if not is_success(a) and a.status != NO_ANSWER]
    assert {(answer.status, answer.code) for answer in refused} <= REFUSALS
    assert [answer for answer in refused if answer.status == 503 and not answer.retry_after] == []
    assert max(until_served(answers, moment) for moment in happened.returned) < RETURN_SECONDS


def check_database(postgres: Postgres, answers: list[Answer]) -> None:
    with psycopg.connect(postgres.uri) as connection:
        rows = connection.execute("select id, array_agg(part) from api.kept group by id")
        kept: dict[int, list[int]] = dict(rows.fetchall())
        last: dict[int, int] = dict(connection.execute("table api.last").fetchall())
    assert storm.wrong_inserts(answers, kept) == []
    assert storm.lost_updates(answers, last) == []
    assert kept.keys() <= {answer.number for answer in answers}


def check_pages(seen: list[tuple[str, int, str]]) -> None:
    statuses = {(page, status) for page, status, _ in seen if status != NO_ANSWER}
    assert statuses == {("/live", 200), ("/ready", 200), ("/ready", 503), ("/metrics", 200)}
    lines = [line for _, _, text in seen for line in text.splitlines() if line.startswith("pgrst_")]
    assert [line for line in lines if float(line.rpartition(" ")[2]) < 0] == []
