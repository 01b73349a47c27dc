"""`read_call`: a request becomes a `Call`, its shape and its values parted for good.

The order of the steps is v16.2's, for of several errors in a request the first is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pgrest_wsgi.api.columns import parse_columns, parse_on_conflict
from pgrest_wsgi.api.filters import Operand
from pgrest_wsgi.api.legacy import BOTH, TODAYS, Grammar
from pgrest_wsgi.api.media_types import ANY, JSON, OPENAPI, OPENAPI_31, MediaType, parse_accept
from pgrest_wsgi.api.parameters import (
    NO_ARGUMENTS,
    NO_LIMITS,
    Limits,
    Sorted,
    group_arguments,
    part_arguments,
    read_filters,
    read_limits,
    read_logic,
    read_orders,
    sort_parameters,
)
from pgrest_wsgi.api.payload import PayloadKind, parse_form, read_payload
from pgrest_wsgi.api.preferences import NONE_PREFERRED, Preferences, PreferenceValues
from pgrest_wsgi.api.ranges import parse_range_header
from pgrest_wsgi.api.request import Request, decode_header, parse_query, split_path
from pgrest_wsgi.api.select import parse_select
from pgrest_wsgi.api.shape import (
    INSPECTIONS,
    READING_CALLS,
    WITHOUT_ROWS,
    WRITES,
    Action,
    Call,
    Shape,
    Values,
)
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import (
    INVALID_PATH,
    INVALID_RPC_METHOD,
    MEDIA_TYPE,
    OPENAPI_DISABLED,
    PUT_LIMIT,
    SCHEMA_NOT_EXPOSED,
    UNSUPPORTED_METHOD,
)
from pgrest_wsgi.memo import keep_short

TABLE_ACTIONS = {
    "GET": Action.READ,
    "HEAD": Action.READ_HEADERS,
    "POST": Action.CREATE,
    "PATCH": Action.UPDATE,
    "PUT": Action.UPSERT,
    "DELETE": Action.DELETE,
    "OPTIONS": Action.TABLE_METHODS,
}
ROUTINE_ACTIONS = {
    "GET": Action.CALL_READ,
    "HEAD": Action.CALL_HEADERS,
    "POST": Action.CALL,
    "OPTIONS": Action.CALL_METHODS,
}
ROOT_ACTIONS = {
    "GET": Action.INSPECT,
    "HEAD": Action.INSPECT_HEADERS,
    "OPTIONS": Action.ROOT_METHODS,
}
DOCUMENTS = {OPENAPI: OPENAPI, JSON: OPENAPI, ANY: OPENAPI, OPENAPI_31: OPENAPI_31}
WRITING_METHODS = ("POST", "PATCH", "PUT", "DELETE")
WITH_BODY = (Action.CREATE, Action.UPDATE, Action.UPSERT, Action.CALL)


class Target(NamedTuple):
    """What a path names (a table or view, a function, or the root), and what methods ask of it."""

    name: str
    actions: Mapping[str, Action]


def read_call(request: Request, config: Config) -> Call:
    """Cut a request into what decides SQL and what is only bound.

    Raises PGRST100 to 103, 106, 107, 114, 117, 125, 126 where it has no meaning.
    """
    target = read_target(request, config)
    schema, by_profile = read_schema(request, config)
    action = read_action(request.method, target)
    grammar = BOTH if config.url_use_legacy_syntax else TODAYS
    parameters = parse_query(request.query)
    found = sort_parameters(parameters)
    single = found.single
    operands: list[Operand] = []
    orders = read_orders(found.orders)
    logic = read_logic(found.logic, operands)
    columns = parse_columns(single["columns"]) if "columns" in single else None
    select = grammar.select(single.get("select", "*"))
    pairs, arguments = found.filters, NO_ARGUMENTS
    if action in READING_CALLS:
        pairs, arguments = part_arguments(pairs, grammar.is_condition)
    filters = read_filters(pairs, operands, grammar.condition)
    on_conflict = parse_on_conflict(single["on_conflict"]) if "on_conflict" in single else None
    limits = read_window(found, request, action)
    payload, body = None, b""
    if action in WITH_BODY:
        payload, body = read_payload(request, columns, for_function=action is Action.CALL)
        if payload.kind is PayloadKind.ARGUMENTS:
            arguments = group_arguments(parse_form(body))
    preferences, preference_values = read_preferences(request, config, grammar)
    accept = parse_accept(request.header("HTTP_ACCEPT"))
    if action is Action.TABLE_METHODS and grammar.describes_tables:
        action = read_options(accept, config)
    where = (*filters, *logic)
    shape = Shape(
        action, schema, target.name, select, where, orders, limits.shape, accept, preferences,
        by_profile, payload, on_conflict, arguments.names,
    )  # fmt: skip
    return Call(
        without_rows(shape) if action in WITHOUT_ROWS else shape,
        Values(
            tuple(operands), limits.offsets, limits.top_offset, parameters, preference_values,
            request, body, arguments.values,
        ),
    )  # fmt: skip


def read_target(request: Request, config: Config) -> Target:
    """What the path names; the root may stand for a function, by ``db-root-spec``."""
    target = name_target(request.path)
    if target is not None:
        return target
    if config.openapi_mode == "disabled":
        raise OPENAPI_DISABLED()
    if config.db_root_spec is not None:
        return Target(config.db_root_spec.name, ROUTINE_ACTIONS)
    return Target("", ROOT_ACTIONS)


@keep_short
def name_target(path: str) -> Target | None:
    """What a path names; None is the root. Raises PGRST125."""
    segments = split_path(path)
    if len(segments) == 1:
        return Target(segments[0], TABLE_ACTIONS)
    if len(segments) == 2 and segments[0] == "rpc":
        return Target(segments[1], ROUTINE_ACTIONS)
    if segments:
        raise INVALID_PATH()
    return None


def read_schema(request: Request, config: Config) -> tuple[str, bool]:
    """The schema asked for, and whether the answer names it."""
    is_write = request.method in WRITING_METHODS
    profile = request.header("HTTP_CONTENT_PROFILE" if is_write else "HTTP_ACCEPT_PROFILE")
    if profile is None:
        return config.db_schemas[0], len(config.db_schemas) > 1
    profile = decode_header(profile)
    if profile not in config.db_schemas:
        raise SCHEMA_NOT_EXPOSED(schema=profile, schemas=", ".join(config.db_schemas))
    return profile, True


def read_action(method: str, target: Target) -> Action:
    """What the method asks for."""
    action = target.actions.get(method)
    if action is None:
        is_routine = target.actions is ROUTINE_ACTIONS
        raise (INVALID_RPC_METHOD if is_routine else UNSUPPORTED_METHOD)(method=method)
    return action


def read_options(accept: tuple[MediaType, ...], config: Config) -> Action:
    """What ``OPTIONS`` asks of a table: its description only where JSON is asked for by name."""
    describes = JSON in accept and config.openapi_mode != "disabled"
    return Action.TABLE_DESCRIPTION if describes else Action.TABLE_METHODS


def read_window(found: Sorted, request: Request, action: Action) -> Limits:
    """Limits and offsets. They must be right, but do not touch what a write answers."""
    header = request.header("HTTP_RANGE") if request.method == "GET" else None
    limits = read_limits(found, parse_range_header(header))
    if action is Action.UPSERT and (found.limits.get("limit") or found.offsets.get("limit")):
        raise PUT_LIMIT()
    return NO_LIMITS if action in WRITES else limits


def read_preferences(
    request: Request, config: Config, grammar: Grammar
) -> tuple[Preferences, PreferenceValues]:
    """What the ``Prefer`` header asks for, as far as the configuration allows it."""
    header = request.header("HTTP_PREFER")
    if header is None:
        return NONE_PREFERRED
    preferences, values = grammar.prefer(header)
    if not config.db_tx_end.allows_override:
        preferences = preferences._replace(transaction=None)
    return preferences, values


def without_rows(shape: Shape) -> Shape:
    """The shape of a request that is about no rows: what it says of them decides nothing.

    A shape that kept it would fill the cache of operations, and the root's are large.
    """
    return Shape(
        shape.action,
        shape.schema,
        shape.target,
        parse_select(""),
        filters=(),
        orders=(),
        limits=(),
        accept=accept_document(shape.accept) if shape.action in INSPECTIONS else (),
        preferences=Preferences(timezone=shape.preferences.timezone),
        by_profile=shape.by_profile,
    )


def accept_document(accept: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
    """What the root answers: the first that is accepted. Raises PGRST107."""
    for wanted in accept:
        if wanted in DOCUMENTS:
            return (DOCUMENTS[wanted],)
    raise MEDIA_TYPE(media_types=", ".join(wanted.name for wanted in accept))
