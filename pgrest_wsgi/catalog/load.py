"""Reading the catalog from PostgreSQL (14 or later): the queries, and the assembly of their rows.

The queries are the ``.sql`` files beside this module, one each. Who runs them, on which
connection, is not known here; what is derived from the facts is in `views` and `relations`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Column, ForeignKey, RoleSettings, Table, TableKind
from pgrest_wsgi.catalog.relations import derive_relationships
from pgrest_wsgi.catalog.relationship import ComputedRelationship
from pgrest_wsgi.catalog.routines import read_media_handlers, read_representations, read_routines
from pgrest_wsgi.catalog.views import ViewSource, trace_columns, view_primary_keys
from pgrest_wsgi.names import QualifiedName

Rows = Iterable[tuple[Any, ...]]
Fetch = Callable[[str, Sequence[str | None]], Rows]
"""Runs a query whose ``$1`` are bound as text of unknown type, and gives its rows."""


def _read_query(name: str) -> str:
    return (files("pgrest_wsgi.catalog") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


_SERVER = _read_query("server")
_TABLES = _read_query("tables")
_COLUMNS = _read_query("columns")
_KEYS = _read_query("keys")
_FOREIGN_KEYS = _read_query("foreign_keys")
_VIEW_RULES = _read_query("view_rules")
_VIEW_SOURCES = _read_query("view_sources")
_COMPUTED_RELATIONSHIPS = _read_query("computed_relationships")
_ROLE_SETTINGS = _read_query("role_settings")
ROUTINES = _read_query("routines")
_REPRESENTATIONS = _read_query("representations")
_MEDIA_HANDLERS = _read_query("media_handlers")

_UPDATE, _INSERT, _DELETE = 4, 8, 16  # bits of pg_relation_is_updatable


class _Key(NamedTuple):
    primary: bool
    columns: tuple[str, ...]


_Keys = Mapping[int, Sequence[_Key]]  # by the oid of their relation


def load_catalog(
    fetch: Fetch,
    schemas: Sequence[str],
    extra_search_path: Sequence[str],
    *,
    hoisted_settings: Sequence[str] = (),
) -> Catalog:
    """Read what exists in the exposed `schemas`.

    Views are followed to their tables through views of these schemas and of `extra_search_path`,
    ``db-extra-search-path``. Routines keep those of their settings whose names match one of
    `hoisted_settings`, which v16.2 takes for regular expressions of PostgreSQL.

    The caller opens the transaction: with ``set local search_path to ''``, so that PostgreSQL
    writes the names of types and sequences with their schemas, and repeatable read, so that all
    queries see the same state. What `fetch` raises goes through, among it SQLSTATE 3F000 where
    one of the schemas does not exist.
    """
    exposed = (schema_array(schemas),)
    hoisted = json.dumps([*hoisted_settings])
    ((version,),) = fetch(_SERVER, ())
    columns: dict[int, str] = dict(fetch(_COLUMNS, exposed))
    keys = _read_keys(fetch(_KEYS, ()))
    foreign_keys = tuple(_read_foreign_keys(fetch(_FOREIGN_KEYS, ()), keys))
    sources = _read_view_sources(fetch, (*schemas, *extra_search_path), keys)
    tables = _read_tables(fetch(_TABLES, exposed), columns, keys, view_primary_keys(sources))
    computed = _read_computed_relationships(fetch(_COMPUTED_RELATIONSHIPS, exposed))
    return Catalog(
        schemas=tuple(schemas),
        server_version=int(version),
        tables=tables,
        foreign_keys=foreign_keys,
        relationships=derive_relationships(schemas, tables, foreign_keys, sources, computed),
        role_settings=_read_role_settings(fetch(_role_settings_query(int(version)), ())),
        routines=read_routines(fetch(ROUTINES, (*exposed, hoisted, "false"))),
        representations=read_representations(fetch(_REPRESENTATIONS, ())),
        media_handlers=read_media_handlers(fetch(_MEDIA_HANDLERS, exposed)),
    )


def schema_array(schemas: Sequence[str]) -> str:
    """Write the schemas as the text of an array of quoted identifiers, the quotes escaped again."""
    identifiers = ('"' + schema.replace('"', '""') + '"' for schema in schemas)
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in identifiers)
    return "{" + ",".join(f'"{name}"' for name in escaped) + "}"


def _read_tables(
    rows: Rows,
    columns: Mapping[int, str],
    keys: _Keys,
    view_keys: Mapping[QualifiedName, tuple[str, ...]],
) -> dict[QualifiedName, Table]:
    tables = {}
    for oid, schema, name, kind, comment, events in rows:
        own = keys.get(oid, ())
        table = QualifiedName(schema, name)
        tables[table] = Table(
            name=table,
            kind=TableKind(kind),
            comment=comment,
            columns=_read_columns(columns.get(oid, "[]")),
            primary_key=view_keys.get(table, tuple(sorted(_primary_key(own)))),
            unique_keys=tuple(key.columns for key in own if not key.primary),
            insertable=bool(events & _INSERT),
            updatable=bool(events & _UPDATE),
            deletable=bool(events & _DELETE),
        )
    return tables


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
    return next((key.columns for key in keys if key.primary), ())


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


def _read_view_sources(fetch: Fetch, schemas: Sequence[str], keys: _Keys) -> tuple[ViewSource, ...]:
    rules = fetch(_VIEW_RULES, (schema_array(schemas),))
    numbers = zip(*((*column, *origin) for column, origin in trace_columns(rules)), strict=True)
    rows = fetch(_VIEW_SOURCES, [_number_array(column) for column in numbers] or ["{}"] * 4)
    return tuple(
        ViewSource(
            view=QualifiedName(view_schema, view),
            table=QualifiedName(schema, table),
            primary_key=_primary_key(keys.get(oid, ())),
            columns=_group(json.loads(pairs)),
        )
        for view_schema, view, oid, schema, table, pairs in rows
    )


def _number_array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Collect what stands second, by what stands first."""
    groups: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        groups[key] = (*groups.get(key, ()), value)
    return groups


def _read_computed_relationships(rows: Rows) -> tuple[ComputedRelationship, ...]:
    return tuple(
        ComputedRelationship(
            function=QualifiedName(*names[:2]),
            table=(table := QualifiedName(*names[2:4])),
            foreign_table=(foreign_table := QualifiedName(*names[4:])),
            is_to_one=is_to_one,
            is_self=table == foreign_table,
        )
        for *names, is_to_one in rows
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
