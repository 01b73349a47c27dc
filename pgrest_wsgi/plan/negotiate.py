"""Content negotiation: the first accepted media type that can be made, and who makes it.

Upstream: https://docs.postgrest.org/en/v16/references/api/media_type_handlers.html.
The handlers' SQL is in `sql.handlers`; here they are only names.
"""

from __future__ import annotations

from enum import Enum

from pgrest_wsgi.api.media_types import (
    ANY,
    ARRAY_STRIPPED,
    CSV,
    GEOJSON,
    JSON,
    OBJECT,
    OBJECT_STRIPPED,
    MediaType,
)
from pgrest_wsgi.errors import MEDIA_TYPE


class Handler(Enum):
    """Makes the body of an answer from its rows."""

    ARRAY = "array"
    ARRAY_STRIPPED = "array, nulls stripped"
    OBJECT = "object"
    OBJECT_STRIPPED = "object, nulls stripped"
    CSV = "csv"
    GEOJSON = "geojson"
    NOTHING = "nothing"


# What an accepted type gets: the type that is answered and its handler.
OFFERS = {
    ANY: (JSON, Handler.ARRAY),
    JSON: (JSON, Handler.ARRAY),
    CSV: (CSV, Handler.CSV),
    GEOJSON: (GEOJSON, Handler.GEOJSON),
    ARRAY_STRIPPED: (ARRAY_STRIPPED, Handler.ARRAY_STRIPPED),
    OBJECT: (OBJECT, Handler.OBJECT),
    OBJECT_STRIPPED: (OBJECT_STRIPPED, Handler.OBJECT_STRIPPED),
}

SINGULAR = (OBJECT, OBJECT_STRIPPED)


def negotiate(accept: tuple[MediaType, ...]) -> tuple[MediaType, Handler]:
    """Choose the media type of the answer. Raises PGRST107 where none can be made."""
    for wanted in accept:
        if wanted in OFFERS:
            return OFFERS[wanted]
    raise MEDIA_TYPE(media_types=", ".join(wanted.name for wanted in accept))
