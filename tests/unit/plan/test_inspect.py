"""What is told of the API itself: documents, and the methods of targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pgrest_wsgi.api.media_types import JSON, OPENAPI
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.routine import Volatility
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.action import plan_action
from pgrest_wsgi.plan.inspect import routine_methods, table_methods
from pgrest_wsgi.plan.model import DescriptionPlan, InspectPlan, MethodsPlan, Plan
from tests.unit.plan.harbour import CATALOG, CONFIG, SHIPS, ask, make_config
from tests.unit.routines import make_catalog, make_routine

READ = "OPTIONS GET HEAD"
VIEW = replace(SHIPS, insertable=False, updatable=False, deletable=False)
ROUTINES = make_catalog(make_routine("dock"), make_routine("toll", "ship integer"))


def plan_other(
    path: str, *, method: str = "OPTIONS", config: Config = CONFIG, catalog: Catalog = CATALOG,
    **headers: Any,
) -> Plan:  # fmt: skip
    shape = ask(path=path, method=method, config=config, **headers).shape
    return plan_action(shape, config, catalog)


@pytest.mark.parametrize(
    ("table", "methods"),
    [
        (SHIPS, f"{READ} POST PUT PATCH DELETE"),
        (replace(SHIPS, primary_key=()), f"{READ} POST PATCH DELETE"),
        (VIEW, READ),
        (replace(VIEW, insertable=True), f"{READ} POST"),
        (replace(VIEW, updatable=True), f"{READ} PATCH"),
        (replace(VIEW, deletable=True), f"{READ} DELETE"),
        (replace(SHIPS, updatable=False), f"{READ} POST DELETE"),
    ],
)
def test_a_relation_knows_the_methods_of_what_it_can_do(table: Any, methods: str) -> None:
    """PUT inserts or updates the row of a key."""
    assert " ".join(table_methods(table)) == methods


@pytest.mark.parametrize(
    ("volatility", "methods"),
    [
        (Volatility.VOLATILE, "OPTIONS POST"),
        (Volatility.STABLE, f"{READ} POST"),
        (Volatility.IMMUTABLE, f"{READ} POST"),
    ],
)
def test_a_function_that_may_write_cannot_be_got(volatility: Volatility, methods: str) -> None:
    routine = make_routine("dock")._replace(volatility=volatility)
    assert " ".join(routine_methods(routine)) == methods


def test_each_target_has_its_methods() -> None:
    assert plan_other("/ships") == MethodsPlan(table_methods(SHIPS))
    assert plan_other("/rpc/dock", catalog=ROUTINES) == MethodsPlan(("OPTIONS", "POST"))
    assert plan_other("/") == MethodsPlan(("OPTIONS", "GET", "HEAD"))


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/boats", {}, "PGRST205"),
        ("/rpc/sail", {}, "PGRST202"),
        ("/rpc/toll", {}, "PGRST202"),
        ("/rpc/dock", {"HTTP_ACCEPT": "a/b"}, "PGRST107"),
        ("/rpc/dock", {"HTTP_PREFER": "handling=strict, x=y"}, "PGRST122"),
    ],
)
def test_what_could_not_be_asked_for_has_no_methods(
    path: str, headers: dict[str, Any], code: str
) -> None:
    """A function is looked for as if it were called without arguments."""
    with pytest.raises(PgrestError) as caught:
        plan_other(path, catalog=ROUTINES, **headers)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("mode", "follows"), [("follow-privileges", True), ("ignore-privileges", False)]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_document_is_about_the_schema(mode: str, follows: bool, method: str) -> None:
    config = make_config(openapi_mode=mode)
    assert plan_other("/", method=method, config=config) == InspectPlan("port", OPENAPI, follows)


@pytest.mark.parametrize(
    ("mode", "follows"), [("follow-privileges", True), ("ignore-privileges", False)]
)
def test_a_description_is_for_those_whom_the_document_would_tell(mode: str, follows: bool) -> None:
    config = make_config(openapi_mode=mode)
    plan = plan_other("/ships", config=config, HTTP_ACCEPT="application/json")
    methods = MethodsPlan(table_methods(SHIPS))
    assert plan == DescriptionPlan(SHIPS, InspectPlan("port", JSON, follows), methods)
