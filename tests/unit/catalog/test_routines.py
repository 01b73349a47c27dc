"""Reading functions from rows: what the queries leave to be done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgrest_wsgi.catalog.routine import ANY_ROW, MediaHandler
from pgrest_wsgi.catalog.routines import read_media_handlers, read_representations, read_routines
from pgrest_wsgi.names import QualifiedName


def make_row(
    comment: str | None = None, arguments: list[list[object]] | None = None,
    isolation: str | None = None, composite: bool = False, domain: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    texts = arguments and json.dumps(arguments)
    returned = ("pg_catalog", "int4", False, composite, domain)
    return ("port", "moor", comment, texts, *returned, "v", isolation, None)


def argument(name: str, type_: str = "text", required: bool = True) -> list[object]:
    return [name, type_, type_, required, False]


ORDERED = (
    make_row(comment="Above all"),
    make_row(arguments=[argument("Z")]),
    make_row(arguments=[argument("a")]),
    make_row(arguments=[argument("a", "xml")]),
    make_row(arguments=[argument("é")]),
    make_row(comment="", arguments=[argument("b")]),
    make_row(comment="x", arguments=[argument("a", "json")]),
    make_row(arguments=[argument("a"), argument("b")]),
)


@pytest.mark.parametrize(
    "rows", [ORDERED, ORDERED[::-1], ORDERED[::3] + ORDERED[1::3] + ORDERED[2::3]]
)
def test_overloads_are_sorted_whatever_the_order_of_the_rows(rows: tuple[Any, ...]) -> None:
    """Fewest arguments, no comment before any, then comments, names, types by code point."""
    (overloads,) = read_routines(rows).values()
    assert [(found.comment, [a[:2] for a in found.arguments]) for found in overloads] == [
        ("Above all", []),
        (None, [("Z", "text")]),
        (None, [("a", "text")]),
        (None, [("a", "xml")]),
        (None, [("é", "text")]),
        ("", [("b", "text")]),
        ("x", [("a", "json")]),
        (None, [("a", "text"), ("b", "text")]),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, None),
        ("Serializable", "serializable"),
        ("REPEATABLE READ", "repeatable read"),
        ("read committed", "read committed"),
        ("read uncommitted", "read committed"),
    ],
)
def test_isolation_is_one_of_three_levels(written: str | None, read: str | None) -> None:
    """Read committed is not the same as none: it goes before the level of the role."""
    ((routine,),) = read_routines([make_row(isolation=written)]).values()
    assert routine.isolation == read


@pytest.mark.parametrize(
    ("composite", "domain", "alias"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_only_a_domain_over_rows_is_an_alias(composite: bool, domain: bool, alias: bool) -> None:
    ((routine,),) = read_routines([make_row(composite=composite, domain=domain)]).values()
    assert routine.returns_composite_alias is alias


def test_representations_are_found_by_both_types() -> None:
    assert read_representations([("port.depth", "json", "port", "to_json")]) == {
        ("port.depth", "json"): QualifiedName("port", "to_json")
    }


def test_handlers_are_found_by_the_type_in_lower_case_and_answer_it_as_written() -> None:
    rows = [("port", "ships", "Text/Vnd.Ship", "port", "ship_agg", False)]
    assert read_media_handlers(rows) == {
        (QualifiedName("port", "ships"), "text/vnd.ship"): MediaHandler(
            QualifiedName("port", "ship_agg"), "Text/Vnd.Ship", False
        )
    }


def test_a_handler_of_any_type_answers_octets() -> None:
    rows = [(*ANY_ROW, "*/*", "port", "any_agg", True), ("port", "flag", "*/*", None, None, True)]
    assert read_media_handlers(rows) == {
        (ANY_ROW, "*/*"): MediaHandler(
            QualifiedName("port", "any_agg"), "application/octet-stream", True
        ),
        (QualifiedName("port", "flag"), "*/*"): MediaHandler(
            None, "application/octet-stream", True
        ),
    }
