"""How a result becomes an answer: all that the shape decides is decided once, in a recipe.

Upstream: https://docs.postgrest.org/en/v16/references/api/pagination_count.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pgrest_wsgi.api.preferences import Preferences, applied_header
from pgrest_wsgi.api.request import canonical_query
from pgrest_wsgi.api.shape import Action, Shape, Values
from pgrest_wsgi.config.model import Config, Verbosity
from pgrest_wsgi.errors import RANGE_NOT_SATISFIABLE, SINGULARITY
from pgrest_wsgi.plan.model import ReadAction
from pgrest_wsgi.plan.negotiate import SINGULAR
from pgrest_wsgi.response.errors import error_body, to_native
from pgrest_wsgi.response.guc import override
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.version import POSTGREST_VERSION
from pgrest_wsgi.work import Result

VARY = ("Vary", "Accept, Prefer, Range")


class ReadRecipe(NamedTuple):
    """How to answer a reading request. `headers` are those that no value decides."""

    location: str
    headers: Headers
    preferences: Preferences | None  # those that were applied, where there are any
    counted: str | None
    max_rows: int | None
    is_singular: bool
    has_body: bool
    verbosity: Verbosity


def read_recipe(shape: Shape, action: ReadAction, config: Config) -> ReadRecipe:
    """Decide what the shape decides of an answer."""
    headers: Headers = (("Content-Type", action.media_type.content_type),)
    if shape.by_profile:
        headers += (("Content-Profile", to_native(shape.schema)),)
    if action.renamed:
        headers += (("Warning", to_native(describe_renamed(action.renamed))),)
    return ReadRecipe(
        "/" + to_native(shape.target),
        (*headers, VARY),
        applied_preferences(shape.preferences),
        action.count,
        action.max_rows,
        action.media_type in SINGULAR,
        shape.action is Action.READ,
        config.client_error_verbosity,
    )


_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


def describe_renamed(renamed: Iterable[tuple[str, str]]) -> str:
    """The ``Warning`` (RFC 7234, 5.5) about resources that went by the names of their relations.

    Upstream: https://docs.postgrest.org/en/v16/references/configuration.html#url-use-legacy-target-names
    """
    changes = ", ".join(f"`{relation}` to `{alias}`" for relation, alias in renamed)
    changes = _CONTROL_CHARACTERS.sub("?", changes)  # a line break would end the header
    return (
        f'299 PostgRESTv{POSTGREST_VERSION} "Embedded resource was referenced by relation name'
        " even though it has an alias. This is deprecated and will stop working in a future"
        f' release. Update {changes} in query string filters, orders or limits."'
    )


def applied_preferences(preferences: Preferences) -> Preferences | None:
    """The preferences that reading honours; None where there are none."""
    applied = preferences._replace(
        resolution=None, missing=None, returning=None, max_affected=False, invalid=()
    )
    return None if applied == Preferences() else applied


def render_read(recipe: ReadRecipe, result: Result, values: Values) -> Response:
    """Answer a reading request. Raises PGRST111, 112, 116."""
    if recipe.is_singular and result.page_total != 1:
        raise SINGULARITY(rows=result.page_total)
    total = choose_total(recipe, result)
    status, content_range = describe_range(values.top_offset, result.page_total, total)
    body = result.body
    if status == 416:
        reason = f"An offset of {values.top_offset} was requested, but there are only {total} rows."
        body = error_body(RANGE_NOT_SATISFIABLE(reason=reason), recipe.verbosity)
    query = canonical_query(values.parameters)
    location = values.request.mount_point + recipe.location
    headers: Headers = (
        ("Content-Range", content_range),
        ("Content-Location", f"{location}?{query}" if query else location),
        *recipe.headers,
    )
    if recipe.has_body or status == 416:
        headers += (("Content-Length", str(len(body))),)
    if recipe.preferences is not None:
        applied = applied_header(recipe.preferences, values.preferences)
        headers += (("Preference-Applied", to_native(applied)),)
    return override(Response(status, headers, body), result.status, result.headers)


def choose_total(recipe: ReadRecipe, result: Result) -> int | None:
    """The number of all rows: counted, or the planner's guess, or of both the larger."""
    if recipe.counted == "planned":
        return result.planned_total
    if recipe.counted == "estimated" and result.total is not None:
        few = recipe.max_rows is not None and result.total <= recipe.max_rows
        return result.total if few else max(result.total, result.planned_total or 0)
    return result.total


def describe_range(first: int, rows: int, total: int | None) -> tuple[int, str]:
    """Status and ``Content-Range`` of `rows` rows from `first` on, of `total` in all."""
    last = first + rows - 1
    span = f"{first}-{last}" if total != 0 and first <= last else "*"
    if total is None:
        return 200, f"{span}/*"
    if first > total:
        return 416, f"{span}/{total}"
    return (206 if rows < total else 200), f"{span}/{total}"
