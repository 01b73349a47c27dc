"""Content negotiation: the first accepted media type that can be made, and who makes it.

Upstream: https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html.
The handlers' SQL is in `sql.handlers`; here they are only names.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.api.media_types import (
    ANY,
    ARRAY_STRIPPED,
    CSV,
    GEOJSON,
    JSON,
    OBJECT,
    OBJECT_STRIPPED,
    MediaType,
    parse_media_type,
)
from pgrest_wsgi.catalog.routine import ANY_ROW, MediaHandler
from pgrest_wsgi.errors import MEDIA_TYPE
from pgrest_wsgi.names import QualifiedName


class Handler(Enum):
    """Makes the body of an answer from its rows."""

    ARRAY = "array"
    ARRAY_STRIPPED = "array, nulls stripped"
    OBJECT = "object"
    OBJECT_STRIPPED = "object, nulls stripped"
    CSV = "csv"
    GEOJSON = "geojson"
    NOTHING = "nothing"


class CustomHandler(NamedTuple):
    """The database's own maker of a media type.

    An `aggregate` makes it of rows, of a relation's (`row_type`) or of any; without one the value
    of a function is the body itself. What is made is bytes or XML (`is_raw`), or becomes text.
    """

    aggregate: QualifiedName | None
    row_type: QualifiedName | None
    is_raw: bool


class Offer(NamedTuple):
    """A media type that can be answered, and what makes it."""

    media_type: MediaType
    handler: Handler | CustomHandler


# What an accepted type gets, where the database has no handler of its own for it.
OFFERS = {
    ANY: Offer(JSON, Handler.ARRAY),
    JSON: Offer(JSON, Handler.ARRAY),
    CSV: Offer(CSV, Handler.CSV),
    GEOJSON: Offer(GEOJSON, Handler.GEOJSON),
}
# Of these the form matters, so that nothing else may answer in their place.
FIXED = {
    ARRAY_STRIPPED: Offer(ARRAY_STRIPPED, Handler.ARRAY_STRIPPED),
    OBJECT: Offer(OBJECT, Handler.OBJECT),
    OBJECT_STRIPPED: Offer(OBJECT_STRIPPED, Handler.OBJECT_STRIPPED),
}
SINGULAR = (OBJECT, OBJECT_STRIPPED)

MediaHandlers = Mapping[tuple[QualifiedName, str], MediaHandler]


class Makers(NamedTuple):
    """What can make an answer: of whole rows of `subject` its own handlers, else those of any."""

    handlers: MediaHandlers
    subject: QualifiedName
    whole_rows: bool
    plans: bool  # whether ``EXPLAIN`` is allowed


def negotiate(accept: tuple[MediaType, ...], makers: Makers) -> Offer:
    """Choose the media type of the answer. Raises PGRST107 where none can be made."""
    for wanted in accept:
        offer = make_offer(wanted, makers)
        if offer is not None:
            return offer
    raise MEDIA_TYPE(media_types=", ".join(wanted.name for wanted in accept))


def make_offer(wanted: MediaType, makers: Makers) -> Offer | None:
    if wanted.explained is not None:
        explained = make_offer(wanted.explained.media_type, makers) if makers.plans else None
        return explained and Offer(wanted, explained.handler)
    return FIXED.get(wanted) or _own(wanted, makers) or _of_any(wanted, makers)


def _own(wanted: MediaType, makers: Makers) -> Offer | None:
    """What the relation or function makes itself: first that which stands for all types."""
    if not makers.whole_rows:
        return None
    for name in (ANY.name, wanted.name):
        handler = makers.handlers.get((makers.subject, name))
        if handler is not None:
            return _custom(handler, makers.subject)
    return None


def _of_any(wanted: MediaType, makers: Makers) -> Offer | None:
    handler = makers.handlers.get((ANY_ROW, wanted.name))
    return OFFERS.get(wanted) if handler is None else _custom(handler, None)


def _custom(handler: MediaHandler, row_type: QualifiedName | None) -> Offer:
    maker = CustomHandler(handler.aggregate, row_type, handler.is_raw)
    return Offer(parse_media_type(handler.media_type), maker)
