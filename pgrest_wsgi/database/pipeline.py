"""Statements over one connection in one round trip, through libpq's pipeline mode.

Up to the Sync that ends it, a pipeline is one implicit transaction: what a statement sets for the
transaction holds for the next one, an error undoes all, and the connection comes back idle.
https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import select
from itertools import count
from secrets import token_hex
from typing import Any, NamedTuple

import psycopg
from psycopg import pq
from psycopg.rows import TupleRow

from pgrest_wsgi.sqlstates import PREPARED_PREFIX
from pgrest_wsgi.work import Step

# A prepared statement costs some 20 kB in its backend; more shapes than these are few sites' need.
PREPARED_LIMIT = 256

# Longer SQL is sent as it is: few ask it twice, and a hostile few could fill the memory with it.
LONGEST_PREPARED = 32_768

# libpq keeps the memory that its largest message took for as long as the connection lasts.
LARGEST_KEPT = 16 * 1024 * 1024

_BINARY = 1
_FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED)


class ConnectionLostError(Exception):
    """The connection broke; what was sent may or may not have happened."""


class Session(psycopg.Connection[TupleRow]):
    """A connection, with what has been prepared on it.

    psycopg's own table of prepared statements is dropped by every rollback; this one is not.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.prepared: dict[bytes, bytes] = {}  # SQL to the name of its statement
        self.seen: set[bytes] = set()  # SQL that was sent, but not prepared yet
        self.is_stale = False  # whether all that was prepared has to be forgotten
        self.is_swollen = False  # whether it has taken more memory than it should keep
        # Of names one is never given twice, even if nobody got it; nor by another session, for a
        # pooler that does not know of prepared statements would run that one's for ours.
        self.prefix = f"{PREPARED_PREFIX}{token_hex(8)}_".encode()
        self.numbers = count()
        self.readable = select.poll()
        self.readable.register(self.pgconn.socket, select.POLLIN)

    def is_broken(self) -> bool:
        """Whether the other side has ended an idle connection; costs no round trip.

        An idle connection has nothing to say: whatever arrived is a farewell.
        """
        return self.closed or bool(self.readable.poll(0))

    def reads_by_default(self) -> bool:
        """Whether transactions have to ask before they write. On a replica asking is no use."""
        status = self.pgconn.parameter_status
        return status(b"default_transaction_read_only") == b"on" and (
            status(b"in_hot_standby") != b"on"
        )


def run_pipeline(
    session: Session, steps: tuple[Step, ...], *, prepare: bool
) -> list[pq.abc.PGresult]:
    """Run statements in order. Their results, in binary format; a failed one is the last.

    Raises `ConnectionLostError`, and the session is closed then; also after a failure with which
    PostgreSQL ended it.
    """
    try:
        if session.is_stale or len(session.prepared) + len(session.seen) > PREPARED_LIMIT:
            _forget_statements(session)
        session.pgconn.enter_pipeline_mode()
        awaited = _send(session, steps, prepare)
        session.pgconn.pipeline_sync()
        _flush(session, steps)
        results = _receive(session, awaited)
        if not session.closed:
            session.pgconn.exit_pipeline_mode()
    except psycopg.Error as error:
        session.close()
        raise ConnectionLostError(str(error)) from error
    return results


def _forget_statements(session: Session) -> None:
    if session.pgconn.transaction_status != pq.TransactionStatus.IDLE:
        return  # it may have failed and take nothing but its end; there will be another time
    session.execute("DEALLOCATE ALL")
    session.is_stale = False
    session.prepared.clear()
    session.seen.clear()


# -- sending --------------------------------------------------------------------------------------


class _Preparation(NamedTuple):
    """A statement that counts as prepared once PostgreSQL says so."""

    sql: bytes
    name: bytes


def _send(session: Session, steps: tuple[Step, ...], prepare: bool) -> list[_Preparation | None]:
    """Queue the statements; what to expect: a preparation, or (None) a step's result.

    A statement is prepared when it comes for the second time: many never do. It is prepared
    behind the opening statement, so that its names are resolved as its role.
    """
    awaited: list[_Preparation | None] = []
    for sql, parameters in steps:
        name = session.prepared.get(sql)
        if name is None and sql in session.seen:
            name = b"%b%d" % (session.prefix, next(session.numbers))
            session.pgconn.send_prepare(name, sql)
            awaited.append(_Preparation(sql, name))
        if name is None:
            if prepare and len(sql) <= LONGEST_PREPARED:
                session.seen.add(sql)
            session.pgconn.send_query_params(sql, parameters, result_format=_BINARY)
        else:
            session.pgconn.send_query_prepared(name, parameters, result_format=_BINARY)
        awaited.append(None)
    return awaited


def _flush(session: Session, steps: tuple[Step, ...]) -> None:
    """Send all that is queued; while PostgreSQL does not read on, take what it has to say."""
    connection = session.pgconn
    if not connection.flush():
        return
    sizes = (len(value) for step in steps for value in step.parameters if value is not None)
    session.is_swollen |= sum(sizes) > LARGEST_KEPT
    ready = select.poll()
    ready.register(connection.socket, select.POLLIN | select.POLLOUT)
    while connection.flush():
        [(_, event)] = ready.poll()
        if event & select.POLLIN:
            connection.consume_input()


# -- receiving ------------------------------------------------------------------------------------


def _receive(session: Session, awaited: list[_Preparation | None]) -> list[pq.abc.PGresult]:
    results: list[pq.abc.PGresult] = []
    for preparation in awaited:
        result = _next_result(session)
        if result.status in _FAILED:
            results.append(result)
            break
        if preparation is None:
            results.append(result)
        else:
            session.prepared[preparation.sql] = preparation.name
            session.seen.discard(preparation.sql)
    try:
        while (result := _next_result(session)).status != pq.ExecStatus.PIPELINE_SYNC:
            if result.status == pq.ExecStatus.FATAL_ERROR:  # the end of the transaction was refused
                results.append(result)
    except psycopg.OperationalError:
        if not _is_farewell(results):
            raise
        session.close()
    return results


def _is_farewell(results: list[pq.abc.PGresult]) -> bool:
    """Whether PostgreSQL said why it ends the connection."""
    return bool(results) and results[-1].error_field(pq.DiagnosticField.SQLSTATE) is not None


def _next_result(session: Session) -> pq.abc.PGresult:
    connection = session.pgconn
    while True:
        while connection.is_busy():
            session.readable.poll()
            connection.consume_input()
        result = connection.get_result()
        if result is not None:
            return result
        if connection.status != pq.ConnStatus.OK:
            raise psycopg.OperationalError(connection.get_error_message())
