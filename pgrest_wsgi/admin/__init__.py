"""The admin application: how a process is doing, for probes, metrics and people."""

from __future__ import annotations

from pgrest_wsgi.admin.pages import make_admin_app
from pgrest_wsgi.admin.server import serve_admin

__all__ = ("make_admin_app", "serve_admin")
