"""The table that the benchmarks print: medians of the runs, and ratios to pgbench."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.race import Run


class Column(NamedTuple):
    """A row of the table of columns."""

    title: str
    value: Callable[[Run], float | None]
    format: str


COLUMNS = (
    Column("req/s", lambda run: run.rate, ".0f"),
    Column("p50 ms", lambda run: run.p50, ".2f"),
    Column("p99 ms", lambda run: run.p99, ".2f"),
    Column("server µs", lambda run: run.server_cpu, ".0f"),
    Column("postgres µs", lambda run: run.postgres_cpu, ".0f"),
)


def report(title: str, runs: Mapping[str, Sequence[Run]], base: str) -> str:
    """A line for each contender; the last figure is its rate in relation to that of `base`."""
    heads = "".join(f"{column.title:>13}" for column in COLUMNS)
    base_rate = median(run.rate for run in runs[base])
    lines = [f"{title:<16}{heads}{'× ' + base:>13}"]
    for name, own in runs.items():
        figures = "".join(f"{figure(column, own):>13}" for column in COLUMNS)
        ratio = median(run.rate for run in own) / base_rate
        lines.append(f"  {name:<14}{figures}{ratio:>13.2f}")
    return "\n".join(lines)


def figure(column: Column, runs: Sequence[Run]) -> str:
    """The median of a column; a dash where nothing was measured."""
    values = [value for run in runs if (value := column.value(run)) is not None]
    return format(median(values), column.format) if values else "–"
