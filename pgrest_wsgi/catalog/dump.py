"""A catalog as JSON, for people who look for what the server knows. Its form may change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.names import QualifiedName


def dump_catalog(catalog: Catalog) -> str:
    """All that is known, under the names of the fields; of the settings of roles only the names.

    What stands under two names, such as the relationships of a table with those of a schema, has
    both in its key.
    """
    facts = {field.name: _plain(getattr(catalog, field.name)) for field in fields(catalog)}
    facts["role_settings"] = {  # the values may be secrets
        role: [name for name, _ in settings.settings]
        for role, settings in catalog.role_settings.items()
    }
    return json.dumps(facts, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """What JSON has for a value."""
    if isinstance(value, QualifiedName):
        return str(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, Mapping):
        return {_key(key): _plain(member) for key, member in value.items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "_asdict"):  # a named tuple
        return {name: _plain(member) for name, member in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value


def _key(key: object) -> str:
    if isinstance(key, tuple) and not isinstance(key, QualifiedName):
        return " ".join(map(str, key))
    return str(key)
