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
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.negotiate import FIXED, OFFERS, Handler, Makers, negotiate

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
