"""Reading the catalog from PostgreSQL (14 or later): the queries, and the assembly of their rows.

The queries are the ``.sql`` files beside this module, one each. Who runs them, on which
connection, is not known here; nor is anything derived from the facts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Column, ForeignKey, RoleSettings, Table, TableKind
from pgrest_wsgi.catalog.routines import read_media_handlers, read_representations, read_routines
from pgrest_wsgi.names import QualifiedName

Rows = Iterable[tuple[Any, ...]]
Fetch = Callable[[str, Sequence[str | None]], Rows]
"""Runs a query whose ``$1`` are bound as text of unknown type, and gives its rows."""

_QUERIES = files("pgrest_wsgi.catalog") / "queries"
_SERVER, _TABLES, _COLUMNS, _KEYS, _FOREIGN_KEYS, _ROLE_SETTINGS = (
    (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("server", "tables", "columns", "keys", "foreign_keys", "role_settings")
)
_ROUTINES, _REPRESENTATIONS, _MEDIA_HANDLERS = (
    (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("routines", "representations", "media_handlers")
)

_UPDATE, _INSERT, _DELETE = 4, 8, 16  # bits of pg_relation_is_updatable


class _Key(NamedTuple):
    primary: bool
    columns: tuple[str, ...]


_Keys = Mapping[int, Sequence[_Key]]  # by the oid of their relation


def load_catalog(
    fetch: Fetch, schemas: Sequence[str], *, hoisted_settings: Sequence[str] = ()
) -> Catalog:
    """Read what exists in the exposed `schemas`.

    Routines keep those of their settings whose names match one of `hoisted_settings`, which v16.2
    takes for regular expressions of PostgreSQL.

    The caller opens the transaction: with ``set local search_path to ''``, so that PostgreSQL
    writes the names of types and sequences with their schemas, and repeatable read, so that all
    queries see the same state. What `fetch` raises goes through, among it SQLSTATE 3F000 where
    one of the schemas does not exist.
    """
    exposed = (_schema_array(schemas),)
    ((version,),) = fetch(_SERVER, ())
    columns: dict[int, str] = dict(fetch(_COLUMNS, exposed))
    keys = _read_keys(fetch(_KEYS, ()))
    return Catalog(
        schemas=tuple(schemas),
        server_version=int(version),
        tables=_read_tables(fetch(_TABLES, exposed), columns, keys),
        foreign_keys=tuple(_read_foreign_keys(fetch(_FOREIGN_KEYS, ()), keys)),
        role_settings=_read_role_settings(fetch(_role_settings_query(int(version)), ())),
        routines=read_routines(fetch(_ROUTINES, (*exposed, json.dumps([*hoisted_settings])))),
        representations=read_representations(fetch(_REPRESENTATIONS, ())),
        media_handlers=read_media_handlers(fetch(_MEDIA_HANDLERS, exposed)),
    )


def _schema_array(schemas: Sequence[str]) -> str:
    """Write the schemas as the text of an array of quoted identifiers, the quotes escaped again."""
    identifiers = ('"' + schema.replace('"', '""') + '"' for schema in schemas)
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in identifiers)
    return "{" + ",".join(f'"{name}"' for name in escaped) + "}"


def _read_tables(rows: Rows, columns: Mapping[int, str], keys: _Keys) -> dict[QualifiedName, Table]:
    tables = (
        Table(
            name=QualifiedName(schema, name),
            kind=TableKind(kind),
            comment=comment,
            columns=_read_columns(columns.get(oid, "[]")),
            primary_key=_primary_key(keys.get(oid, ())),
            unique_keys=tuple(key.columns for key in keys.get(oid, ()) if not key.primary),
            insertable=bool(events & _INSERT),
            updatable=bool(events & _UPDATE),
            deletable=bool(events & _DELETE),
        )
        for oid, schema, name, kind, comment, events in rows
    )
    return {table.name: table for table in tables}


def _read_columns(text: str) -> dict[str, Column]:
    columns = (
        Column._make((*facts, tuple(labels or ()), comment))
        for *facts, labels, comment in json.loads(text)
    )
    return {column.name: column for column in columns}


def _read_keys(rows: Rows) -> _Keys:
    keys = defaultdict(list)
    for relation, primary, columns in rows:
        keys[relation].append(_Key(primary, tuple(json.loads(columns))))
    return keys


def _primary_key(keys: Sequence[_Key]) -> tuple[str, ...]:
    return next((tuple(sorted(key.columns)) for key in keys if key.primary), ())


def _read_foreign_keys(rows: Rows, keys: _Keys) -> Iterable[ForeignKey]:
    for relation, name, schema, table, columns, to_schema, to_table, to_columns in rows:
        own = tuple(json.loads(columns))
        yield ForeignKey(
            name=name,
            table=QualifiedName(schema, table),
            columns=own,
            referenced_table=QualifiedName(to_schema, to_table),
            referenced_columns=tuple(json.loads(to_columns)),
            unique=any(sorted(key.columns) == sorted(own) for key in keys.get(relation, ())),
        )


_PARAMETER_PRIVILEGE = " or pg_catalog.has_parameter_privilege(current_user, p.name, 'set')"
_ISOLATION = "default_transaction_isolation"


def _role_settings_query(server_version: int) -> str:
    """The query; before 15 there are no privileges on single settings."""
    if server_version >= 150000:
        return _ROLE_SETTINGS
    return _ROLE_SETTINGS.replace(_PARAMETER_PRIVILEGE, "")


def _read_role_settings(rows: Rows) -> dict[str, RoleSettings]:
    by_role: dict[str, dict[str, str]] = defaultdict(dict)
    for role, name, value in rows:
        by_role[role][name] = value
    return {role: _role_settings(settings) for role, settings in by_role.items()}


def _role_settings(settings: dict[str, str]) -> RoleSettings:
    isolation = settings.pop(_ISOLATION, "").lower()
    above_usual = isolation in ("repeatable read", "serializable")
    return RoleSettings(tuple(settings.items()), isolation if above_usual else None)
