"""Media types: the table of those with a meaning here, and how ``Accept`` ranks them.

Upstream: https://docs.postgrest.org/en/v16/references/api/resource_representation.html;
RFC 9110, 12.5.1. What PostgreSQL makes of each type is in `sql.handlers`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pgrest_wsgi.memo import keep_short


class Explained(NamedTuple):
    """What ``EXPLAIN`` is to explain, and how: ``text`` or ``json``, and names of its options."""

    media_type: MediaType
    form: str
    options: tuple[str, ...]


class MediaType(NamedTuple):
    """A media type by its canonical name.

    `charset` tells whether the answer's ``Content-Type`` names UTF-8. `explained` is set where the
    plan of another type's answer is asked for.
    """

    name: str
    charset: bool = True
    explained: Explained | None = None

    @property
    def content_type(self) -> str:
        return f"{self.name}; charset=utf-8" if self.charset else self.name


JSON = MediaType("application/json")
GEOJSON = MediaType("application/geo+json")
CSV = MediaType("text/csv")
PLAIN_TEXT = MediaType("text/plain")
XML = MediaType("text/xml")
OPENAPI = MediaType("application/openapi+json")
OPENAPI_31 = MediaType("application/vnd.oai.openapi+json;version=3.1", charset=False)
FORM = MediaType("application/x-www-form-urlencoded")
OCTETS = MediaType("application/octet-stream", charset=False)
ANY = MediaType("*/*")
OBJECT = MediaType("application/vnd.pgrst.object+json")
OBJECT_STRIPPED = MediaType("application/vnd.pgrst.object+json;nulls=stripped")
ARRAY_STRIPPED = MediaType("application/vnd.pgrst.array+json;nulls=stripped")

_BY_NAME = {
    known.name: known for known in (JSON, GEOJSON, CSV, PLAIN_TEXT, XML, OPENAPI, FORM, OCTETS, ANY)
}
# Of this one the version matters, so that it is known with it only.
_BY_TEXT = {OPENAPI_31.name: OPENAPI_31, OPENAPI_31.name.replace("3.1", '"3.1"'): OPENAPI_31}
# Vendored types: what they mean as they are, and with nulls=stripped.
_VENDORED = {
    "application/vnd.pgrst.object+json": (OBJECT, OBJECT_STRIPPED),
    "application/vnd.pgrst.object": (OBJECT, OBJECT_STRIPPED),
    "application/vnd.pgrst.array+json": (JSON, ARRAY_STRIPPED),
    "application/vnd.pgrst.array": (JSON, ARRAY_STRIPPED),
}
_PLANS = {
    "application/vnd.pgrst.plan": "text",
    "application/vnd.pgrst.plan+text": "text",
    "application/vnd.pgrst.plan+json": "json",
}
PLAN_OPTIONS = ("analyze", "verbose", "settings", "buffers", "wal")

_NAME = re.compile(r"([A-Za-z0-9.*]+)/([A-Za-z0-9.*+-]+)")
_PARAMETER = re.compile(r'\s*;\s*([A-Za-z0-9-]+)\s*=\s*(?:"([^"\x00-\x1f\x7f]*)"|([A-Za-z0-9|-]+))')
_QUALITY = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


@keep_short
def parse_media_type(text: str) -> MediaType:
    """The media type that a text names; one that means nothing here keeps its text."""
    name, parameters = _split(text)
    if text.lower() in _BY_TEXT:
        return _BY_TEXT[text.lower()]
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in _VENDORED:
        return _VENDORED[name][parameters.get("nulls") == "stripped"]
    if name in _PLANS:
        return _plan(_PLANS[name], parameters)
    return MediaType(text, charset=False)


def _split(text: str) -> tuple[str, dict[str, str]]:
    found = _NAME.match(text)
    if found is None:
        return text, {}
    parameters = {}
    parameter = _PARAMETER.match(text, found.end())
    while parameter:
        key, quoted, plain = parameter.groups()
        parameters[key.lower()] = plain if quoted is None else quoted
        parameter = _PARAMETER.match(text, parameter.end())
    return found[0].lower(), parameters


def _plan(form: str, parameters: dict[str, str]) -> MediaType:
    explained = parse_media_type(parameters.get("for", JSON.name))
    asked = parameters.get("options", "").split("|")
    options = tuple(option for option in PLAN_OPTIONS if option in asked)
    suffix = f"; options={'|'.join(options)}" if options else ""
    name = f'application/vnd.pgrst.plan+{form}; for="{explained.name}"{suffix}'
    return MediaType(name, explained=Explained(explained, form, options))


@keep_short
def parse_accept(header: str | None) -> tuple[MediaType, ...]:
    """The media types of an ``Accept`` header, most wanted first; any where there is none."""
    if header is None:
        return (ANY,)
    ranked = [_ranked(item) for item in header.split(",")] if header else []
    ranked.sort(key=lambda pair: pair[1], reverse=True)
    return tuple(parse_media_type(name) for name, _ in ranked)


def _ranked(item: str) -> tuple[str, tuple[float, int]]:
    name, _, quality = item.replace(" ", "").partition(";q=")
    found = _QUALITY.match(quality)
    precision = name.count(";") - name.count("*")
    return name, (float(found[0]) if found else 1.0, precision)
