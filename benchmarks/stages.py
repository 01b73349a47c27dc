"""``python -m benchmarks.stages``: how long each stage of a get-by-key takes, in this process.

Prints µs a call, the best of several series: by the clock, and CPU time of this process. What a
WSGI server adds is not in it; PostgreSQL's work is in the clock's figures only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import perf_counter, process_time
from timeit import repeat
from typing import Any, NamedTuple

from benchmarks.database import SECRET, authenticator_uri, bench_database, settings
from benchmarks.scenarios import DRAWN, SCENARIOS, environ_of
from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.app import App
from pgrest_wsgi.auth.sign import sign_token
from pgrest_wsgi.config.sources import Sources, find_sources
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.runtime import Runtime

CALLS = 2000
SERIES = 5
CLAIMS = {"role": "bench_anon", "sub": "ida", "iat": 1_000_000_000, "exp": 9_999_999_999}
PATH = SCENARIOS[0].path.replace(DRAWN, "4711")


class Stage(NamedTuple):
    """A row of what is printed."""

    name: str
    call: Callable[[], object]


def main() -> None:
    """Time all stages and print a line for each."""
    # Everything on one core: waking up another one costs more than a query, or not, by chance.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with bench_database() as superuser_uri:
        db_uri = authenticator_uri(superuser_uri)
        with stages_on(find_sources(environ=settings(db_uri))) as stages:
            print(f"{'stage':<20}{'clock µs':>10}{'CPU µs':>10}")
            for stage in stages:
                clock, cpu = (best(stage.call, timer) for timer in (perf_counter, process_time))
                print(f"{stage.name:<20}{clock:>10.1f}{cpu:>10.1f}")


def best(call: Callable[[], object], timer: Callable[[], float]) -> float:
    """Microseconds of one call, in the best series."""
    return min(repeat(call, number=CALLS, repeat=SERIES, timer=timer)) / CALLS * 1e6


@contextmanager
def stages_on(sources: Sources) -> Iterator[tuple[Stage, ...]]:
    """The stages of `pgrest_wsgi.app`, each with what the ones before it have made."""
    environ = environ_of(SCENARIOS[0], PATH)
    app = App(sources, log_event)
    with closing(Runtime(sources, log_event)) as runtime, closing(app):
        snapshot, authenticator = runtime.state()
        config, database = snapshot.config, runtime.process.database
        request = Request(environ)
        identify = authenticator.identify
        identity = identify(None)
        call = read_call(request, config)
        operation = snapshot.operation(call.shape, len(request.query))
        work = operation.bind(call.values, identity)
        result = database.run(work)
        token = sign_token(CLAIMS, SECRET.encode())
        yield (
            Stage("identify nobody", lambda: identify(None)),
            Stage("identify a token", lambda: identify(token)),
            Stage("read_call", lambda: read_call(Request(environ), config)),
            Stage("operation", lambda: snapshot.operation(call.shape, len(request.query))),
            Stage("bind", lambda: operation.bind(call.values, identity)),
            Stage("database.run", lambda: database.run(work)),
            Stage("render", lambda: operation.render(result, call.values)),
            Stage("whole WSGI call", lambda: app(environ, start_response)),
        )


def start_response(status: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
    """What a server does with the head of an answer, without a server."""
    return len


if __name__ == "__main__":
    main()
