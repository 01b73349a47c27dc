"""Generated requests, right and wrong ones mixed: always an answer, never a syntax error in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from pgrest_wsgi import make_app
from pgrest_wsgi.api.legacy import OLD_OPERATORS
from pgrest_wsgi.api.operators import IS_KEYWORDS, OPERATORS

TABLES = ("films", "people", "roles", "festivals", "screenings", "reviews", "nothing", "fil ms")
NAMES = ("id", "title", "year", "facts", "tags", "licensed", "search", "genre", "ghost", "*")
ODD_NAMES = ('"a b"', '"say \\"hi\\""', "a-b", "ä", "$x", "1st", "select", "", ":", "(", '"', ".")
TYPES = ("text", "int", "numeric", "double precision", "jsonb", "genre", "int x", "1", "'", "[]")
WORDS = (
    "1",
    "-5",
    "2000",
    "null",
    "true",
    "{1,2}",
    "(1,2)",
    '("a,b",c)',
    "[1,5)",
    "lantern",
    "*a*",
)
JUNK = (
    "",
    "'",
    '"',
    "\\",
    "--",
    ";",
    "/*",
    "$1",
    "%00",
    "\x00",
    "%ff",
    "\n",
    "{",
    ")",
    "((",
    "é",
    "😀",
)

RELATIONS = (
    "people!director_id",
    "writer_id",
    "people!roles",
    "films",
    "films!roles",
    "films!director_id",
    "box_office",
    "reviews",
    "roles",
    "screenings",
    "festivals",
    "sequel_of",
    "members",
    "ratings",
    "latest_screening",
    "people",
    "ghosts",
    "films!ghost",
)

names = st.sampled_from(NAMES + ODD_NAMES)
paths = st.sampled_from(
    ("", "", "", "->a", "->>a", "->0", "->>-1", "->a->b->>c", '->"x y"', "->", "->>")
)
casts = st.sampled_from(("", "", "", *(f"::{name}" for name in TYPES)))
aliases = st.sampled_from(("", "", "x:", '"x y":', "::", ":"))
fields = st.builds("{}{}".format, names, paths)
braces = st.sampled_from(("director{*}", "x:roles{ id ,", "reviews{}", "people!a{", "}", "(*)"))
aggregates = st.sampled_from(("", "", "", ".sum()", ".max()", ".count()", ".avg()::int", ".x()"))
columns = st.builds("{}{}{}{}".format, aliases, fields, casts, aggregates)
relations = st.builds(
    "{}{}{}({{}})".format,
    st.sampled_from(("", "", "x:", "y:", "...", "...")),
    st.sampled_from(RELATIONS),
    st.sampled_from(("", "", "!inner", "!left", "!outer")),
)
items = st.recursive(
    st.one_of(columns, columns, braces, st.sampled_from(("count()", "*", "id"))),
    lambda inner: st.builds(
        lambda relation, below: relation.format(",".join(below)),
        relations,
        st.lists(inner, max_size=3),
    ),
    max_leaves=5,
)
embed_paths = st.lists(st.sampled_from(("x", "y", *RELATIONS[1:15:3])), max_size=2).map(
    lambda path: "".join(f"{name.partition('!')[0]}." for name in path)
)
values = st.one_of(st.sampled_from(WORDS + JUNK), st.text(max_size=8))
operators = st.sampled_from(
    (
        *(operator.name for operator in OPERATORS),
        "eq(any)",
        "like(all)",
        "fts(english)",
        *OLD_OPERATORS,
        "xx",
        "not",
    )
)
negations = st.sampled_from(("", "", "not.", "not.not."))
keywords = st.sampled_from((*IS_KEYWORDS, "NULL", "other"))
conditions = st.one_of(
    st.builds("{}{}.{}".format, negations, operators, values),
    st.builds("{}is.{}".format, negations, keywords),
    values,
)
leaves = st.builds("{}.{}".format, fields, conditions)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        "{}({})".format,
        st.sampled_from(("and", "or", "not.and", "not.or", "xor", "")),
        st.lists(inner, max_size=3).map(",".join),
    ),
    max_leaves=6,
)
orders = st.builds(
    "{}{}".format,
    st.one_of(fields, st.builds("{}({})".format, st.sampled_from(("x", "box_office")), fields)),
    st.sampled_from(("", ".asc", ".desc", ".desc.nullslast", ".nullsfirst", ".up", ".")),
)
numbers = st.sampled_from(("0", "1", "5", "-1", "x", "", "9" * 30, "0x10"))
parameters = st.one_of(
    st.tuples(st.just("select"), st.lists(items, max_size=4).map(",".join)),
    st.tuples(st.builds("{}{}".format, embed_paths, fields), conditions),
    st.tuples(
        st.builds("{}{}".format, embed_paths, st.sampled_from(("and", "or", "not.and", "not.or"))),
        trees.map("({})".format),
    ),
    st.tuples(embed_paths.map("{}order".format), st.lists(orders, max_size=3).map(",".join)),
    st.tuples(st.builds("{}{}".format, embed_paths, st.sampled_from(("limit", "offset"))), numbers),
    st.tuples(
        st.sampled_from(("x", "y", "reviews", "box_office")),
        st.sampled_from(("is.null", "not.is.null")),
    ),
    st.tuples(values, values),
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(
            ("text/csv", "application/vnd.pgrst.object+json", "x/y", "*/*;q=0")
        ),
        "Range": st.sampled_from(("0-4", "5-2", "2-", "x")),
        "Prefer": st.sampled_from(
            (
                "count=exact",
                "count=planned",
                "handling=strict, x",
                "timezone=x",
                "plurality=singular",
            )
        ),
    },
)


@pytest.fixture(scope="module")
def client(demo_uri: str) -> Iterator[Client]:
    app = make_app(
        db_uri=demo_uri, db_schemas="api", db_anon_role="demo_anon", db_aggregates_enabled=True
    )
    yield Client(app)
    app.close()


def encode(text: str) -> str:
    """Percent-encode what a client must; what is encoded already stays as it is."""
    return quote(text, safe="%*(),:\"'$->.!{}[]")


@settings(
    max_examples=2500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=st.sampled_from(("GET", "GET", "HEAD")),
    table=st.sampled_from(TABLES),
    query=st.lists(parameters, max_size=5),
    sent=headers,
)
def test_any_request_has_an_answer_and_none_a_syntax_error(
    client: Client, method: str, table: str, query: list[tuple[str, str]], sent: dict[str, str]
) -> None:
    text = "&".join(f"{encode(name)}={encode(value)}" for name, value in query)
    response = client.open(f"/{encode(table)}?{text}", method=method, headers=sent)
    assert response.status_code < 500, response.text
    assert "error=42601" not in response.headers.get("Proxy-Status", ""), response.text
    if method == "GET" and response.status_code >= 400:
        assert json.loads(response.text)["code"]
