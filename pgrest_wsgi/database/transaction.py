"""`Database.run`: the work of one request in one transaction, on one connection.

Where nothing has to be looked at between its statements, all of them go out together and are one
implicit transaction (`pipeline`). Else an explicit one stays open until its result was checked.
"""

from __future__ import annotations

import json

from psycopg import pq

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.failures import (
    StalePlanError,
    connection_lost,
    is_stale_plan,
    statement_failed,
)
from pgrest_wsgi.database.pipeline import (
    LARGEST_KEPT,
    ConnectionLostError,
    Session,
    run_pipeline,
)
from pgrest_wsgi.database.pool import Sessions
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.observe import PoolFigures
from pgrest_wsgi.work import NO_RESULT, Result, Step, Work

BEGIN = {
    None: Step(b"BEGIN"),
    "read committed": Step(b"BEGIN ISOLATION LEVEL READ COMMITTED"),
    "repeatable read": Step(b"BEGIN ISOLATION LEVEL REPEATABLE READ"),
    "serializable": Step(b"BEGIN ISOLATION LEVEL SERIALIZABLE"),
}
COMMIT = (Step(b"COMMIT"),)
# Deferred constraints are checked at the end of a transaction, which this one never reaches.
ROLLBACK = (Step(b"SET CONSTRAINTS ALL IMMEDIATE"), Step(b"ROLLBACK"))
GIVE_UP = (Step(b"ROLLBACK"),)
# Only before the first snapshot, and so in a statement that is no query.
READ_WRITE = Step(b"SET transaction_read_only = off")
PING = Work((Step(b"SELECT"),), main=0, authenticated=False)

Results = list[pq.abc.PGresult]


class Database:
    """PostgreSQL, as one process sees it."""

    def __init__(self, config: Config) -> None:
        self._prepares = config.db_prepared_statements
        self._sessions = Sessions(config)

    def renew(self, config: Config) -> None:
        """Be ready for work, on connections that know nothing of what was before."""
        self._prepares = config.db_prepared_statements
        self._sessions.renew()

    def close(self) -> None:
        """End all connections."""
        self._sessions.close()

    def run(self, work: Work) -> Result:
        """Run the work of one request.

        Raises PGRST000, 001, 003, and what PostgreSQL refuses under its own SQLSTATE.
        """
        if not work.steps:
            return NO_RESULT
        session = self._sessions.acquire()
        try:
            result = read_result(self._attempt(session, work), work)
            session.is_swollen |= len(result.body) > LARGEST_KEPT
        finally:
            self._sessions.release(session)
        return result

    def confirm(self, work: Work) -> bool:
        """Run work whose main statement answers a boolean; no row is false. Raises as `run`."""
        answer = self._run(work)[work.main]
        return answer.ntuples > 0 and answer.get_value(0, 0) == b"\x01"

    def ping(self) -> None:
        """Ask the database for nothing. Raises PGRST000, 001, 003."""
        self._run(PING)

    def figures(self) -> PoolFigures:
        """How the connections are used."""
        return self._sessions.figures()

    def _run(self, work: Work) -> Results:
        session = self._sessions.acquire()
        try:
            return self._attempt(session, work)
        finally:
            self._sessions.release(session)

    def _attempt(self, session: Session, work: Work) -> Results:
        try:
            return self._once(session, work)
        except StalePlanError:  # what had been done is undone
            session.is_stale = True
        try:
            return self._once(session, work)
        except StalePlanError as stale:
            raise stale.error from None

    def _once(self, session: Session, work: Work) -> Results:
        if not (work.writes and session.reads_by_default()):
            return self._carry_out(session, work)
        asking = work._replace(steps=(READ_WRITE, *work.steps), main=work.main + 1)
        return self._carry_out(session, asking)[1:]

    def _carry_out(self, session: Session, work: Work) -> Results:
        try:
            if work.is_explicit:
                return self._transact(session, work)
            return self._send(session, work.steps, work)
        except ConnectionLostError as error:
            raise connection_lost(str(error)) from error

    def _transact(self, session: Session, work: Work) -> Results:
        """Run an explicit transaction. Whatever is raised in it undoes it."""
        begin = BEGIN[work.isolation]
        end = ROLLBACK if work.rolls_back else COMMIT
        try:
            if work.check is None:
                results = self._send(session, (begin, *work.steps, *end), work)
                return results[1 : -len(end)]
            results = self._send(session, (begin, *work.steps), work)[1:]
            work.check(read_result(results, work))
            self._send(session, end, work)
        except (PgrestError, StalePlanError):
            if not session.closed:
                run_pipeline(session, GIVE_UP, prepare=False)
            raise
        return results

    def _send(self, session: Session, steps: tuple[Step, ...], work: Work) -> Results:
        """The results of all steps; raises what PostgreSQL refuses."""
        results = run_pipeline(session, steps, prepare=self._prepares)
        last = results[-1]
        if last.status == pq.ExecStatus.FATAL_ERROR:
            error = statement_failed(last, authenticated=work.authenticated)
            raise StalePlanError(error) if is_stale_plan(last) else error
        return results


def read_result(results: Results, work: Work) -> Result:
    """What the main statement answered, and the planner, where it was asked."""
    result = read_row(results[work.main])
    if len(results) > work.main + 1:
        result = result._replace(planned_total=read_plan_rows(results[work.main + 1]))
    return result


def read_row(result: pq.abc.PGresult) -> Result:
    """The one row of a main statement, in binary format, or the lines of a plan."""
    fields, value = result.nfields, result.get_value
    if fields == 1:
        lines = (value(place, 0) or b"" for place in range(result.ntuples))
        return Result(None, 0, b"".join(line + b"\n" for line in lines), None, None)
    total, rows, body = read_integer(value(0, 0)), read_integer(value(0, 1)), value(0, 2)
    headers, status = value(0, 3), value(0, 4)
    if fields == READ_FIELDS:
        return Result(total, rows or 0, body or b"", headers, status)
    inserted = read_integer(value(0, 6))
    return Result(total, rows or 0, body or b"", headers, status, value(0, 5), inserted)


READ_FIELDS = 5  # of the row of what only reads; a write's has two more


def read_integer(value: bytes | None) -> int | None:
    return None if value is None else int.from_bytes(value, "big", signed=True)


def read_plan_rows(result: pq.abc.PGresult) -> int:
    """How many rows the planner expects: EXPLAIN (FORMAT JSON)."""
    [explained] = json.loads(result.get_value(0, 0) or b"")
    return int(explained["Plan"]["Plan Rows"])
