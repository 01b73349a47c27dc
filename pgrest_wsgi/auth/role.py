"""The role within the claims: what ``jwt-role-claim-key`` points to.

It is a JSON path (RFC 9535, of whose functions v16.2 has ``search`` alone), or a path in the older
syntax of PostgREST 14 and before: ``.realm.roles[0]``, ``."a key"``, and as the last step one of
the filters of `OLD_FILTERS`, such as ``[?(@ ^== "pgrst_")]``. Both are compiled when the
configuration is read.

Upstream: https://docs.postgrest.org/en/v16/references/auth.html#jwt-role-extraction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import Search
from jsonpath.segments import JSONPathChildSegment
from jsonpath.selectors import NameSelector

from pgrest_wsgi.auth.claims import Claims
from pgrest_wsgi.auth.refusals import refused_claims
from pgrest_wsgi.config.model import ConfigError

Finder = Callable[[Any], Iterable[Any]]  # what a path, or a step of one, finds in a JSON value

_PATHS = JSONPathEnvironment(strict=True)
_PATHS.function_extensions = {"search": Search(thread_safe=True)}


class RolePath(NamedTuple):
    """A path that is ready for use; `key` where it is but the name of one claim."""

    find: Finder
    key: str | None = None
    deprecated: bool = False  # in the older syntax

    def read(self, claims: Claims) -> str | None:
        """The role that the claims name first, None where they name none. Raises PGRST303.

        What is no text is no role's name, and is told so as JSON: it must not be taken for a
        missing one.
        """
        try:
            for role in self.find(claims):
                return role if isinstance(role, str) else _encode_json(role)
        except JSONPathError:  # `..` looks only so deep
            raise refused_claims("Parsing claims failed") from None
        return None


_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def read_role_path(text: str) -> RolePath:
    """Compile a path. Raises ConfigError."""
    try:
        path = _PATHS.compile(text)
    except JSONPathError as error:
        steps = read_old_steps(text)
        if not steps:
            problem = f'"{text}" is no JSON path (RFC 9535): {error.args[0]}'
            raise ConfigError([f"jwt-role-claim-key: {problem}"]) from None
        return RolePath(lambda claims: follow(steps, claims), deprecated=True)
    match path:  # the usual one needs no machinery
        case JSONPath(segments=(JSONPathChildSegment(selectors=(NameSelector(name=name),)),)):
            return RolePath(member(name), name)
    return RolePath(lambda claims: (found.obj for found in path.finditer(claims)))


# -- the older syntax -----------------------------------------------------------------------------

OLD_FILTERS: dict[str, Callable[[str, str], bool]] = {
    "==": str.__eq__,
    "!=": str.__ne__,
    "^==": str.startswith,
    "==^": str.endswith,
    "*==": str.__contains__,
}

_OLD_STEP = re.compile(
    r"""
      \. (?: (?P<key> [\w$@]+ ) | "(?P<quoted> [^"]* )" )
    | \[ (?P<index> [0-9]+ ) \]
    | \[\?\( @ \s* (?P<filter> ==\^ | == | != | \^== | \*== ) \s* "(?P<text> [^"]* )" \)\] \Z
    """,
    re.VERBOSE,
)


def read_old_steps(text: str) -> tuple[Finder, ...]:
    """The steps of a path in the older syntax; none where it is no such path."""
    steps: list[Finder] = []
    position = 0
    while position < len(text):
        step = _OLD_STEP.match(text, position)
        if step is None:
            return ()
        steps.append(_old_step(step))
        position = step.end()
    return tuple(steps)


def follow(steps: Iterable[Finder], value: Any) -> list[Any]:
    """What is found in a value one step after the other."""
    found = [value]
    for step in steps:
        found = [deeper for value in found for deeper in step(value)]
    return found


def _old_step(step: re.Match[str]) -> Finder:
    if step["index"] is not None:
        return element(int(step["index"]))
    if step["filter"] is not None:
        return matching(OLD_FILTERS[step["filter"]], step["text"])
    return member(step["quoted"] if step["key"] is None else step["key"])


def member(key: str) -> Finder:
    return lambda value: (value[key],) if isinstance(value, dict) and key in value else ()


def element(index: int) -> Finder:
    return lambda value: value[index : index + 1] if isinstance(value, list) else ()


def matching(holds: Callable[[str, str], bool], text: str) -> Finder:
    """The texts in a list for which a filter holds."""
    return lambda value: (
        [item for item in value if isinstance(item, str) and holds(item, text)]
        if isinstance(value, list)
        else ()
    )
