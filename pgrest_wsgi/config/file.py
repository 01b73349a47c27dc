r"""The file of settings, in the syntax that PostgREST's own files have.

An entry is a key, an equals sign and a value; a hash begins a comment::

    db-uri = "postgresql://authenticator@db/app"  # double quotes, escapes \n \t \r \" \\ \uXXXX
    db-pool = 20                                  # bare: whole numbers, true, false, on, off
    app.settings.key = "$(APP_KEY)"               # an earlier key, or the environment; $$ is $

Not supported of the library behind PostgREST (configurator-pg): groups, lists, imports and
fractions, which no setting needs. Nothing here knows which settings there are.
"""

from __future__ import annotations

import json
import os
import re
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path

from pgrest_wsgi.config.model import ConfigError

_BLANK = re.compile(r"(?:\s|#.*)*")
_KEY = r"[^\W\d_][\w-]* (?: \.[^\W\d_][\w-]* )*"
_ENTRY = re.compile(
    rf"""
    (?P<key> {_KEY} ) \s* = \s*
    (?: "(?P<quoted> (?: [^"\\] | \\. )* )" | (?P<bare> [0-9]+ | true | false | on | off ) )
    [ \t]* (?= \# | \n | \Z )
    """,
    re.VERBOSE,
)
_REFERENCE = re.compile(r"\$(?: \$ | \( (?P<name> [^)]+ ) \) )?", re.VERBOSE)
_SWITCHES = {"on": "true", "off": "false"}


def is_key(name: str) -> bool:
    """Whether a name can stand in a file."""
    return re.fullmatch(_KEY, name, re.VERBOSE) is not None


def read_file(path: str | os.PathLike[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The texts in a file by key; of several with the same key the last one.

    Raises ConfigError with the file and line; it does not quote the line, which may be secret.
    """
    name = os.fspath(path)
    try:
        text = Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{name}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError:
        raise ConfigError([f"{name}: is not UTF-8"]) from None
    return _entries(text, name, environ)


def _entries(text: str, name: str, environ: Mapping[str, str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    variables = ChainMap(entries, dict(environ))
    position = _end_of_blank(text, 0)
    while position < len(text):
        try:
            entry = _ENTRY.match(text, position)
            if entry is None:
                raise ValueError('expected key = "text", or a whole number, true or false')
            entries[entry["key"]] = _value(entry, variables)
        except ValueError as problem:
            line = text.count("\n", 0, position) + 1
            raise ConfigError([f"{name}:{line}: {problem}"]) from None
        position = _end_of_blank(text, entry.end())
    return entries


def _end_of_blank(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _value(entry: re.Match[str], variables: Mapping[str, str]) -> str:
    if entry["bare"] is not None:
        return _SWITCHES.get(entry["bare"], entry["bare"])
    return _REFERENCE.sub(lambda reference: _referent(reference, variables), _unescaped(entry))


def _unescaped(entry: re.Match[str]) -> str:
    try:
        # JSON has the same escapes; not strict, because strings may span lines.
        text: str = json.loads(f'"{entry["quoted"]}"', strict=False)
        text.encode()
    except ValueError:
        raise ValueError(f"{entry['key']} has an escape that is not allowed") from None
    return text


def _referent(reference: re.Match[str], variables: Mapping[str, str]) -> str:
    name = reference["name"]
    if name is None:
        if reference[0] == "$":
            raise ValueError("a lone $ is not allowed: write $$, or $(NAME) for a variable")
        return "$"
    if name not in variables:
        raise ValueError(f"there is no variable {name}")
    return variables[name]
