"""`read_call`: a request becomes a `Call`, its shape and its values parted for good.

The order of the steps is v16.2's, for of several errors in a request the first is told.
"""

from __future__ import annotations

from pgrest_wsgi.api.filters import Operand
from pgrest_wsgi.api.media_types import parse_accept
from pgrest_wsgi.api.parameters import (
    read_filters,
    read_limits,
    read_logic,
    read_orders,
    sort_parameters,
)
from pgrest_wsgi.api.preferences import NONE_PREFERRED, Preferences, PreferenceValues, parse_prefer
from pgrest_wsgi.api.ranges import parse_range_header
from pgrest_wsgi.api.request import Request, decode_header, parse_query
from pgrest_wsgi.api.select import parse_select
from pgrest_wsgi.api.shape import Action, Call, Shape, Values
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import INVALID_PATH, NOT_IMPLEMENTED, SCHEMA_NOT_EXPOSED, UNSUPPORTED_METHOD

ACTIONS = {"GET": Action.READ, "HEAD": Action.READ_HEADERS}
WRITES = ("POST", "PUT", "PATCH", "DELETE")
LATER = (*WRITES, "OPTIONS")


def read_call(request: Request, config: Config) -> Call:
    """Cut a request into what decides SQL and what is only bound.

    Raises PGRST100, 103, 106, 117, 125 where it has no meaning.
    """
    target = read_target(request)
    schema, by_profile = read_schema(request, config)
    action = read_action(request)
    parameters = parse_query(request.query)
    found = sort_parameters(parameters)
    operands: list[Operand] = []
    orders = read_orders(found.orders)
    logic = read_logic(found.logic, operands)
    select = parse_select(found.single.get("select", "*"))
    filters = read_filters(found.filters, operands)
    header = request.header("HTTP_RANGE") if action is Action.READ else None
    limits = read_limits(found, parse_range_header(header))
    preferences, preference_values = read_preferences(request, config)
    accept = parse_accept(request.header("HTTP_ACCEPT"))
    where = (*filters, *logic)
    return Call(
        Shape(
            action, schema, target, select, where, orders, limits.shape, accept, preferences,
            by_profile,
        ),
        Values(
            tuple(operands), limits.offsets, limits.top_offset, parameters, preference_values,
            request,
        ),
    )  # fmt: skip


def read_target(request: Request) -> str:
    """The name of the table or view."""
    segments = request.segments
    if len(segments) == 1:
        return segments[0]
    if not segments:
        raise NOT_IMPLEMENTED(reason="The API root is not built yet.")
    if len(segments) == 2 and segments[0] == "rpc":
        raise NOT_IMPLEMENTED(reason="Calling functions is not built yet.")
    raise INVALID_PATH()


def read_schema(request: Request, config: Config) -> tuple[str, bool]:
    """The schema asked for, and whether the answer names it."""
    header = "HTTP_CONTENT_PROFILE" if request.method in WRITES else "HTTP_ACCEPT_PROFILE"
    profile = request.header(header)
    if profile is None:
        return config.db_schemas[0], len(config.db_schemas) > 1
    profile = decode_header(profile)
    if profile not in config.db_schemas:
        raise SCHEMA_NOT_EXPOSED(schema=profile, schemas=", ".join(config.db_schemas))
    return profile, True


def read_action(request: Request) -> Action:
    """What the method asks for."""
    action = ACTIONS.get(request.method)
    if action is not None:
        return action
    if request.method in LATER:
        raise NOT_IMPLEMENTED(reason=f"{request.method} on tables is not built yet.")
    raise UNSUPPORTED_METHOD(method=request.method)


def read_preferences(request: Request, config: Config) -> tuple[Preferences, PreferenceValues]:
    """What the ``Prefer`` header asks for, as far as the configuration allows it."""
    header = request.header("HTTP_PREFER")
    if header is None:
        return NONE_PREFERRED
    preferences, values = parse_prefer(header)
    if not config.db_tx_end.allows_override:
        preferences = preferences._replace(transaction=None)
    return preferences, values
