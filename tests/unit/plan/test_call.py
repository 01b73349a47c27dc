"""Calls: where their arguments come from, what they may do, which columns are wanted."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.catalog.routine import Argument, Routine, Volatility
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.action import plan_calling
from pgrest_wsgi.plan.call import is_read_only
from pgrest_wsgi.plan.model import ActionPlan, ArgumentSource, CallArgument, CallPlan
from tests.unit.plan.harbour import CONFIG, SHIPS, ask
from tests.unit.routines import make_catalog, make_routine

TEXT = "text/plain"
FORM = "application/x-www-form-urlencoded"


def plan_of(routine: Routine, query: str = "") -> ActionPlan:
    """The plan of a GET on a function."""
    call = ask(query, path=f"/rpc/{routine.name.name}")
    return plan_calling(call.shape, CONFIG, make_catalog(routine))


def posted(routine: Routine, body: str, content_type: str = "application/json") -> CallPlan:
    """The plan of a POST on a function."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/rpc/{routine.name.name}",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body.encode()),
    }
    action = plan_calling(read_call(Request(environ), CONFIG).shape, CONFIG, make_catalog(routine))
    return call_of(action)


def call_of(action: ActionPlan) -> CallPlan:
    assert action.call is not None
    return action.call


TOW = make_routine("tow", "bow text", "stern int default", "crew text[] default")


class TestArguments:
    def test_they_keep_the_order_of_the_function_and_know_their_values(self) -> None:
        call = call_of(plan_of(TOW, "stern=1&bow=2"))
        assert call.source is ArgumentSource.QUERY
        assert call.arguments == (
            CallArgument("bow", "text", place=0),
            CallArgument("stern", "int", place=1),
        )

    def test_a_form_is_like_a_query_and_json_is_a_record(self) -> None:
        assert posted(TOW, "bow=2", FORM).source is ArgumentSource.QUERY
        assert posted(TOW, '{"bow": 2}').source is ArgumentSource.BODY
        assert posted(TOW, "bow\n2\n", "text/csv").source is ArgumentSource.BODY

    @pytest.mark.parametrize(
        ("type_", "body", "content_type"),
        [("json", "{}", "application/json"), ("text", "x", TEXT), ("text", "", TEXT)],
    )
    def test_one_without_a_name_is_the_whole_body(
        self, type_: str, body: str, content_type: str
    ) -> None:
        call = posted(make_routine("hail", f" {type_}"), body, content_type)
        assert (call.source, call.arguments) == (
            ArgumentSource.WHOLE_BODY,
            (CallArgument("", type_),),
        )

    def test_none_come_from_nowhere(self) -> None:
        bare = make_routine("bare")
        assert call_of(plan_of(bare)).source is ArgumentSource.NOWHERE
        assert posted(bare, "").source is ArgumentSource.NOWHERE
        assert posted(bare, "[]").source is ArgumentSource.NOWHERE

    def test_values_are_cast_to_what_does_not_cut_them(self) -> None:
        mark = Argument("mark", "character", "character varying", True, False)
        routine = make_routine("brand")._replace(arguments=(mark,))
        assert call_of(plan_of(routine, "mark=x")).arguments[0].type == "character varying"

    def test_only_variadic_ones_are_lists(self) -> None:
        names = Argument("names", "text[]", "text[]", True, True)
        routine = make_routine("muster")._replace(arguments=(names,))
        assert call_of(plan_of(routine, "names=a&names=b")).arguments[0].variadic
        assert not call_of(plan_of(TOW, "bow=2&crew={a}")).arguments[1].variadic


@pytest.mark.parametrize(
    ("method", "volatility", "read_only"),
    [
        ("GET", Volatility.VOLATILE, True),
        ("HEAD", Volatility.VOLATILE, True),
        ("POST", Volatility.VOLATILE, False),
        ("POST", Volatility.STABLE, True),
        ("POST", Volatility.IMMUTABLE, True),
    ],
)
def test_only_a_post_on_a_volatile_function_may_write(
    method: str, volatility: Volatility, read_only: bool
) -> None:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": "/rpc/tow", "wsgi.input": BytesIO(b"")}
    shape = read_call(Request(environ), CONFIG).shape
    assert is_read_only(shape, TOW._replace(volatility=volatility)) is read_only


class TestColumns:
    SHIPS_OUT = make_routine("ships_out", returns=SHIPS.name, set_of=True, composite=True)

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("", ("*",)),
            ("select=name", ("name",)),
            ("select=name&id=eq.1&order=flags", ("flags", "id", "name")),
            ("select=name&or=(id.eq.1,not.and(log.is.null,name.eq.x))", ("id", "log", "name")),
            ("select=*&id=eq.1", ("*",)),
        ],
    )
    def test_those_that_anything_looks_at_are_wanted(
        self, query: str, wanted: tuple[str, ...]
    ) -> None:
        assert call_of(plan_of(self.SHIPS_OUT, query)).returning == wanted

    def test_rows_are_those_of_a_table_and_values_are_not(self) -> None:
        action = plan_of(self.SHIPS_OUT)
        assert (action.page.is_scalar, action.page.is_single) == (False, False)
        action = plan_of(TOW, "bow=x")
        assert (action.page.is_scalar, action.page.is_single) == (True, True)
        assert call_of(action).is_scalar

    def test_the_transaction_is_the_functions_own(self) -> None:
        routine = TOW._replace(isolation="serializable", settings=(("work_mem", "7MB"),))
        action = plan_of(routine, "bow=x")
        assert (action.isolation, action.settings) == ("serializable", (("work_mem", "7MB"),))


def test_void_is_told() -> None:
    void = QualifiedName("pg_catalog", "void")
    assert plan_of(make_routine("ring", returns=void)).is_void
    assert not plan_of(TOW, "bow=x").is_void
