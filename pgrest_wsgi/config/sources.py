"""Where settings come from: keywords, the environment, a file; the first that has one wins.

Every source becomes a mapping from keys to `Given`, and one tuple orders these mappings. What a
text means is the business of `parsers`; which settings there are, of `settings`.
"""

from __future__ import annotations

import difflib
import os
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pgrest_wsgi.config.file import read_file
from pgrest_wsgi.config.model import Config, ConfigError
from pgrest_wsgi.config.settings import (
    APP_SETTINGS,
    DEPENDENCIES,
    SETTINGS,
    Setting,
    environment_name,
    keyword,
)
from pgrest_wsgi.names import QualifiedName

_NAMES = tuple(name for setting in SETTINGS for name in setting.names)
_APP_KEYWORD = "app_settings"
_APP_ENVIRONMENT = "PGRST_APP_SETTINGS_"


class Given(NamedTuple):
    """A setting's text, and the name its author gave it by."""

    name: str
    text: str


def read_config(
    keywords: Mapping[str, object] = {},
    environ: Mapping[str, str] | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Config:
    """The configuration that these sources make together.

    `keywords` are spelled ``db_anon_role``; their values are texts, or the numbers, booleans,
    lists, paths and names that the texts stand for; None unsets. ``app_settings`` is a mapping.
    `environ` is `os.environ` unless given; `path` is that of a file.

    Raises ConfigError, with all problems there are.
    """
    environ = os.environ if environ is None else environ
    problems: list[str] = []
    sources = (
        _from_keywords(keywords, problems),
        _from_environment(environ),
        _from_file({} if path is None else read_file(path, environ), problems),
    )
    given = ChainMap(*map(dict, sources))
    values = _parsed(given, problems)
    if problems:
        raise ConfigError(problems)
    return Config(**values, app_settings=_app_settings(given))


def _from_keywords(
    keywords: Mapping[str, object], problems: list[str]
) -> Iterator[tuple[str, Given]]:
    keys = {keyword(name): name for name in _NAMES}
    for name, value in _flattened(keywords):
        if name == _APP_KEYWORD:
            problems.append(f"{name}: must be a mapping from names to texts")
        elif name not in keys and not name.startswith(APP_SETTINGS):
            problems.append(_unknown(name, (*keys, _APP_KEYWORD)))
        else:
            try:
                yield keys.get(name, name.lower()), Given(name, _text(value))
            except ValueError as problem:
                problems.append(f"{name}: {problem}")


def _flattened(keywords: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in keywords.items():
        if name == _APP_KEYWORD and isinstance(value, Mapping):
            yield from ((APP_SETTINGS + str(key), member) for key, member in value.items())
        else:
            yield name, value


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, os.PathLike, QualifiedName)):
        return str(value)
    if isinstance(value, (list, tuple)) and all(isinstance(member, str) for member in value):
        return ",".join(value)
    raise ValueError(
        f"a {type(value).__name__} is not allowed; give a text, number, boolean or list of texts"
    )


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for key in _NAMES:
        name = environment_name(key)
        if name in environ:
            yield key, Given(name, environ[name])
    for name, text in environ.items():
        if name.startswith(_APP_ENVIRONMENT):
            yield APP_SETTINGS + name[len(_APP_ENVIRONMENT) :].lower(), Given(name, text)


def _from_file(texts: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, Given]]:
    for name, text in texts.items():
        if name.startswith(APP_SETTINGS):
            # The database does not tell upper case from lower case in these names.
            yield name.lower(), Given(name, text)
        elif name in _NAMES:
            yield name, Given(name, text)
        else:
            problems.append(_unknown(name, _NAMES))


def _unknown(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, tuple(known), n=1)
    return f"{name}: unknown setting" + (f"; did you mean {close[0]}?" if close else "")


def _parsed(given: Mapping[str, Given], problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    found = {setting.key: _find(setting, given) for setting in SETTINGS}
    for setting in SETTINGS:
        try:
            values[setting.key] = setting.parse(found[setting.key].text)
        except ValueError as problem:
            problems.append(f"{found[setting.key].name}: {problem}")
    for key, other, settle in DEPENDENCIES:
        if key in values and other in values:
            try:
                values[key] = settle(values[key], values[other])
            except ValueError as problem:
                problems.append(f"{found[key].name}: {problem}")
    return {keyword(key): value for key, value in values.items()}


def _find(setting: Setting, given: Mapping[str, Given]) -> Given:
    for name in setting.names:
        if name in given and (given[name].text or setting.may_be_empty):
            return given[name]
    return Given(setting.key, setting.default)


def _app_settings(given: Mapping[str, Given]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted((key, found.text) for key, found in given.items() if key.startswith(APP_SETTINGS))
    )
