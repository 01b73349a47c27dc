"""The answers of the actions: status, headers and body, a row of `ANSWERS` each.

Upstream: https://docs.postgrest.org/en/v16/references/api/pagination_count.html,
tables_views.html, functions.html, openapi.html, options.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from pgrest_wsgi.api.request import canonical_query
from pgrest_wsgi.api.shape import Action, Values
from pgrest_wsgi.errors import RANGE_NOT_SATISFIABLE
from pgrest_wsgi.response.errors import error_body
from pgrest_wsgi.response.model import Headers, Response
from pgrest_wsgi.response.recipe import Draft, Recipe, finish, require_rows
from pgrest_wsgi.work import Result


def render(recipe: Recipe, result: Result, values: Values) -> Response:
    """Answer a request. Raises PGRST111, 112, 115, 116, 124."""
    if recipe.is_plan:
        headers = (length(result.body), *recipe.content, *recipe.headers)
        return Response(200, headers, result.body)
    if recipe.is_checked:
        require_rows(recipe, values, result)
    return finish(recipe, ANSWERS[recipe.action](recipe, result, values), result, values)


def length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))


# -- reading --------------------------------------------------------------------------------------


def answer_read(recipe: Recipe, result: Result, values: Values) -> Draft:
    status, headers, body = answer_rows(recipe, result, values)
    query = canonical_query(values.parameters)
    location = values.request.mount_point + recipe.location
    place = ("Content-Location", f"{location}?{query}" if query else location)
    return status, (place, *headers), body


def answer_rows(recipe: Recipe, result: Result, values: Values) -> Draft:
    """Rows, or a part of them, or 416 where the part begins behind all of them."""
    total = choose_total(recipe, result)
    status, content_range = describe_range(values.top_offset, result.page_total, total)
    body = result.body
    if status == 416:
        reason = f"An offset of {values.top_offset} was requested, but there are only {total} rows."
        body = error_body(RANGE_NOT_SATISFIABLE(reason=reason), recipe.verbosity)
    headers: Headers = (("Content-Range", content_range), *recipe.content)
    if recipe.has_body or status == 416:
        headers += (length(body),)
    return status, headers, body


def choose_total(recipe: Recipe, result: Result) -> int | None:
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


# -- calling --------------------------------------------------------------------------------------


def answer_call(recipe: Recipe, result: Result, values: Values) -> Draft:
    draft = answer_rows(recipe, result, values)
    if recipe.is_void:
        return 204, draft[1][:1], b""  # of the headers only Content-Range
    return draft


# -- writing --------------------------------------------------------------------------------------


def answer_create(recipe: Recipe, result: Result, values: Values) -> Draft:
    """201, but 200 for an upsert that found all of its rows."""
    status = 200 if result.inserted == 0 else 201
    headers: Headers = (("Content-Range", counted_range("*", recipe, result)),)
    if result.location is not None and result.page_total == 1:
        place = values.request.mount_point + recipe.location + key_query(result.location)
        headers = (("Location", place), *headers)
    body = result.body if recipe.has_body else b""
    content = recipe.content if recipe.has_body else ()
    return status, (*headers, length(body), *content), body


def key_query(location: bytes) -> str:
    """The query that names one row by its key: `location` has pairs of column and value."""
    terms = (
        (name, "is.null" if value is None else f"eq.{value}")
        for name, value in json.loads(location)
    )
    return "?" + "&".join(f"{quote(name, safe='')}={quote(term, safe='')}" for name, term in terms)


def answer_update(recipe: Recipe, result: Result, values: Values) -> Draft:
    span = f"0-{result.page_total - 1}" if result.page_total else "*"
    return written(recipe, result, 200, (("Content-Range", counted_range(span, recipe, result)),))


def answer_delete(recipe: Recipe, result: Result, values: Values) -> Draft:
    return written(recipe, result, 200, (("Content-Range", counted_range("*", recipe, result)),))


def answer_upsert(recipe: Recipe, result: Result, values: Values) -> Draft:
    return written(recipe, result, 201 if result.inserted else 200, ())


def written(recipe: Recipe, result: Result, status: int, headers: Headers) -> Draft:
    """What was written, where that is asked for, else 204."""
    if not recipe.has_body:
        return 204, headers, b""
    return status, (*headers, length(result.body), *recipe.content), result.body


def counted_range(span: str, recipe: Recipe, result: Result) -> str:
    total = result.page_total if recipe.counted in ("exact", "estimated") else "*"
    return f"{span}/{total}"


# -- the API itself --------------------------------------------------------------------------------


def answer_inspect(recipe: Recipe, result: Result, values: Values) -> Draft:
    """The document; its head tells no length, which only making it would tell."""
    if not recipe.has_body:
        return 200, recipe.content, b""
    body = recipe.describe(result.body, values.request)
    return 200, (*recipe.content, length(body)), body


def answer_description(recipe: Recipe, result: Result, values: Values) -> Draft:
    """The description of a table, if the role may have it, beside its methods."""
    body = recipe.describe(result.body, values.request)
    return 200, (*(recipe.content if body else ()), length(body)), body


def answer_methods(recipe: Recipe, result: Result, values: Values) -> Draft:
    return 200, (length(b""),), b""


ANSWERS: dict[Action, Callable[[Recipe, Result, Values], Draft]] = {
    Action.READ: answer_read,
    Action.READ_HEADERS: answer_read,
    Action.CREATE: answer_create,
    Action.UPDATE: answer_update,
    Action.UPSERT: answer_upsert,
    Action.DELETE: answer_delete,
    Action.CALL: answer_call,
    Action.CALL_READ: answer_call,
    Action.CALL_HEADERS: answer_call,
    Action.INSPECT: answer_inspect,
    Action.INSPECT_HEADERS: answer_inspect,
    Action.TABLE_METHODS: answer_methods,
    Action.TABLE_DESCRIPTION: answer_description,
    Action.CALL_METHODS: answer_methods,
    Action.ROOT_METHODS: answer_methods,
}
