"""Where settings come from: keywords, the database, the environment, a file; the first one wins.

Every source becomes a mapping from keys to `Given`, and one tuple orders these mappings. What a
text means is the business of `parsers`; which settings there are, of `settings`.
"""

from __future__ import annotations

import difflib
import os
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from pgrest_wsgi.config.file import read_file
from pgrest_wsgi.config.model import Config, ConfigError
from pgrest_wsgi.config.settings import (
    APP_SETTINGS,
    DATABASE,
    DEPENDENCIES,
    ENVIRONMENT,
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


@dataclass(frozen=True, slots=True, repr=False)
class Sources:
    """What an application is configured with, apart from what its database says.

    Environment and file are as they were when they were read: a worker that has given up its
    privileges may not be able to read them again.
    """

    keywords: Mapping[str, object]
    environ: Mapping[str, str]
    path: str | os.PathLike[str] | None
    file: Mapping[str, str]

    def read(self, database: Mapping[str, str] = MappingProxyType({})) -> Config:
        """The configuration that these sources and the settings of a database make together.

        `database` has texts by names such as ``db_max_rows``. Raises ConfigError, with all
        problems there are.
        """
        problems: list[str] = []
        sources = (
            _from_keywords(self.keywords, problems),
            _from_database(database),
            _from_environment(self.environ),
            _from_file(self.file),
        )
        given = ChainMap(*map(dict, sources))
        problems += (f"{name}: is not UTF-8" for name, text in given.values() if not _is_utf8(text))
        values = _parsed(given, problems)
        if problems:
            raise ConfigError(problems)
        return Config(**values, app_settings=_app_settings(given))

    def strangers(self) -> tuple[str, ...]:
        """The keys of the file, and variables, that no setting has, a line of advice each.

        They may be of another release, so they are no problem.
        """
        variables = {environment_name(name): name for name in _NAMES}
        return (
            *(
                _unknown(name, variables)
                for name in sorted(self.environ)
                if name.startswith(ENVIRONMENT)
                and name not in variables
                and not name.startswith(_APP_ENVIRONMENT)
            ),
            *(
                _unknown(name, _NAMES)
                for name in self.file
                if name not in _NAMES and not name.startswith(APP_SETTINGS)
            ),
        )

    def reopen(self) -> Sources:
        """The same sources, with what is in the file now. Raises ConfigError."""
        return find_sources(self.keywords, self.environ, self.path)


def find_sources(
    keywords: Mapping[str, object] = MappingProxyType({}),
    environ: Mapping[str, str] | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Sources:
    """The sources of a configuration; a file is read.

    `keywords` are spelled ``db_anon_role``; their values are texts, or the numbers, booleans,
    lists, paths and names that the texts stand for; None unsets. ``app_settings`` is a mapping.
    `environ` is `os.environ` unless given; `path` is that of a file. Raises ConfigError for one
    that cannot be read.
    """
    environ = dict(os.environ if environ is None else environ)
    return Sources(keywords, environ, path, {} if path is None else read_file(path, environ))


def read_config(
    keywords: Mapping[str, object] = MappingProxyType({}),
    environ: Mapping[str, str] | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Config:
    """The configuration of `find_sources`, without any database. Raises ConfigError."""
    return find_sources(keywords, environ, path).read()


def keep_fixed(config: Config, started: Config) -> Config:
    """A configuration that was read anew, but for what cannot change while the server runs."""
    fixed = {row.keyword: getattr(started, row.keyword) for row in SETTINGS if not row.reloadable}
    return replace(config, **fixed)


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


def _is_utf8(text: str) -> bool:
    """False for bytes of the environment that Python could not read."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _from_database(texts: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for setting in SETTINGS:
        if setting.from_database and setting.keyword in texts:
            yield setting.key, Given(DATABASE + setting.keyword, texts[setting.keyword])


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for key in _NAMES:
        name = environment_name(key)
        if name in environ:
            yield key, Given(name, environ[name])
    for name, text in environ.items():
        if name.startswith(_APP_ENVIRONMENT):
            yield APP_SETTINGS + name[len(_APP_ENVIRONMENT) :].lower(), Given(name, text)


def _from_file(texts: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for name, text in texts.items():
        if name.startswith(APP_SETTINGS):
            # The database does not tell upper case from lower case in these names.
            yield name.lower(), Given(name, text)
        elif name in _NAMES:
            yield name, Given(name, text)


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
