"""The version of this package, and the PostgREST release whose behaviour it has."""

from __future__ import annotations

__version__ = "0.1.0"

POSTGREST_VERSION = "16.2"
