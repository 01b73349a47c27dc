"""How ``pgrest-wsgi serve`` has gunicorn serve; names are gunicorn's settings.

As with `pgrest_wsgi.serving.gunicorn`, but that USR2 too has the workers reload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgrest_wsgi.serving.gunicorn import *  # noqa: F403

if TYPE_CHECKING:
    from pgrest_wsgi.serving.gunicorn import Server


def when_ready(server: Server) -> None:
    """Follow USR2 like USR1, which is handed on to the workers. It would start a second server."""
    server.handle_usr2 = server.handle_usr1
