"""``python -m benchmarks``: the application under WSGI servers, next to pgbench.

Every contender works for each scenario on the same database in the same minutes. Ends with
status 1 where a request failed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import NamedTuple

import psutil
import psycopg

from benchmarks.database import authenticator_uri, bench_database, settings
from benchmarks.load import find_program, run_pgbench, run_wrk
from benchmarks.race import Contender, race
from benchmarks.report import report
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.servers import SERVERS, Running, check_answer, running
from benchmarks.transaction import scenario_script
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config import Config, read_config
from pgrest_wsgi.database.introspection import read_catalog

PGBENCH = "pgbench"


def main() -> None:
    """Run what the options choose and print a table for each scenario."""
    options = read_options()
    errors = 0
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in options.only]
    with prepared(scenarios, options.server) as ground:
        for scenario in scenarios:
            rivals = contenders(scenario, ground, options.connections)
            runs = race(rivals, ground.postgres, options.rounds, options.duration)
            print(report(scenario.name, runs, PGBENCH), flush=True)
            errors += sum(run.errors for own in runs.values() for run in own)
    if errors:
        raise SystemExit(f"{errors} requests failed: the figures are worth nothing.")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    scenarios = [scenario.name for scenario in SCENARIOS]
    servers = [server.name for server in SERVERS]
    parser.add_argument("--duration", type=int, default=5, help="seconds of a run (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each (%(default)s)")
    parser.add_argument("--connections", type=int, default=8, help="at a time (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=scenarios, default=scenarios)
    parser.add_argument("--server", nargs="+", choices=servers, default=servers)
    return parser.parse_args()


class Ground(NamedTuple):
    """All that is prepared; `postgres` is the first of its processes, where they run here."""

    db_uri: str
    config: Config
    catalog: Catalog
    postgres: psutil.Process | None
    servers: tuple[Running, ...]
    wrk: str
    pgbench: str


@contextmanager
def prepared(scenarios: Sequence[Scenario], servers: Container[str]) -> Iterator[Ground]:
    """Find the programs, fill a database, start the servers; end all of it afterwards."""
    wrk = find_program("wrk", "it is Debian's package wrk")
    with bench_database() as superuser_uri, ExitStack() as stack:
        postgres, folder = inspect_postgres(superuser_uri)
        search_path = os.pathsep.join((folder, os.environ["PATH"]))
        pgbench = find_program("pgbench", "it is one of PostgreSQL's own programs", search_path)
        db_uri = authenticator_uri(superuser_uri)
        config = read_config(environ=settings(db_uri))
        catalog = read_catalog(config).catalog
        answering = [
            stack.enter_context(running(server, db_uri, cached=cached))
            for cached in {scenario.cached for scenario in scenarios}
            for server in SERVERS
            if server.name in servers
        ]
        yield Ground(db_uri, config, catalog, postgres, tuple(answering), wrk, pgbench)


def inspect_postgres(superuser_uri: str) -> tuple[psutil.Process | None, str]:
    """PostgreSQL's first process, and the folder of its programs."""
    with psycopg.connect(superuser_uri) as connection:
        [(folder,)] = connection.execute("select setting from pg_config where name = 'BINDIR'")
        pid = connection.info.backend_pid
        if not psutil.pid_exists(pid) or psutil.Process(pid).name() != "postgres":
            return None, folder
        return psutil.Process(pid).parent(), folder


def contenders(scenario: Scenario, ground: Ground, connections: int) -> tuple[Contender, ...]:
    """pgbench and the servers, ready for a scenario."""
    script = scenario_script(scenario, ground.config, ground.catalog)
    floor = partial(run_pgbench, ground.pgbench, ground.db_uri, script, connections)
    found = [Contender(PGBENCH, None, floor)]
    for server in ground.servers:
        if server.cached != scenario.cached:
            continue
        check_answer(server, scenario)
        drive = partial(run_wrk, ground.wrk, server.url, scenario, connections)
        found.append(Contender(server.name, server.process, drive))
    return tuple(found)


if __name__ == "__main__":
    main()
