"""How gunicorn serves the demo; names are gunicorn's settings, read by ``--config python:…``."""

from __future__ import annotations

worker_class = "gthread"
workers = 2
threads = 4
loglevel = "warning"
graceful_timeout = 2  # seconds; whoever tries things on a demo does not wait for it to end
control_socket_disable = True  # unknown before gunicorn 25.1, which ignores the name
