"""gunicorn for pgrest_wsgi; names are gunicorn's own settings.

A process keeps up to PGRST_DB_POOL connections: workers x pool must stay below what the database
allows (max_connections).
"""

from __future__ import annotations

import os

# Threads wait for PostgreSQL most of the time, and share one pool and one schema cache.
worker_class = "gthread"
threads = 8

# Python runs one thread at a time: a process for each core that this server may use.
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1))

# Import once, share the memory. Safe: connections are opened by each worker's first request.
preload_app = True

# Filters live in the URL; gunicorn's 4094 bytes would refuse long ones; 0 would be no limit at all.
limit_request_line = 8190

# Seconds that an idle connection is kept; a proxy in front should keep it for less.
keepalive = 75

# Seconds without a sign of life before a worker is replaced. Long queries do not count, since
# threads run them: bound those with statement_timeout in PostgreSQL.
timeout = 30
