"""Whole requests against configuration and catalog."""

from __future__ import annotations

from typing import Any

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.action import plan_action
from pgrest_wsgi.plan.negotiate import Handler
from tests.unit.plan.harbour import CONFIG, ask, make_config, plan
from tests.unit.routines import make_catalog, make_routine


def test_a_head_request_makes_no_body_whatever_it_accepts() -> None:
    action = plan(method="HEAD", HTTP_ACCEPT="text/csv")
    assert (action.handler, action.media_type.name) == (Handler.NOTHING, "text/csv")


@pytest.mark.parametrize(
    ("default", "header", "count"),
    [
        ("none", "", None),
        ("planned", "", "planned"),
        ("planned", "count=exact", "exact"),
        ("none", "count=estimated", "estimated"),
    ],
)
def test_the_request_chooses_the_count_and_else_the_configuration(
    default: str, header: str, count: str | None
) -> None:
    config = make_config(db_default_count=default)
    assert plan(config=config, HTTP_PREFER=header).count == count


@pytest.mark.parametrize(
    ("query", "keywords", "code"),
    [
        ("crew.id=eq.1", {"path": "/boats", "HTTP_ACCEPT": "a/b"}, "PGRST205"),
        ("crew.id=eq.1", {"HTTP_ACCEPT": "a/b"}, "PGRST108"),
        ("", {"HTTP_ACCEPT": "a/b", "HTTP_PREFER": "handling=strict, x=y"}, "PGRST107"),
        ("", {"HTTP_PREFER": "handling=strict, x=y"}, "PGRST122"),
    ],
)
def test_of_several_errors_the_first_is_told_in_the_order_of_v16_2(
    query: str, keywords: dict[str, Any], code: str
) -> None:
    with pytest.raises(PgrestError) as caught:
        plan(query, **keywords)
    assert caught.value.code == code


def test_unknown_preferences_are_nothing_unless_handling_is_strict() -> None:
    assert plan(HTTP_PREFER="x=y") == plan()


STRICT = "handling=strict, max-affected=1"


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [
        ("b=1&x.id=eq.1", {"HTTP_ACCEPT": "a/b"}, "PGRST202"),
        ("a=1&x.id=eq.1", {"HTTP_ACCEPT": "a/b"}, "PGRST108"),
        ("a=1", {"HTTP_ACCEPT": "a/b", "HTTP_PREFER": f"{STRICT}, x=y"}, "PGRST107"),
        ("a=1", {"HTTP_PREFER": f"{STRICT}, x=y"}, "PGRST122"),
        ("a=1", {"HTTP_PREFER": STRICT}, "PGRST128"),
    ],
)
def test_of_several_errors_in_a_call_the_first_is_told(
    query: str, headers: dict[str, Any], code: str
) -> None:
    call = ask(query, path="/rpc/moor", **headers)
    with pytest.raises(PgrestError) as caught:
        plan_action(call.shape, CONFIG, make_catalog(make_routine("moor", "a int")))
    assert caught.value.code == code
