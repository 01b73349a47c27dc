"""The application with a window to its own connections, for the test of isolation to look through.

It is served as ``gunicorn "tests.server.inspected:make_inspected_app()"``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from psycopg.rows import dict_row

from pgrest_wsgi import App, make_app
from pgrest_wsgi.database.pool import PooledSession

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WINDOW = "/-/connections"

# Of the settings that a request has, what is left on a connection; of all others, whether anything
# differs from what a new connection has.
LEFT_OVERS = """
select pg_backend_pid() as pid, current_user::text as user, session_user::text as login,
       current_setting('role') as role,
       (select json_object_agg(name, coalesce(current_setting(name, true), ''))
          from unnest(array['request.jwt.claims', 'request.method', 'request.path',
                            'request.headers', 'request.cookies', 'response.status',
                            'response.headers', 'app.settings.house', 'request.mark']) as name
       ) as request,
       (select coalesce(json_agg(name), '[]') from pg_settings where source = 'session') as changed,
       (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory')
         as locks
"""


def make_inspected_app() -> WSGIApplication:
    """The application of the environment; `WINDOW` shows all the connections of its pool."""
    app = make_app()

    def inspected(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != WINDOW:
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return (json.dumps(look_at_connections(app)).encode(),)

    return inspected


def look_at_connections(app: App) -> list[dict[str, object]]:
    """What each connection of the pool would begin the next transaction with."""
    pool = app._runtime.process.database._sessions
    sessions = [pool.acquire() for _ in range(app.config.db_pool)]
    try:
        return [look_at(session) for session in sessions]
    finally:
        for session in sessions:
            pool.release(session)


def look_at(session: PooledSession) -> dict[str, object]:
    status = session.info.transaction_status.name  # before the question changes it
    [found] = session.cursor(row_factory=dict_row).execute(LEFT_OVERS).fetchall()
    return {**found, "transaction": status}
