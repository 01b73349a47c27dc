"""Failures of PostgreSQL and of the way to it, as `PgrestError`."""

from __future__ import annotations

from psycopg import pq

from pgrest_wsgi.errors import ACQUISITION_TIMEOUT, CLIENT_FAILED, CONNECTION_FAILED, PgrestError
from pgrest_wsgi.sqlstates import PREPARED_PREFIX, error_from_database

# A lost database is tried again by the next request: there is no reason to wait long.
RETRY_AFTER = (("Retry-After", "1"),)
# What a statement reports says nothing about the way to the database.
RETRY_NOW = (("Retry-After", "0"),)

# The end of a connection that did nothing for long, told to a request that came at that moment.
IDLE_FOR_LONG = "57P05"


# The way to the database leads through something that does not keep what was prepared.
_LOST_STATEMENT = "26000"
_POOLER = "Behind a connection pooler in transaction mode, set db-prepared-statements to false."

# What PostgreSQL says, as an internal error and hence in English, where something was dropped or
# replaced between two looks at it.
CHANGED_MEANWHILE = (
    "cache lookup failed for ",
    "could not open relation with OID ",
    "too few column names for subquery ",
)


class StalePlanError(Exception):
    """A statement met what was changed meanwhile; once more, it may meet the whole of it."""

    def __init__(self, error: PgrestError) -> None:
        super().__init__(error.message)
        self.error = error


def is_stale_plan(result: pq.abc.PGresult) -> bool:
    """Whether PostgreSQL refused a statement only because something is no longer what it was."""
    # There is no SQLSTATE for a prepared statement that would now have columns of other types, as
    # where a function was replaced, and the message may be translated.
    if _field(result, pq.DiagnosticField.SOURCE_FUNCTION) == "RevalidateCachedQuery":
        return True
    message = _field(result, pq.DiagnosticField.MESSAGE_PRIMARY) or ""
    is_internal = _field(result, pq.DiagnosticField.SQLSTATE) == "XX000"
    return is_internal and message.startswith(CHANGED_MEANWHILE)


def statement_failed(result: pq.abc.PGresult, *, authenticated: bool) -> PgrestError:
    """An error that PostgreSQL reported for a statement."""
    sqlstate = _field(result, pq.DiagnosticField.SQLSTATE)
    if not sqlstate:  # libpq's own report, made when the connection broke
        return connection_lost(result.error_message.decode(errors="replace"))
    message = _field(result, pq.DiagnosticField.MESSAGE_PRIMARY) or ""
    is_fatal = _field(result, pq.DiagnosticField.SEVERITY_NONLOCALIZED) == "FATAL"
    if is_fatal and sqlstate == IDLE_FOR_LONG:
        return connection_lost(message)
    is_lost = sqlstate == _LOST_STATEMENT and PREPARED_PREFIX in message
    error = error_from_database(
        sqlstate=sqlstate,
        message=message,
        detail=_field(result, pq.DiagnosticField.MESSAGE_DETAIL),
        hint=_POOLER if is_lost else _field(result, pq.DiagnosticField.MESSAGE_HINT),
        authenticated=authenticated,
    )
    if error.status == 503:
        error.headers += RETRY_AFTER if is_fatal else RETRY_NOW
    return error


def connection_lost(message: str) -> PgrestError:
    """A connection that broke while it was used."""
    return CLIENT_FAILED(details=message.strip() or None, headers=RETRY_AFTER)


def connection_refused(message: str) -> PgrestError:
    """No connection could be made."""
    return CONNECTION_FAILED(details=message.strip() or None, headers=RETRY_AFTER)


def acquisition_timed_out() -> PgrestError:
    """All connections were busy for longer than ``db-pool-acquisition-timeout``."""
    return ACQUISITION_TIMEOUT()


def _field(result: pq.abc.PGresult, field: pq.DiagnosticField) -> str | None:
    value = result.error_field(field)
    return None if value is None else value.decode(errors="replace")
