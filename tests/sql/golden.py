"""The format of the golden files: reading requests from them, and writing what they become.

A file is a paragraph about its topic, then pairs with a blank line before each::

    -- GET /films?year=gte.2000
    -- Prefer: count=exact
    -- db-max-rows = 10
    -- $1 = 2000
    WITH …

A pair begins with its request: method and URL, headers (``Name: value``), settings that differ
from the usual ones (``name = value``), and a body in JSON, where it has one. Below it is what we
make of it: for each statement its parameters and its SQL, with a line break and indent for some of
its blanks, and a word for what is nearly always the same. The topic `SESSION` shows the statements
in front of the main one, the others show the rest.
"""

from __future__ import annotations

import re
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config import read_config
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.database.introspection import read_catalog
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.work import Step

FILES = tuple(sorted(Path(__file__).parent.glob("*.sql")))
SESSION = "session"
MEDIA_TYPES = "media_types"
ROLE = "demo_anon"

_COMMENT = "-- "
_BREAK = "\n  "
_BODY = ("{", "[")
_SETTING = re.compile(r"([a-z-]+) = ?(.*)")
_BREAKS = re.compile(
    r"(?<!DISTINCT) (?=(?:FROM|(?:LEFT|INNER) JOIN|WHERE|GROUP BY|ORDER BY|LIMIT|OFFSET) )"
    r"| (?=RETURNING )"
    r'| (?=SET ")| (?=ON CONFLICT)'
    r"|(?<=\)) (?=SELECT )"
    r"|(?<=\),) (?=set_config)"
    r'| (?="pgrst_source_count" AS)'
    r'|(?<=AS "total",) |(?<=AS "page_total",) |(?<=AS "body",) |(?<=AS "headers",) '
    r'|(?<=AS "status",) |(?<=AS "location",) '
)

# The usual envelope of the rows. The topic `MEDIA_TYPES` shows it, elsewhere a word stands for it.
_ENVELOPE = (
    'SELECT CAST(NULL AS bigint) AS "total", count("pgrst_page") AS "page_total", '
    """COALESCE(json_agg("pgrst_page"), '[]') AS "body", """
    """nullif(current_setting('response.headers', true), '') AS "headers", """
    """nullif(current_setting('response.status', true), '') AS "status" """
    'FROM "pgrst_source" AS "pgrst_page"'
)
_ENVELOPE_WORD = "(…)"

# What functions asked of the answer: the same in every statement.
_ASKED = (
    """nullif(current_setting('response.headers', true), '') AS "headers", """
    """nullif(current_setting('response.status', true), '') AS "status\""""
)


class Pair(NamedTuple):
    """A request, line by line without comment marks, and all of its text in the file."""

    topic: str
    request: tuple[str, ...]
    text: str


def read_pairs(path: Path) -> tuple[str, tuple[Pair, ...]]:
    """The paragraph at the top of a file, and its pairs."""
    top, *blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return top, tuple(Pair(path.stem, _request(block), block) for block in blocks)


def _request(block: str) -> tuple[str, ...]:
    lines = takewhile(lambda line: line.startswith(_COMMENT), block.splitlines())
    return tuple(
        line.removeprefix(_COMMENT) for line in lines if not line.startswith(f"{_COMMENT}$")
    )


def demo_catalog(demo_uri: str) -> Catalog:
    """The catalog that golden files are compiled against."""
    return read_catalog(_config({"db_uri": demo_uri}))[0]


def _config(settings: dict[str, str]) -> Config:
    return read_config({"db_schemas": "api", "db_anon_role": ROLE, **settings}, {}, None)


def compile_pair(pair: Pair, catalog: Catalog) -> tuple[Step, ...]:
    """What a pair's request sends to PostgreSQL, as far as its topic shows it."""
    settings = (_SETTING.fullmatch(line) for line in pair.request)
    config = _config({line[1].replace("-", "_"): line[2] for line in settings if line})
    call = read_call(Request(_environ(pair.request)), config)
    operation = compile_operation(call.shape, config, catalog)
    work = operation.bind(call.values, Identity(ROLE, authenticated=False))
    return work.steps[: work.main] if pair.topic == SESSION else work.steps[work.main :]


def _environ(request: tuple[str, ...]) -> dict[str, Any]:
    method, url = request[0].split(" ", 1)
    path, _, query = url.partition("?")
    body = "".join(line for line in request if line.startswith(_BODY)).encode()
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body) or ""), "wsgi.input": BytesIO(body),
    }  # fmt: skip
    for line in request[1:]:
        name, colon, value = line.partition(": ")
        if colon and not line.startswith(_BODY):
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


def write_pair(pair: Pair, steps: tuple[Step, ...]) -> str:
    """The text of a pair, as it should stand in its file."""
    lines = [_COMMENT + line for line in pair.request]
    for sql, parameters in steps:
        for place, value in enumerate(parameters, start=1):
            lines.append(f"{_COMMENT}${place} = {(value or b'').decode()}".rstrip())
        shown = fold(sql.decode())
        if pair.topic != MEDIA_TYPES:
            shown = shown.replace(fold(_ENVELOPE), _ENVELOPE_WORD)
            shown = shown.replace(fold(_ASKED), _ENVELOPE_WORD)
        lines.append(shown + ";")
    return "\n".join(lines)


def fold(sql: str) -> str:
    """SQL on several lines, indented; line breaks of its own must not look like ours."""
    if _BREAK in sql:
        raise ValueError(f"ambiguous line break in {sql}")
    return _BREAKS.sub(_BREAK, sql)
