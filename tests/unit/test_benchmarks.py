"""The benchmarks' own reckoning: scripts for pgbench, order of rounds, medians, what is read."""

from __future__ import annotations

import json
import subprocess
import sys

import psutil
import pytest

from benchmarks.database import settings
from benchmarks.load import Load, find_program, read_pgbench
from benchmarks.race import Contender, Run, cpu_seconds, per_request, race
from benchmarks.report import report
from benchmarks.scenarios import DRAWN, SCENARIOS
from benchmarks.tokens import make_token
from benchmarks.transaction import transaction_script
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.config import read_config
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.work import Step


def test_every_scenario_has_its_own_name_and_draws_a_number() -> None:
    """A scenario can be chosen by its name, and asks for more than one row of the table."""
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(DRAWN in scenario.path + scenario.body for scenario in SCENARIOS)
    assert all(scenario.lowest < scenario.highest for scenario in SCENARIOS)


def test_parameters_stay_parameters_in_a_script() -> None:
    """Each parameter becomes a variable of its own, the drawn one that of the script."""
    steps = (
        Step(b"select set_config('a', $1, true), $2::json", (b"api", b"{}")),
        Step(b"select $1 + $1", (DRAWN.encode(),)),
    )
    script = transaction_script(steps, 3, 9)
    assert script.text.splitlines() == [
        "\\set drawn random(3, 9)",
        "begin;",
        "select set_config('a', :p0_1, true), :p0_2::json;",
        "select :drawn + :drawn;",
        "commit;",
    ]
    assert script.variables == (("p0_1", "api"), ("p0_2", "{}"))


def test_a_number_in_a_body_is_put_in_by_postgresql() -> None:
    """The body stays a parameter; pgbench cannot put one variable into another."""
    body = b'[{"id": "{n}07"}]'
    script = transaction_script((Step(b"select $1::json, $2", (body, b"x")),), 3, 9)
    filled = "select replace(:p0_1, '{n}', (:drawn)::text)::json::json, :p0_2;"
    assert script.text.splitlines()[2] == filled
    assert script.variables == (("p0_1", body.decode()), ("p0_2", "x"))


def test_bodies_are_arrays_of_as_many_rows_as_are_written() -> None:
    for scenario in SCENARIOS:
        rows = json.loads(scenario.body or "[]")
        assert scenario.method == "GET" or isinstance(rows, dict) or len(rows) == scenario.rows


def test_tokens_are_taken_by_the_application_that_is_measured() -> None:
    """Whether it remembers them or not; where no algorithm is named, none is sent."""
    assert make_token("") is None
    for cached in (True, False):
        config = read_config(environ=settings("postgresql:///bench", cached=cached))
        authenticator = Authenticator(config, log_event)
        assert {
            authenticator.identify(make_token(scenario.token)).role for scenario in SCENARIOS
        } == {"bench_anon"}
        assert (config.jwt_cache_max_entries > 0) == cached


def test_null_cannot_be_a_variable() -> None:
    """A null is refused, for pgbench would take it for a text."""
    with pytest.raises(ValueError, match="null"):
        transaction_script((Step(b"select $1", (None,)),), 1, 2)


def test_figures_of_pgbench_are_read() -> None:
    """Seconds follow from its rate, which leaves out the time to connect."""
    output = "number of transactions actually processed: 500\ntps = 250.0 (without …)\n"
    assert read_pgbench(output) == Load(500, 2.0)


def test_pgbench_without_transactions_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="counted nothing"):
        read_pgbench("number of transactions actually processed: 0\ntps = 0.0\n")


def test_missing_program_is_named_with_advice() -> None:
    with pytest.raises(SystemExit, match="need the program no-such-program: ask for it"):
        find_program("no-such-program", "ask for it")


def test_rounds_begin_with_another_contender_each_time() -> None:
    """All warm up once, uncounted; then nobody is always first."""
    driven: list[str] = []

    def contender(name: str) -> Contender:
        def drive(seconds: int) -> Load:
            driven.append(f"{name}{seconds}")
            return Load(10, 2.0)

        return Contender(name, None, drive)

    runs = race([contender("a"), contender("b")], None, rounds=2, seconds=7)
    assert driven == ["a1", "b1", "a7", "b7", "b7", "a7"]
    assert runs["a"] == [Run(5.0, None, None, None, None, 0)] * 2


def test_processor_time_is_told_per_request() -> None:
    assert per_request(1.0, 1.5, Load(1000, 9.0)) == pytest.approx(500)


def test_processor_time_of_a_process_includes_its_ended_children() -> None:
    """What a child used is not lost with it."""
    this = psutil.Process()
    before = cpu_seconds(this)
    busy = "import os\nwhile sum(os.times()[:2]) < 0.2: pass"
    subprocess.run([sys.executable, "-c", busy], check=True)
    after = cpu_seconds(this)
    assert before is not None
    assert after is not None
    assert after - before >= 0.15


def test_report_prints_medians_and_ratios() -> None:
    """The median of each figure; a dash for what was not measured."""
    runs = {
        "pgbench": [Run(rate, None, None, None, 40.0, 0) for rate in (100.0, 300.0, 200.0)],
        "granian": [Run(rate, 1.0, 2.0, 80.0, 50.0, 0) for rate in (90.0, 110.0, 100.0)],
    }
    _, floor, served = report("title", runs, "pgbench").splitlines()
    assert floor.split() == ["pgbench", "200", "–", "–", "–", "40", "1.00"]
    assert served.split() == ["granian", "100", "1.00", "2.00", "80", "50", "0.50"]
