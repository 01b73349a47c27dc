"""Errors as answers."""

from __future__ import annotations

import json

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.response.errors import error_body, render_error, to_native

ERROR = PgrestError(
    "PGRST999",
    418,
    "größer",
    details={"a": [1, None]},
    hint="try 'x'",
    headers=(("X-Port", "Tromsø"),),
    reason="Teapot",
)


def test_the_body_has_its_four_members_in_the_order_of_v16_2() -> None:
    assert error_body(ERROR, "verbose").decode() == (
        '{"code":"PGRST999","details":{"a":[1,null]},"hint":"try \'x\'","message":"größer"}'
    )


def test_a_minimal_body_gives_away_neither_details_nor_hint() -> None:
    assert error_body(ERROR, "minimal").decode() == '{"code":"PGRST999","message":"größer"}'


def test_what_cannot_be_utf8_is_replaced() -> None:
    """A lone surrogate can come from a client's JSON; an answer must be possible all the same."""
    body = error_body(PgrestError("A", 400, "\ud800"), "minimal")
    assert json.loads(body) == {"code": "A", "message": "?"}


def test_the_answer() -> None:
    response = render_error(ERROR, "minimal")
    assert (response.status, response.reason) == (418, "Teapot")
    assert response.headers == (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(response.body))),
        ("Proxy-Status", "PostgREST; error=PGRST999"),
        ("X-Port", to_native("Tromsø")),
    )


@pytest.mark.parametrize("text", ["plain", "Tromsø", "船", "a\tb"])
def test_native_text_is_utf8_one_character_a_byte(text: str) -> None:
    assert to_native(text).encode("latin-1").decode() == text
