"""A configuration as a file: `dump` writes what is read back to the same one, or hides secrets.

`example` is a file to begin with. The syntax is that of `file`.
"""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum

from pgrest_wsgi.config.file import is_key
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.config.parsers import socket_mode
from pgrest_wsgi.config.settings import SETTINGS, Setting
from pgrest_wsgi.names import QualifiedName

HIDDEN = '"(hidden)"'


def dump(config: Config, *, secrets: bool) -> str:
    """All settings, a line each, sorted by key, those of ``app.settings`` last.

    Without `secrets` it is for eyes only. A name of ``app.settings`` that no file can have, though
    the environment can, is in a comment.
    """
    return "".join(f"{line}\n" for line in _lines(_expressible(config), secrets=secrets))


def example() -> str:
    """A file that sets nothing: every setting with its meaning and its default, as comments."""
    paragraphs = []
    for setting in SETTINGS:
        meaning = textwrap.wrap(setting.summary.replace("`", ""), 90)
        default = _format(setting, setting.parse(setting.default))
        lines = [*(f"## {line}" for line in meaning), f"# {setting.key} = {default}"]
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs) + "\n"


def _lines(config: Config, *, secrets: bool) -> Iterator[str]:
    for setting in SETTINGS:
        value = getattr(config, setting.keyword)
        hidden = setting.secret and not secrets and value
        yield f"{setting.key} = {HIDDEN if hidden else _format(setting, value)}"
    for name, text in config.app_settings:
        line = f"{name} = {_quote(text) if secrets else HIDDEN}"
        yield line if is_key(name) else f"# {line}"


def _expressible(config: Config) -> Config:
    """The same with the secret as it has to be written: in base64 where no text is the same."""
    secret = config.jwt_secret
    if secret is None or not (config.jwt_secret_is_base64 or _is_no_text(secret)):
        return config
    return replace(config, jwt_secret=base64.b64encode(secret), jwt_secret_is_base64=True)


def _is_no_text(secret: bytes) -> bool:
    """Whether a secret, written as it is, would be read as another one, or as a path."""
    return secret.startswith(b"@") or secret.decode(errors="replace").encode() != secret


def _format(setting: Setting, value: object) -> str:
    """A value as a file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f'"{value:o}"' if setting.parse is socket_mode else str(value)
    return _quote(_text(setting, value))


def _text(setting: Setting, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, QualifiedName) or not isinstance(value, tuple):
        return str(value)
    # A list without members, where the empty text would bring back a default that has some.
    empty = "," if setting.default and not setting.may_be_empty else ""
    return ",".join(value) or empty


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("$", "$$")
