"""How a result becomes an answer: all that the shape decides is decided once, in a recipe.

What differs between reading, writing and calling is in `response.answers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from pgrest_wsgi.api.media_types import MediaType
from pgrest_wsgi.api.preferences import Preferences, applied_header
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.api.shape import CALLS, WITHOUT_BODY, WRITES, Action, Shape, Values
from pgrest_wsgi.config.model import Config, Verbosity
from pgrest_wsgi.errors import MAX_AFFECTED, NO_ROW, PUT_MISMATCH, SINGULARITY
from pgrest_wsgi.openapi.describe import Describe
from pgrest_wsgi.plan.model import ActionPlan, DescriptionPlan, InspectPlan, MethodsPlan
from pgrest_wsgi.plan.negotiate import SINGULAR
from pgrest_wsgi.response.errors import to_native
from pgrest_wsgi.response.guc import override
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.version import POSTGREST_VERSION
from pgrest_wsgi.work import Result

VARY = ("Vary", "Accept, Prefer, Range")

Check = Callable[[Result], None]
Draft = tuple[int, Headers, bytes]
"""Status, headers and body of an answer, before what all answers have is added."""


def as_it_is(answer: bytes, request: Request) -> bytes:
    return answer


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to answer a request.

    `content` are the headers that tell what the body is, `headers` the others that no value
    decides. `preferences` are those that are applied, where there are any. `describe` makes the
    body of what the database answered about a schema.
    """

    action: Action
    location: str
    content: Headers
    headers: Headers
    preferences: Preferences | None = None
    counted: str | None = None
    max_rows: int | None = None
    is_singular: bool = False
    takes_first: bool = False
    limits_affected: bool = False
    is_checked: bool = False  # the number of rows may refuse the request
    may_write: bool = False
    has_body: bool = True
    is_void: bool = False
    is_plan: bool = False
    verbosity: Verbosity = "verbose"
    describe: Describe = as_it_is

    def check_before_commit(self, values: Values) -> Check | None:
        """What must look at the result while it can be undone, if there is anything to undo."""
        if self.is_checked and self.may_write:
            return partial(require_rows, self, values)
        return None


def recipe_for(shape: Shape, plan: ActionPlan, config: Config) -> Recipe:
    """Decide what the shape decides of an answer."""
    headers: Headers = (VARY,)
    if plan.renamed:
        headers += (("Warning", to_native(describe_renamed(plan.renamed))),)
    preferences = shape.preferences
    is_returned = plan.write is None or preferences.returning == "representation"
    limited = preferences.max_affected and preferences.handling == "strict"
    limits_affected = limited and shape.action in HONOURED["max_affected"]
    is_singular = plan.media_type in SINGULAR
    is_plan = plan.media_type.explained is not None
    checked = is_singular or plan.takes_first or limits_affected or shape.action is Action.UPSERT
    return Recipe(
        shape.action,
        "/" + to_native(shape.target),
        describe_content(shape, plan.media_type),
        headers,
        preferences=applied_preferences(shape, plan),
        counted=plan.count,
        max_rows=plan.max_rows,
        is_singular=is_singular,
        takes_first=plan.takes_first,
        limits_affected=limits_affected,
        is_checked=checked and not is_plan,
        may_write=not plan.read_only,
        has_body=is_returned and shape.action not in WITHOUT_BODY,
        is_void=plan.is_void,
        is_plan=is_plan,
        verbosity=config.client_error_verbosity,
    )


def inspect_recipe(shape: Shape, plan: InspectPlan, describe: Describe) -> Recipe:
    """The recipe of a document."""
    return Recipe(
        shape.action,
        "/",
        describe_content(shape, plan.media_type),
        (VARY,),
        has_body=shape.action not in WITHOUT_BODY,
        describe=describe,
    )


def methods_recipe(shape: Shape, plan: MethodsPlan) -> Recipe:
    """The recipe of the methods that a target knows."""
    allow: Headers = (("Access-Control-Allow-Origin", "*"), ("Allow", ",".join(plan.methods)))
    return Recipe(shape.action, "/" + to_native(shape.target), (), (*allow, VARY))


def description_recipe(shape: Shape, plan: DescriptionPlan, describe: Describe) -> Recipe:
    """The recipe of a table's description, which comes with its methods."""
    content = describe_content(shape, plan.inspection.media_type)
    return replace(methods_recipe(shape, plan.methods), content=content, describe=describe)


def describe_content(shape: Shape, media_type: MediaType) -> Headers:
    """What a body is, and the schema that it is of where that was negotiated."""
    content = (("Content-Type", media_type.content_type),)
    profile = (("Content-Profile", to_native(shape.schema)),)
    return content + profile if shape.by_profile else content


# Preferences that only some actions honour, by the fields that hold them.
HONOURED = {
    "resolution": (Action.CREATE,),
    "missing": (Action.CREATE, Action.UPDATE),
    "returning": WRITES,
    "max_affected": (Action.UPDATE, Action.DELETE, *CALLS),
}


def applied_preferences(shape: Shape, plan: ActionPlan) -> Preferences | None:
    """The preferences that the answer honours; None where there are none."""
    ignored = [name for name, actions in HONOURED.items() if shape.action not in actions]
    ignored += [] if plan.has_keys else ["resolution"]
    unset = {name: getattr(NOTHING_PREFERRED, name) for name in ("invalid", *ignored)}
    applied = shape.preferences._replace(**unset)
    return None if applied == NOTHING_PREFERRED else applied


NOTHING_PREFERRED = Preferences()

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


def require_rows(recipe: Recipe, values: Values, result: Result) -> None:
    """Refuse a result of the wrong number of rows. Raises PGRST115, 116, 124, L01."""
    rows = result.page_total
    if recipe.action is Action.UPSERT:
        if rows != 1:
            raise PUT_MISMATCH()
        return
    if recipe.is_singular and rows != 1:
        raise SINGULARITY(rows=rows)
    if recipe.takes_first and rows == 0:
        raise NO_ROW()
    most = values.preferences.max_affected
    if recipe.limits_affected and most is not None and rows > most:
        raise MAX_AFFECTED(rows=rows)


def finish(recipe: Recipe, draft: Draft, result: Result, values: Values) -> Response:
    """Add what all answers have, and what functions asked for. Raises PGRST111, PGRST112."""
    status, headers, body = draft
    headers += recipe.headers
    if recipe.preferences is not None:
        applied = applied_header(recipe.preferences, values.preferences)
        headers += (("Preference-Applied", to_native(applied)),) if applied else ()
    response = Response(status, headers, body)
    if result.status is None and result.headers is None:
        return response
    return override(response, result.status, result.headers)
