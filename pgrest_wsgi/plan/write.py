"""`plan_write`: what is to be written, from which columns of the body, and what it gives back.

Upstream: https://docs.postgrest.org/en/v16/references/api/tables_views.html#insert, #update,
#upsert, #delete.
"""

from __future__ import annotations

from pgrest_wsgi.api.filters import Condition, Filter
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.shape import Action, Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import COLUMN_NOT_FOUND, INVALID_FILTERS, UNPROTECTED_WRITE
from pgrest_wsgi.plan.fields import Fields
from pgrest_wsgi.plan.model import Body, BodyColumn, Conflict, ReadPlan, WritePlan
from pgrest_wsgi.plan.needs import needed_columns
from pgrest_wsgi.plan.read import plan_node

DEFAULT = "default"


def plan_write(
    shape: Shape, config: Config, catalog: Catalog, table: Table, read: ReadPlan
) -> WritePlan:
    """Plan a write whose answer is `read`. Raises PGRST105, 204 and PGRSTW01."""
    conditions = tuple(node for path, node in shape.filters if not path)
    if shape.action is Action.UPSERT:
        require_key_filters(shape, table)
    elif shape.action is Action.CREATE:
        conditions = ()  # there is nothing yet that they could choose from
    else:
        require_filter(conditions, shape, config)
    fields = Fields(table.columns, catalog.representations)
    return WritePlan(
        shape.action,
        table.name,
        plan_body(shape, table, fields),
        where=tuple(plan_node(node, fields) for node in conditions),
        conflict=plan_conflict(shape, table),
        returning=() if _is_minimal(shape) else needed_columns(read, table.primary_key),
    )


def _is_minimal(shape: Shape) -> bool:
    return shape.preferences.returning in (None, "minimal")


def require_key_filters(shape: Shape, table: Table) -> None:
    """PUT names one row, by all columns of its primary key and nothing else."""
    equalities = [node for path, node in shape.filters if not path and _is_equality(node)]
    named = {node.field.name for node in equalities if isinstance(node, Filter)}
    complete = table.primary_key and named == set(table.primary_key)
    if not complete or len(equalities) < len(shape.filters):
        raise INVALID_FILTERS()


def _is_equality(node: LogicNode) -> bool:
    return isinstance(node, Filter) and not node.field.path and node.condition == Condition("eq")


def require_filter(conditions: tuple[LogicNode, ...], shape: Shape, config: Config) -> None:
    """Ours: ``db-protect-writes`` refuses to change a whole table by oversight."""
    if config.db_protect_writes and not conditions and not shape.preferences.max_affected:
        raise UNPROTECTED_WRITE(method="PATCH" if shape.action is Action.UPDATE else "DELETE")


def plan_body(shape: Shape, table: Table, fields: Fields) -> Body:
    if shape.payload is None:
        return Body()
    return Body(
        tuple(plan_body_column(name, table, fields) for name in shape.payload.columns),
        shape.payload.is_object,
        shape.preferences.missing == DEFAULT and shape.action is not Action.UPSERT,
    )


def plan_body_column(name: str, table: Table, fields: Fields) -> BodyColumn:
    column = table.columns.get(name)
    if column is None:
        raise COLUMN_NOT_FOUND(column=name, table=table.name.name)
    return BodyColumn(name, column.nominal_type, column.default, fields.reader(name, "json"))


def plan_conflict(shape: Shape, table: Table) -> Conflict | None:
    """What happens to rows that exist: PUT replaces them, POST as ``Prefer: resolution`` says."""
    if shape.action is Action.UPSERT:
        return Conflict(table.primary_key, merges=True)
    resolution = shape.preferences.resolution
    if shape.action is not Action.CREATE or resolution is None:
        return None
    keys = table.primary_key if shape.on_conflict is None else shape.on_conflict
    return Conflict(keys, merges=resolution == "merge-duplicates")
