"""`plan_read`: a tuple of passes over a read plan, each adding what one part of a request asks.

A new feature of reading is a new pass, or a row of one. Passes never look at values. Embedded
resources are planned by the same passes, each below its parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from pgrest_wsgi.api.fields import Field
from pgrest_wsgi.api.filters import Filter
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.order import OrderTerm
from pgrest_wsgi.api.select import Join, SelectedField, SelectedRelation, SelectItem
from pgrest_wsgi.api.shape import WRITES, Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import AGGREGATES_DISABLED, NOT_EMBEDDED, RELATED_ORDER
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.embed import find_relationship, form_of, is_shown, related_rows
from pgrest_wsgi.plan.fields import Fields, path_alias
from pgrest_wsgi.plan.model import (
    Embed,
    EmbedFilter,
    Form,
    Output,
    PlannedField,
    PlannedGroup,
    PlannedNode,
    ReadPlan,
    Sort,
)
from pgrest_wsgi.plan.paths import Place, SortedParts, name_of, relations_of, sort_parts
from pgrest_wsgi.plan.spread import (
    SPREAD,
    hand_up_aggregates,
    refuse_aggregates,
    spread_columns,
)

TO_ONE = (Form.OBJECT, Form.COLUMNS)


class Context(NamedTuple):
    """What the passes of one request have at hand."""

    shape: Shape
    config: Config
    catalog: Catalog
    parts: SortedParts


class Resource(NamedTuple):
    """The root or an embedded resource of a request.

    `form` is None for the root. `names_columns` says that ``*`` must be written out, for each
    column is grouped by or made an array, here or in a parent.
    """

    items: tuple[SelectItem, ...]
    place: Place
    fields: Fields
    form: Form | None = None
    names_columns: bool = False


Pass = Callable[[ReadPlan, Resource, Context], ReadPlan]


class PlannedRead(NamedTuple):
    """The plan, and the names in the request that are deprecated with those to use instead."""

    plan: ReadPlan
    renamed: tuple[tuple[str, str], ...]


def plan_read(shape: Shape, config: Config, catalog: Catalog, root: ReadPlan) -> PlannedRead:
    """Plan the reading of the rows of `root`.

    Raises PGRST108, 118, 123, 127, 200, 201 where the request cannot be met.
    """
    parts = sort_parts(shape, old_names=config.url_use_legacy_target_names)
    context = Context(shape, config, catalog, parts)
    resource = make_resource(shape.select.value, (), root.table, context)
    return PlannedRead(plan_resource(root, resource, context), parts.renamed)


def make_resource(
    items: tuple[SelectItem, ...], place: Place, table: QualifiedName, context: Context,
    form: Form | None = None, *, names_columns: bool = False,
) -> Resource:  # fmt: skip
    known = context.catalog.tables.get(table)
    aggregates = any(isinstance(item, SelectedField) and item.aggregate for item in items)
    names_columns = names_columns or aggregates or form is Form.COLUMN_ARRAYS
    fields = Fields(known.columns if known else {}, context.catalog.representations)
    return Resource(items, place, fields, form, names_columns)


def plan_resource(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    return reduce(lambda so_far, step: step(so_far, resource, context), PASSES, plan)


# -- embedded resources ---------------------------------------------------------------------------


def add_embeds(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    embeds = (
        plan_embed(relation, (*resource.place, number), plan, resource, context)
        for number, relation in enumerate(relations_of(resource.items))
    )
    return replace(plan, embeds=tuple(embeds))


def plan_embed(
    wanted: SelectedRelation, place: Place, parent: ReadPlan, resource: Resource, context: Context
) -> Embed:
    """Plan an embedded resource and all that is embedded in it."""
    # Relationships are looked for in the schema of the request only, as in v16.2.
    origin = QualifiedName(context.shape.schema, parent.table.name)
    relationship = find_relationship(context.catalog, origin, wanted)
    form = form_of(relationship, is_spread=wanted.is_spread)
    rows = related_rows(relationship, parent, len(place))
    below = make_resource(
        wanted.items, place, rows.table, context, form, names_columns=resource.names_columns
    )
    plan = plan_resource(rows, below, context)
    columns = spread_columns(plan) if wanted.is_spread else ()
    if form is Form.COLUMN_ARRAYS:
        refuse_aggregates(columns)
    elif form is Form.COLUMNS:
        plan = hand_up_aggregates(plan)
    name = name_of(wanted)
    alias = f"{relationship.table.name}_{name}_{len(place)}"
    is_inner = wanted.join is Join.INNER
    return Embed(name, alias, form, is_inner, plan, columns, is_shown(wanted.items))


# -- columns --------------------------------------------------------------------------------------


def add_outputs(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    """Add the selected columns; an empty select is all of them, as in v16.2."""
    fields = [item for item in resource.items if isinstance(item, SelectedField)]
    if any(field.aggregate for field in fields) and not context.config.db_aggregates_enabled:
        raise AGGREGATES_DISABLED()
    outputs = [output for field in fields for output in plan_outputs(field, resource)]
    if not fields and not plan.embeds and resource.form not in SPREAD:
        outputs = [Output(PlannedField("*"))]
    return replace(plan, outputs=tuple(outputs))


def plan_outputs(item: SelectedField, resource: Resource) -> Iterable[Output]:
    names_columns = resource.names_columns or resource.fields.have_writers
    if item.field.name == "*" and item.aggregate is None and names_columns:
        names = resource.fields.columns
        return (plan_output(SelectedField(Field(name)), resource) for name in names)
    return (plan_output(item, resource),)


def plan_output(item: SelectedField, resource: Resource) -> Output:
    """A selected column. In the answer v16.2 names only what PostgreSQL would name otherwise."""
    writer = resource.fields.writer(item.field.name)
    field = resource.fields.plan(item.field)._replace(writer=writer)
    if item.aggregate is None:
        alias = item.alias or path_alias(item.field) or (field.name if writer else None)
        return Output(field, alias, item.cast)
    alias = item.alias
    if resource.form in SPREAD:
        # Counted among others' rows, a row that is missing must not count; and whoever reads a
        # spread aggregate must know its name.
        field = field._replace(is_row=field.name == "*")
        alias = alias or item.aggregate
    return Output(field, alias, item.cast, item.aggregate, item.aggregate_cast)


# -- rows -----------------------------------------------------------------------------------------


def add_filters(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    nodes = context.parts.of(resource.place).filters
    where = tuple(plan_node(node, resource.fields, plan.embeds) for node in nodes)
    return replace(plan, where=where)


def plan_node(node: LogicNode, fields: Fields, embeds: tuple[Embed, ...] = ()) -> PlannedNode:
    if not isinstance(node, Filter):
        items = tuple(plan_node(item, fields, embeds) for item in node.items)
        return PlannedGroup(node.operator, node.negated, items)
    embed = find_embed(embeds, node.field.name)
    if embed is not None and not node.field.path and node.condition.keyword == "null":
        return EmbedFilter(embed.alias, node.condition.negated)
    return fields.plan_filter(node)


def find_embed(embeds: tuple[Embed, ...], name: str) -> Embed | None:
    return next((embed for embed in embeds if embed.name == name), None)


def add_order(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    terms = context.parts.of(resource.place).order
    return replace(plan, order=tuple(plan_sort(term, plan, resource) for term in terms))


def plan_sort(term: OrderTerm, plan: ReadPlan, resource: Resource) -> Sort:
    if term.relation is None:
        field = resource.fields.plan(term.field)
        return Sort(field, term.direction, term.nulls)
    embed = find_embed(plan.embeds, term.relation)
    if embed is None:
        raise NOT_EMBEDDED(resource=term.relation)
    if embed.form not in TO_ONE:
        raise RELATED_ORDER(origin=plan.table.name, target=embed.name)
    field = PlannedField(term.field.name, term.field.path)
    return Sort(field, term.direction, term.nulls, embed.alias)


def add_window(plan: ReadPlan, resource: Resource, context: Context) -> ReadPlan:
    """Limit the rows, with ``db-max-rows`` too; one related row needs no such cap."""
    limit, offset = context.parts.of(resource.place).window
    max_rows = None if context.shape.action in WRITES else context.config.db_max_rows
    if max_rows is not None and resource.form not in TO_ONE:
        limit = max_rows if limit is None else min(limit, max_rows)
    return replace(plan, limit=limit, offset=offset)


PASSES: tuple[Pass, ...] = (add_embeds, add_outputs, add_filters, add_order, add_window)
