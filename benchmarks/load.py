"""Load: wrk against a server, pgbench against PostgreSQL; what each counted.

Both are programs of others; what is made of their figures is in `race` and `report`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.scenarios import Scenario
from benchmarks.tokens import make_token
from benchmarks.transaction import Script

# A busy virtual machine may leave a process waiting for a processor for seconds: that is slow, and
# shows in the latencies, but it is no failure of the server.
PATIENCE_SECONDS = 20

LUA = Path(__file__).with_name("wrk.lua")
_COUNTED = re.compile(r"transactions actually processed: (\d+)")
_RATE = re.compile(r"tps = ([\d.]+)")


class Load(NamedTuple):
    """What a program counted; latencies in ms, where it tells them."""

    requests: int
    seconds: float
    errors: int = 0
    p50: float | None = None
    p99: float | None = None


def find_program(name: str, where: str, path: str | None = None) -> str:
    """The path of a program; exits with the advice `where` to get it."""
    found = shutil.which(name, path=path)
    if found is None:
        raise SystemExit(f"The benchmarks need the program {name}: {where}.")
    return found


def run_wrk(program: str, url: str, scenario: Scenario, connections: int, seconds: int) -> Load:
    """Send a scenario's requests over so many connections, each waiting for its answers.

    Raises RuntimeError if no answer came.
    """
    output = run_program(
        [
            *(program, "--threads=1", f"--connections={connections}", f"--duration={seconds}s"),
            *(f"--timeout={PATIENCE_SECONDS}s", f"--script={LUA}", url, "--"),
            *(scenario.path, str(scenario.lowest), str(scenario.highest)),
            *(scenario.method, scenario.body, scenario.prefer, make_token(scenario.token) or ""),
        ]
    )
    load = Load(**json.loads(output.splitlines()[-1]))
    if not load.requests:
        raise RuntimeError(f"no answer from {url}:\n{output}")
    return load


def run_pgbench(program: str, db_uri: str, script: Script, connections: int, seconds: int) -> Load:
    """Run a transaction over so many connections, prepared, a round trip for each statement."""
    output = run_program(
        [
            *(program, "--no-vacuum", "--protocol=prepared", "--file=-"),
            *(f"--client={connections}", f"--time={seconds}"),
            *(f"--define={name}={value}" for name, value in script.variables),
            db_uri,
        ],
        script.text,
    )
    return read_pgbench(output)


def read_pgbench(output: str) -> Load:
    """The figures in what pgbench printed. Raises RuntimeError where there are none."""
    counted, rate = _COUNTED.search(output), _RATE.search(output)
    if counted is None or rate is None or counted[1] == "0":
        raise RuntimeError(f"pgbench counted nothing:\n{output}")
    return Load(int(counted[1]), int(counted[1]) / float(rate[1]))


def run_program(command: list[str], text: str = "") -> str:
    """Run to the end and return what was printed. Raises RuntimeError with it on failure."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr or done.stdout}")
    return done.stdout
