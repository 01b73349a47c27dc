"""Where the lines of the log go in a process whose host has not said so."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from pgrest_wsgi.config.model import LogFormat
from pgrest_wsgi.contrib.json_log import JsonFormatter
from pgrest_wsgi.contrib.logging import access, logger

AS_GUNICORN = ("[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s", "%Y-%m-%d %H:%M:%S %z")


def configure_logging(log_format: LogFormat) -> None:
    """Write the access log to standard output and all else to standard error.

    As PostgREST does. Not where the host has arranged for any of it.
    """
    if logger.hasHandlers():
        return
    is_json = log_format == "json"
    add_handler(access, sys.stdout, JsonFormatter() if is_json else logging.Formatter())
    add_handler(logger, sys.stderr, JsonFormatter() if is_json else logging.Formatter(*AS_GUNICORN))
    access.propagate = False
    logger.setLevel(logging.INFO)


def add_handler(of: logging.Logger, stream: TextIO, formatter: logging.Formatter) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    of.addHandler(handler)
