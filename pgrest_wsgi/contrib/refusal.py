"""A configuration that cannot be used, told as the server at work tells such things."""

from __future__ import annotations

import sys

from pgrest_wsgi.config import ConfigError


def refusal_of(error: ConfigError) -> ConfigError:
    """The error; below gunicorn one of which it prints the text alone.

    That is an `AppImportError` in a worker, a `RuntimeError` with ``--preload``. Of any other it
    prints a trace of its own insides.
    """
    gunicorn = sys.modules.get("gunicorn.errors")
    if gunicorn is None:
        return error
    bases = (ConfigError, gunicorn.AppImportError, RuntimeError)
    refusal: type[ConfigError] = type("ConfigError", bases, {"__module__": ConfigError.__module__})
    return refusal(error.problems)
