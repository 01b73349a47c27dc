"""Rounds: all contenders one after the other, again and again, with their CPU time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import psutil

from benchmarks.load import Load

WARM_UP_SECONDS = 1


class Contender(NamedTuple):
    """Who is measured: `drive` puts load on it for so many seconds.

    `process` is the root of its processes; None where their CPU time does not matter.
    """

    name: str
    process: psutil.Process | None
    drive: Callable[[int], Load]


class Run(NamedTuple):
    """What one run gave: requests per second, latencies in ms, CPU time in µs per request."""

    rate: float
    p50: float | None
    p99: float | None
    server_cpu: float | None
    postgres_cpu: float | None
    errors: int


def race(
    contenders: Sequence[Contender], postgres: psutil.Process | None, rounds: int, seconds: int
) -> dict[str, list[Run]]:
    """The runs of each contender. Each round another one begins; warming up does not count."""
    for contender in contenders:
        contender.drive(WARM_UP_SECONDS)
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for contender in rotated(contenders, rounds):
        runs[contender.name].append(measure(contender, postgres, seconds))
    return runs


def rotated(contenders: Sequence[Contender], rounds: int) -> Iterator[Contender]:
    for number in range(rounds):
        first = number % len(contenders)
        yield from (*contenders[first:], *contenders[:first])


def measure(contender: Contender, postgres: psutil.Process | None, seconds: int) -> Run:
    """Drive a contender once."""
    server_before, postgres_before = cpu_seconds(contender.process), cpu_seconds(postgres)
    load = contender.drive(seconds)
    server_after, postgres_after = cpu_seconds(contender.process), cpu_seconds(postgres)
    return Run(
        load.requests / load.seconds,
        load.p50,
        load.p99,
        per_request(server_before, server_after, load),
        per_request(postgres_before, postgres_after, load),
        load.errors,
    )


def per_request(before: float | None, after: float | None, load: Load) -> float | None:
    """Microseconds of CPU time for each request."""
    if before is None or after is None:
        return None
    return (after - before) / load.requests * 1e6


def cpu_seconds(root: psutil.Process | None) -> float | None:
    """User and system time of a process tree since its start, from ``/proc``.

    The times of children that have ended are in their parent's.
    """
    if root is None:
        return None
    total = 0.0
    for process in (*root.children(recursive=True), root):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:  # it ended meanwhile; the root, read last, has its time
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
