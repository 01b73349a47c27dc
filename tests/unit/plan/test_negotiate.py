"""Which media type is answered, and by whom its body is made."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.media_types import (
    CSV,
    GEOJSON,
    JSON,
    OBJECT_STRIPPED,
    MediaType,
    parse_accept,
)
from pgrest_wsgi.catalog.routine import ANY_ROW, MediaHandler
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.negotiate import (
    FIXED,
    OFFERS,
    CustomHandler,
    Handler,
    Makers,
    Offer,
    negotiate,
)

MAKERS = Makers({}, QualifiedName("port", "ships"), whole_rows=True, plans=False)


@pytest.mark.parametrize(
    ("header", "media_type", "handler"),
    [
        (None, JSON, Handler.ARRAY),
        ("*/*", JSON, Handler.ARRAY),
        ("application/json", JSON, Handler.ARRAY),
        ("text/csv", CSV, Handler.CSV),
        ("application/geo+json", GEOJSON, Handler.GEOJSON),
        ("image/png, text/csv", CSV, Handler.CSV),
        ("text/csv;q=0.1, application/json;q=0.2", JSON, Handler.ARRAY),
        ("application/vnd.pgrst.object;nulls=stripped", OBJECT_STRIPPED, Handler.OBJECT_STRIPPED),
    ],
)
def test_the_first_accepted_type_that_can_be_made_is_answered(
    header: str | None, media_type: MediaType, handler: Handler
) -> None:
    assert negotiate(parse_accept(header), MAKERS) == (media_type, handler)


def test_types_that_nobody_makes_are_refused_by_name() -> None:
    with pytest.raises(PgrestError) as caught:
        negotiate(parse_accept("image/png, text/html"), MAKERS)
    assert (caught.value.code, caught.value.status, caught.value.message) == (
        "PGRST107",
        406,
        "None of these media types are available: image/png, text/html",
    )


def test_only_any_type_is_answered_by_another_one() -> None:
    offers = (OFFERS | FIXED).items()
    others = {wanted.name for wanted, (answered, _) in offers if wanted != answered}
    assert others == {"*/*"}


SHIPS = QualifiedName("port", "ships")
BUOYS = QualifiedName("port", "buoys")
SHIP_PAGE = QualifiedName("port", "ship_page")
ANY_PAGE = QualifiedName("port", "any_page")
HANDLERS = {
    (SHIPS, "text/html"): MediaHandler(SHIP_PAGE, "text/html", False),
    (ANY_ROW, "text/html"): MediaHandler(ANY_PAGE, "text/html", False),
    (BUOYS, "*/*"): MediaHandler(None, "application/octet-stream", True),
    (BUOYS, "text/html"): MediaHandler(None, "text/html", False),
    (ANY_ROW, "text/csv"): MediaHandler(ANY_PAGE, "text/csv", False),
}
OWN = CustomHandler(SHIP_PAGE, SHIPS, is_raw=False)
OF_ANY = CustomHandler(ANY_PAGE, None, is_raw=False)


def choose(
    accept: str, subject: QualifiedName = SHIPS, *, whole_rows: bool = True, plans: bool = False
) -> Offer:
    return negotiate(parse_accept(accept), Makers(HANDLERS, subject, whole_rows, plans))


@pytest.mark.parametrize(
    ("accept", "content_type", "handler"),
    [
        ("text/html", "text/html", OWN),
        ("text/csv", "text/csv; charset=utf-8", OF_ANY),
        ("application/json", "application/json; charset=utf-8", Handler.ARRAY),
        ("*/*", "application/json; charset=utf-8", Handler.ARRAY),
        ("image/png, text/html", "text/html", OWN),
    ],
)
def test_the_database_goes_before_what_is_built_in(
    accept: str, content_type: str, handler: object
) -> None:
    """And a handler of the relation before one of any rows."""
    offer = choose(accept)
    assert (offer.media_type.content_type, offer.handler) == (content_type, handler)


def test_a_handler_of_a_relation_needs_its_whole_rows() -> None:
    assert choose("text/html", whole_rows=False).handler == OF_ANY


@pytest.mark.parametrize("accept", ["text/html", "image/png", "*/*", "application/json"])
def test_a_handler_of_all_types_goes_first(accept: str) -> None:
    """What it answers is known only to itself."""
    offer = choose(accept, BUOYS)
    assert offer.media_type.name == "application/octet-stream"
    assert offer.handler == CustomHandler(None, BUOYS, is_raw=True)


def test_vendored_types_have_no_other_handler() -> None:
    accept = "application/vnd.pgrst.object+json"
    assert choose(accept, BUOYS).handler is Handler.OBJECT


def test_a_plan_is_one_of_the_handler_that_it_is_for() -> None:
    accept = 'application/vnd.pgrst.plan+json; for="text/html"; options=verbose'
    offer = choose(accept, plans=True)
    assert offer.handler == OWN
    assert offer.media_type.explained is not None
    assert offer.media_type.explained.options == ("verbose",)
    for refused in (choose_refused(accept), choose_refused(accept.replace("html", "x"), True)):
        assert refused.code == "PGRST107"


def choose_refused(accept: str, plans: bool = False) -> PgrestError:
    with pytest.raises(PgrestError) as caught:
        choose(accept, plans=plans)
    return caught.value
