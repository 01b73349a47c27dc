"""Settings of the API: the table of them, where they are read from, and the value they make."""

from __future__ import annotations

from pgrest_wsgi.config.model import Config, ConfigError, TransactionEnd
from pgrest_wsgi.config.sources import find_sources, read_config

__all__ = ["Config", "ConfigError", "TransactionEnd", "find_sources", "read_config"]
