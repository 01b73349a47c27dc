"""``python -m benchmarks.stages``: how long each stage of a get-by-key takes, in this process.

Prints µs a call, the best of several series: by the clock, and CPU time of this process. What a
WSGI server adds is not in it; PostgreSQL's work is in the clock's figures only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from time import perf_counter, process_time
from timeit import repeat
from typing import Any, NamedTuple

from benchmarks.database import authenticator_uri, bench_database, settings
from benchmarks.scenarios import DRAWN, SCENARIOS, environ_of
from benchmarks.tokens import make_token, private_keys
from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.app import App
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.config.sources import Sources, find_sources
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.runtime import Runtime

CALLS = 2000
SERIES = 5
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
            print(f"{'stage':<26}{'clock µs':>10}{'CPU µs':>10}")
            for stage in stages:
                clock, cpu = (best(stage.call, timer) for timer in (perf_counter, process_time))
                print(f"{stage.name:<26}{clock:>10.1f}{cpu:>10.1f}")


def best(call: Callable[[], object], timer: Callable[[], float]) -> float:
    """Microseconds of one call, in the best series."""
    return min(repeat(call, number=CALLS, repeat=SERIES, timer=timer)) / CALLS * 1e6


@contextmanager
def stages_on(sources: Sources) -> Iterator[tuple[Stage, ...]]:
    """The stages of `pgrest_wsgi.app`, each with what the ones before it have made."""
    environ = environ_of(SCENARIOS[0], PATH)
    app = App(sources, [log_event])
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
        yield (
            Stage("identify nobody", lambda: identify(None)),
            *token_stages(config),
            Stage("read_call", lambda: read_call(Request(environ), config)),
            Stage("operation", lambda: snapshot.operation(call.shape, len(request.query))),
            Stage("bind", lambda: operation.bind(call.values, identity)),
            Stage("database.run", lambda: database.run(work)),
            Stage("render", lambda: operation.render(result, call.values)),
            Stage("whole WSGI call", lambda: app(environ, start_response)),
        )


def token_stages(config: Config) -> Iterator[Stage]:
    """Finding out who asks, by a token that is remembered and by one that is not."""
    for algorithm in private_keys():
        for memory, size in (("cached", 1000), ("uncached", 0)):
            authenticator = Authenticator(replace(config, jwt_cache_max_entries=size), log_event)
            call = partial(authenticator.identify, make_token(algorithm))
            yield Stage(f"identify {algorithm} {memory}", call)


def start_response(status: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
    """What a server does with the head of an answer, without a server."""
    return len


if __name__ == "__main__":
    main()
