"""`plan_action`: what a shape asks, against configuration and catalog."""

from __future__ import annotations

from dataclasses import replace

from pgrest_wsgi.api.shape import (
    CALLS,
    INSPECTIONS,
    METHODS,
    READS,
    WITHOUT_BODY,
    WRITES,
    Action,
    Shape,
)
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import INVALID_PREFERENCES, MAX_AFFECTED_RPC
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.call import find_routine, is_read_only, plan_call
from pgrest_wsgi.plan.inspect import (
    READING,
    plan_description,
    plan_inspection,
    routine_methods,
    table_methods,
)
from pgrest_wsgi.plan.model import (
    ROWS,
    ActionPlan,
    MethodsPlan,
    Page,
    Plan,
    PlannedField,
    ReadPlan,
)
from pgrest_wsgi.plan.negotiate import Handler, Makers, Offer, negotiate
from pgrest_wsgi.plan.plain_json import mark_plain_json
from pgrest_wsgi.plan.read import PlannedRead, plan_read
from pgrest_wsgi.plan.write import plan_write


def plan_action(shape: Shape, config: Config, catalog: Catalog) -> Plan:
    """Plan a request. A pure function, for its result is cached by the shape.

    Raises PGRST105, 107, 108, 118, 122, 123, 127, 128, 200 to 205 where it cannot be met.
    """
    if shape.action in INSPECTIONS:
        return plan_inspection(shape, config)
    if shape.action is Action.TABLE_DESCRIPTION:
        return plan_description(shape, config, catalog)
    if shape.action in METHODS:
        return MethodsPlan(find_methods(shape, config, catalog))
    if shape.action in CALLS:
        return plan_calling(shape, config, catalog)
    if shape.action in WRITES:
        return plan_writing(shape, config, catalog)
    return plan_reading(shape, config, catalog)


def find_methods(shape: Shape, config: Config, catalog: Catalog) -> tuple[str, ...]:
    """The methods that a target knows."""
    if shape.action is Action.ROOT_METHODS:
        return READING
    if shape.action is Action.TABLE_METHODS:
        return table_methods(catalog.find_table(QualifiedName(shape.schema, shape.target)))
    plan_calling(shape, config, catalog)  # as in v16.2: a call that is refused has no methods
    return routine_methods(find_routine(shape, catalog))


def plan_reading(shape: Shape, config: Config, catalog: Catalog) -> ActionPlan:
    table = catalog.find_table(QualifiedName(shape.schema, shape.target))
    read = plan_read(shape, config, catalog, ReadPlan(table.name))
    offer = negotiate(shape.accept, makers(table.name, read.plan, config, catalog))
    require_known_preferences(shape)
    return answer(shape, config, catalog, read, offer)


def plan_writing(shape: Shape, config: Config, catalog: Catalog) -> ActionPlan:
    """Plan a write, and the reading of the rows it wrote."""
    table = catalog.find_table(QualifiedName(shape.schema, shape.target))
    # Filters of the target choose what is written; only the others look at the answer.
    inner = shape._replace(filters=tuple(part for part in shape.filters if part[0]))
    read = plan_read(inner, config, catalog, ReadPlan(table.name, table.name.name))
    write = plan_write(shape, config, catalog, table, read.plan)
    require_known_preferences(shape)
    offer = negotiate(shape.accept, makers(table.name, read.plan, config, catalog))
    if shape.preferences.returning != "representation":
        offer = offer._replace(handler=Handler.NOTHING)
    has_keys = bool(table.primary_key) or shape.on_conflict is not None
    return replace(
        answer(shape, config, catalog, read, offer),
        write=write, read_only=False, primary_key=table.primary_key, has_keys=has_keys,
    )  # fmt: skip


def plan_calling(shape: Shape, config: Config, catalog: Catalog) -> ActionPlan:
    """Plan a call, and the reading of the rows that the function gives."""
    routine = find_routine(shape, catalog)
    rows = routine.table_name or routine.name
    read = plan_read(shape, config, catalog, ReadPlan(rows, rows.name))
    call = plan_call(shape, routine, read.plan)
    offer = negotiate(shape.accept, makers(rows, read.plan, config, catalog))
    require_known_preferences(shape)
    preferences = shape.preferences
    if preferences.max_affected and preferences.handling == "strict" and routine.returns_single:
        raise MAX_AFFECTED_RPC()
    page = Page(is_scalar=not routine.returns_composite, is_single=routine.returns_single)
    return replace(
        answer(shape, config, catalog, read, offer, page),
        call=call,
        read_only=is_read_only(shape, routine),
        is_void=routine.returns_void,
        isolation=routine.isolation,
        settings=routine.settings,
    )


def answer(
    shape: Shape,
    config: Config,
    catalog: Catalog,
    read: PlannedRead,
    offer: Offer,
    page: Page = ROWS,
) -> ActionPlan:
    """What all actions have: the rows to answer with, and what is made of them."""
    is_array = offer.handler is Handler.ARRAY and not page.is_scalar
    takes_first = is_array and shape.preferences.plurality == "singular"
    handler = Handler.OBJECT if takes_first else offer.handler
    without_body = shape.action in WITHOUT_BODY
    plan = first_row(read.plan) if takes_first and shape.action in READS else read.plan
    is_json = offer.handler in JSON_HANDLERS
    return ActionPlan(
        mark_plain_json(plan, catalog.tables) if is_json else plan,
        offer.media_type,
        Handler.NOTHING if without_body else handler,
        count=count_of(shape, config),
        max_rows=config.db_max_rows,
        renamed=read.renamed,
        page=page,
        takes_first=takes_first,
    )


def first_row(plan: ReadPlan) -> ReadPlan:
    return replace(plan, limit=1 if plan.limit is None else min(plan.limit, 1))


def makers(subject: QualifiedName, read: ReadPlan, config: Config, catalog: Catalog) -> Makers:
    whole_rows = not read.embeds and [output.field for output in read.outputs] == [STAR]
    return Makers(catalog.media_handlers, subject, whole_rows, config.db_plan_enabled)


STAR = PlannedField("*")

# What embedded values become part of as they are. CSV and media types of the database show texts.
JSON_HANDLERS = (
    Handler.ARRAY,
    Handler.ARRAY_STRIPPED,
    Handler.OBJECT,
    Handler.OBJECT_STRIPPED,
)


def require_known_preferences(shape: Shape) -> None:
    if shape.preferences.invalid:
        raise INVALID_PREFERENCES(preferences=", ".join(shape.preferences.invalid))


def count_of(shape: Shape, config: Config) -> str | None:
    """How all rows are counted; None for not at all."""
    count = shape.preferences.counted or config.db_default_count
    return None if count == "none" else count
