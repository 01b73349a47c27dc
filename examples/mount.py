"""The API under /api beside a site of your own, in one process.

gunicorn --config examples/gunicorn.conf.py --chdir examples mount:application
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from pgrest_wsgi import make_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

site: WSGIApplication = Response("The films are at /api/films.\n")

application = DispatcherMiddleware(site, {"/api": make_app()})
