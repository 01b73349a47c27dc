"""`Database.run`: the work of one request in one transaction, on one connection.

Reading needs no second look between its statements, so all of them go out together and are one
implicit, read-only transaction (`pipeline`).
"""

from __future__ import annotations

import json

from psycopg import pq

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.failures import connection_lost, statement_failed
from pgrest_wsgi.database.pipeline import ConnectionLostError, Session, run_pipeline
from pgrest_wsgi.database.pool import Sessions
from pgrest_wsgi.work import Result, Step, Work

# A level can only be asked for by BEGIN, so such a transaction is an explicit one.
BEGIN = {
    "repeatable read": Step(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    "serializable": Step(b"BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"),
}
COMMIT = Step(b"COMMIT")
ROLLBACK = Step(b"ROLLBACK")


class Database:
    """PostgreSQL, as one process sees it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._sessions = Sessions(config)

    def open(self) -> None:
        """Be ready for work. May be called again."""
        self._sessions.open()

    def close(self) -> None:
        """End all connections."""
        self._sessions.close()

    def run(self, work: Work) -> Result:
        """Run the work of one request.

        Raises PGRST000, 001, 003, and what PostgreSQL refuses under its own SQLSTATE.
        """
        results = self._run(work)
        result = read_row(results[work.main])
        if len(results) > work.main + 1:
            result = result._replace(planned_total=read_plan_rows(results[work.main + 1]))
        return result

    def confirm(self, work: Work) -> bool:
        """Run work whose main statement answers a boolean; no row is false. Raises as `run`."""
        answer = self._run(work)[work.main]
        return answer.ntuples > 0 and answer.get_value(0, 0) == b"\x01"

    def _run(self, work: Work) -> list[pq.abc.PGresult]:
        session = self._sessions.acquire()
        try:
            results = self._transact(session, work)
        except ConnectionLostError as error:
            raise connection_lost(str(error)) from error
        finally:
            self._sessions.release(session)
        if results[-1].status == pq.ExecStatus.FATAL_ERROR:
            raise statement_failed(results[-1], authenticated=work.authenticated)
        return results

    def _transact(self, session: Session, work: Work) -> list[pq.abc.PGresult]:
        prepare = self._config.db_prepared_statements
        if work.isolation is None:
            return run_pipeline(session, work.steps, prepare=prepare)
        steps = (BEGIN[work.isolation], *work.steps, COMMIT)
        results = run_pipeline(session, steps, prepare=prepare)
        if results[-1].status == pq.ExecStatus.FATAL_ERROR:
            run_pipeline(session, (ROLLBACK,), prepare=False)  # COMMIT was passed over
            return results
        return results[1:-1]


def read_row(result: pq.abc.PGresult) -> Result:
    """The one row of a main statement, in binary format."""
    total, page_total, body, headers, status = (result.get_value(0, place) for place in range(5))
    return Result(
        None if total is None else int.from_bytes(total, "big", signed=True),
        int.from_bytes(page_total or b"", "big"),
        body or b"",
        headers,
        status,
    )


def read_plan_rows(result: pq.abc.PGresult) -> int:
    """How many rows the planner expects: EXPLAIN (FORMAT JSON)."""
    [explained] = json.loads(result.get_value(0, 0) or b"")
    return int(explained["Plan"]["Plan Rows"])
