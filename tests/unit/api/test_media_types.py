"""Media types by name, and the ranking of Accept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.media_types import (
    ANY,
    ARRAY_STRIPPED,
    CSV,
    FORM,
    GEOJSON,
    JSON,
    OBJECT,
    OBJECT_STRIPPED,
    OCTETS,
    OPENAPI,
    PLAIN_TEXT,
    XML,
    MediaType,
    parse_accept,
    parse_media_type,
)
from tests.unit.api.texts import ANY_TEXT

KNOWN = (JSON, GEOJSON, CSV, PLAIN_TEXT, XML, OPENAPI, FORM, OCTETS, ANY)
PLAN = "application/vnd.pgrst.plan"


@pytest.mark.parametrize("known", [*KNOWN, OBJECT, OBJECT_STRIPPED, ARRAY_STRIPPED])
def test_known_types(known: MediaType) -> None:
    """A known type is read by its own name, in any case and with any parameters behind it."""
    assert parse_media_type(known.name) == known
    name, _, parameters = known.name.partition(";")
    assert parse_media_type(f"{name.upper()};{parameters}") == known
    assert parse_media_type(f"{known.name} ; version=1") == known


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("application/vnd.pgrst.object", OBJECT),
        ("application/vnd.pgrst.object ; NULLS = stripped", OBJECT_STRIPPED),
        ('application/vnd.pgrst.object;nulls="stripped"', OBJECT_STRIPPED),
        ("application/vnd.pgrst.object;nulls=kept", OBJECT),
        ("application/vnd.pgrst.array", JSON),
        ("application/vnd.pgrst.array+json", JSON),
        ("application/vnd.pgrst.array;nulls=stripped", ARRAY_STRIPPED),
    ],
)
def test_vendored_types(text: str, known: MediaType) -> None:
    """`nulls=stripped` changes what a vendored type means."""
    assert parse_media_type(text) == known


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", '+text; for="application/json"'),
        (";", '+text; for="application/json"'),
        ('+json;for="text/csv"', '+json; for="text/csv"'),
        ("+text;options=wal|analyze|nothing", '+text; for="application/json"; options=analyze|wal'),
        (';for="a/b\r\nSet-Cookie: c"', '+text; for="application/json"'),
        (';for="application/vnd.pgrst.object"', '+text; for="application/vnd.pgrst.object+json"'),
    ],
)
def test_plans(text: str, name: str) -> None:
    """A plan names its form, the type it is for, and the options in an order of their own."""
    assert parse_media_type(PLAN + text).name == PLAN + name


@pytest.mark.parametrize("text", ["image/png", "text/*", "application/json5", "nonsense", ""])
def test_other_types_keep_their_text(text: str) -> None:
    """What means nothing here is answered, if at all, as it was asked, and without a charset."""
    assert parse_media_type(text) == MediaType(text, charset=False)
    assert parse_media_type(text).content_type == text


def test_content_types() -> None:
    """Text is UTF-8 and says so; octets have no charset."""
    assert JSON.content_type == "application/json; charset=utf-8"
    assert OCTETS.content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("header", "ranked"),
    [
        (None, (ANY,)),
        ("", ()),
        ("text/csv", (CSV,)),
        ("text/csv, application/json", (CSV, JSON)),
        ("text/csv;q=0.5, application/json", (JSON, CSV)),
        ("*/*, text/csv", (CSV, ANY)),
        ("text/csv;q=0.9,*/*", (ANY, CSV)),
        ("text/csv,application/json;a=b", (JSON, CSV)),
        ("text/csv;q=0,application/json;q=0.001", (JSON, CSV)),
        ("text/csv;q=none,application/json;q=0.9", (CSV, JSON)),
        ("text/csv;q=.9,application/json", (CSV, JSON)),
        ("text/csv ; q = 0.5 , application/json ; q=0.6", (JSON, CSV)),
        ("text/csv;q=1e-1,application/json;q=0.2", (JSON, CSV)),
        ("text/csv,text/csv", (CSV, CSV)),
    ],
)
def test_ranking(header: str | None, ranked: tuple[MediaType, ...]) -> None:
    """By quality, then by how closely a type is named, then as they stand."""
    assert parse_accept(header) == ranked


ITEMS = st.sampled_from([known.name for known in KNOWN] + ["text/*;q=0.5", ";q=", "q=9e999"])


@given(st.lists(ITEMS | ANY_TEXT, min_size=1).map(",".join))
def test_any_header_is_ranked(header: str) -> None:
    """No header makes the reader fail, and each item is kept."""
    assert len(parse_accept(header)) == (header.count(",") + 1 if header else 0)
