"""A configuration that cannot be used, told as the server at work tells such things."""

from __future__ import annotations

import sys

from pgrest_wsgi.config import ConfigError


def refusal_of(error: ConfigError) -> ConfigError:
    """The error; below gunicorn one that is its `AppImportError` too.

    Of that gunicorn prints the text alone, and the trace with ``--log-level debug``. Of any other
    it prints a trace of its own insides.
    """
    gunicorn = sys.modules.get("gunicorn.errors")
    if gunicorn is None:
        return error
    both: type[ConfigError] = type("ConfigError", (ConfigError, gunicorn.AppImportError), {})
    return both(error.problems)
