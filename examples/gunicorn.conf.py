"""gunicorn for pgrest_wsgi; names are gunicorn's own settings.

It begins with ours: threads, a longer request line, our log, the admin pages with the figures of
all workers on PGRST_ADMIN_SERVER_PORT. A process keeps up to PGRST_DB_POOL connections: workers x
pool must stay below what the database allows (max_connections).
"""

from __future__ import annotations

import os

from pgrest_wsgi.serving.gunicorn import *  # noqa: F403

# Python runs one thread at a time: a process for each core that this server may use.
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1))

# Import once, share the memory. Safe: connections are opened by each worker's first request.
preload_app = True

# Seconds that an idle connection is kept; a proxy in front should keep it for less.
keepalive = 75

# Seconds without a sign of life before a worker is replaced. Long queries do not count, since
# threads run them: bound those with statement_timeout in PostgreSQL.
timeout = 30
