"""A scenario as a script for pgbench: the very statements and parameters that the app sends."""

from __future__ import annotations

import re
from typing import NamedTuple

from benchmarks.scenarios import DRAWN, Scenario, environ_of
from benchmarks.tokens import make_token
from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.contrib.logging import log_event
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.work import Parameter, Step


class Script(NamedTuple):
    """Text for ``pgbench --file``, and the variables for its ``--define``."""

    text: str
    variables: tuple[tuple[str, str], ...]


def scenario_script(scenario: Scenario, config: Config, catalog: Catalog) -> Script:
    """The transaction of a scenario's requests."""
    request = Request(environ_of(scenario))
    call = read_call(request, config)
    operation = compile_operation(call.shape, config, catalog)
    identity = Authenticator(config, log_event).identify(make_token(scenario.token))
    work = operation.bind(call.values, identity)
    return transaction_script(work.steps, scenario.lowest, scenario.highest)


def transaction_script(steps: tuple[Step, ...], lowest: int, highest: int) -> Script:
    """Steps between BEGIN and COMMIT; ``$1`` of step 0 becomes the variable ``p0_1``.

    All parameters stay parameters, as ``pgbench --protocol prepared`` binds its variables. That
    which is `DRAWN` is drawn between `lowest` and `highest` for each transaction; where it stands
    in a body, PostgreSQL puts it there.
    """
    lines = [f"\\set drawn random({lowest}, {highest})", "begin;"]
    variables: dict[str, str] = {}
    for place, step in enumerate(steps):
        names = [
            "drawn" if value == DRAWN.encode() else f"p{place}_{number}"
            for number, value in enumerate(step.parameters, start=1)
        ]
        values = [parameter_text(value) for value in step.parameters]
        variables |= dict(zip(names, values, strict=True))
        places = [fill_in(name, value) for name, value in zip(names, values, strict=True)]
        lines.append(name_parameters(step.sql.decode(), places) + ";")
    variables.pop("drawn", None)
    return Script("\n".join([*lines, "commit;", ""]), tuple(variables.items()))


def fill_in(name: str, value: str) -> str:
    """What stands in a script for a parameter."""
    if DRAWN not in value or value == DRAWN:
        return f":{name}"
    return f"replace(:{name}, '{DRAWN}', (:drawn)::text)::json"


def name_parameters(sql: str, places: list[str]) -> str:
    return re.sub(r"\$(\d+)", lambda found: places[int(found[1]) - 1], sql)


def parameter_text(parameter: Parameter) -> str:
    if parameter is None:
        raise ValueError("pgbench cannot define a variable as null")
    return parameter.decode()
