"""The cut: what decides SQL is in the shape, what is only bound is in the values."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.filters import Filter, Operand
from pgrest_wsgi.api.logic import LogicNode
from pgrest_wsgi.api.media_types import ANY, CSV, OPENAPI
from pgrest_wsgi.api.payload import PayloadKind, PayloadShape
from pgrest_wsgi.api.preferences import Preferences
from pgrest_wsgi.api.shape import Action, Call
from pgrest_wsgi.config import read_config
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.environs import CONFIG, call, make_request
from tests.unit.api.texts import ANY_TEXT


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escape(text: str) -> str:
    return quote_from_bytes(text.encode())


Sample = tuple[list[str], int, int, str]
SAMPLES = st.tuples(
    st.lists(ANY_TEXT, min_size=6, max_size=6),
    st.integers(0, 10**18),
    st.integers(0, 10**18),
    st.text("abc/_", max_size=8),
)


def sample_call(sample: Sample) -> Call:
    """A request that uses a value wherever one can stand."""
    texts, offset, embedded_offset, word = sample
    a, b, c, d, e, f = texts
    query = (
        f"title=eq.{escape(a)}&tags=in.({escape(quoted(b))},{escape(quoted(c))})&year=is.null"
        f"&or=(genre.neq.{escape(quoted(d))},not.and(id.gt.{escape(quoted(e))},a.is.true))"
        f"&people.name=not.like(any).{escape(f)}"
        f"&select=title,people(name)&order=year.desc&limit=5&offset={offset}"
        f"&people.offset={embedded_offset}"
    )
    return call(
        query,
        HTTP_PREFER=f"timezone=UTC{word},max-affected={offset % 100},count=exact",
        HTTP_X_TRACE=word,
        HTTP_COOKIE=f"session={word}",
        HTTP_AUTHORIZATION=word,
        REMOTE_ADDR=word,
    )


@given(SAMPLES, SAMPLES)
def test_requests_that_differ_in_values_have_one_shape(one: Sample, other: Sample) -> None:
    """Operands, offsets, free preferences, headers and cookies leave shape and hash alone."""
    first, second = sample_call(one).shape, sample_call(other).shape
    assert first == second
    assert hash(first) == hash(second)


def leaves(node: LogicNode) -> list[Filter]:
    if isinstance(node, Filter):
        return [node]
    return [leaf for item in node.items for leaf in leaves(item)]


@given(SAMPLES)
def test_every_operand_stands_where_its_filter_says(sample: Sample) -> None:
    """Following the index of each filter leads to the operand that was written behind it."""
    found = sample_call(sample)
    a, b, c, d, e, f = sample[0]
    written: dict[str, Operand] = {
        "title": a, "tags": (b, c), "year": "", "genre": d, "id": e, "a": "", "name": f,
    }  # fmt: skip
    named = [leaf for _, node in found.shape.filters for leaf in leaves(node)]
    read = {leaf.field.name: found.values.operands[leaf.operand] for leaf in named}
    assert read == written
    assert sorted(leaf.operand for leaf in named) == list(range(len(found.values.operands)))
    assert found.values.offsets == (sample[1], sample[2])
    assert found.values.top_offset == sample[1]


QUERIES = [
    "", "select=id", "select=id,title", "select=id::text", "select=a:id", "select=facts->a",
    "select=facts->>a", "select=people(name)", "select=people!inner(name)", "select=people!x(name)",
    "select=...people(name)", "id=eq.1", "id=not.eq.1", "id=gt.1", "id=eq(any).1", "id=eq(all).1",
    "id=in.(1)", "id=is.null", "id=is.true", "year=eq.1", "facts->a=eq.1", "facts->0=eq.1",
    "title=fts.a", "title=fts(english).a", "title=fts(german).a", "people.id=eq.1",
    "id=eq.1&id=eq.1", "and=(id.eq.1)", "or=(id.eq.1)", "not.or=(id.eq.1)",
    "or=(id.eq.1,id.eq.1)", "people.or=(id.eq.1)", "order=id", "order=id.desc",
    "order=id.nullsfirst", "order=people(id)", "people.order=id", "limit=1", "limit=2", "limit=0",
    "offset=1", "limit=1&offset=1", "people.limit=1", "people.offset=1",
]  # fmt: skip
HEADERS = [
    {"HTTP_ACCEPT": "text/csv"}, {"HTTP_ACCEPT": "text/csv,*/*"}, {"HTTP_ACCEPT": "*/*,a/b"},
    {"HTTP_PREFER": "count=exact"}, {"HTTP_PREFER": "count=planned"},
    {"HTTP_PREFER": "return=minimal"}, {"HTTP_PREFER": "resolution=merge-duplicates"},
    {"HTTP_PREFER": "missing=default"}, {"HTTP_PREFER": "handling=strict"},
    {"HTTP_PREFER": "handling=lenient"}, {"HTTP_PREFER": "handling=strict,x"},
    {"HTTP_PREFER": "tx=rollback"}, {"HTTP_PREFER": "timezone=UTC"},
    {"HTTP_PREFER": "max-affected=1"}, {"HTTP_ACCEPT_PROFILE": "other"}, {"HTTP_RANGE": "0-1"},
]  # fmt: skip
DIFFERENT = [
    *(call(query) for query in QUERIES),
    *(call(**headers) for headers in HEADERS),
    call(path="/people"),
    call(method="HEAD"),
]


def test_requests_that_differ_in_shape_have_different_shapes() -> None:
    """Whatever decides SQL or headers of the answer tells two shapes apart."""
    same = [
        (one.values.request.environ, other.values.request.environ)
        for one, other in combinations(DIFFERENT, 2)
        if one.shape == other.shape
    ]
    assert same == []


def test_a_plain_request() -> None:
    """Nothing asked is everything wanted."""
    shape, values = call()
    assert (shape.action, shape.schema, shape.target) == (Action.READ, "api", "films")
    assert shape.select.text == "*"
    assert (shape.filters, shape.orders, shape.limits) == ((), (), ())
    assert shape.accept == (ANY,)
    assert (values.operands, values.offsets, values.parameters) == ((), (), ())


def test_profiles() -> None:
    """The schema is the one asked for, else the first; the answer names it where there are two."""
    assert call(HTTP_ACCEPT_PROFILE="other").shape[1] == "other"
    assert call(HTTP_CONTENT_PROFILE="other").shape.schema == "api"
    assert call().shape.by_profile
    with pytest.raises(PgrestError, match="PGRST106"):
        call(HTTP_ACCEPT_PROFILE="studio")


def test_the_range_header_is_for_get_alone() -> None:
    """RFC 9110 gives Range a meaning for GET only."""
    assert call(HTTP_RANGE="5-9").values.top_offset == 5
    assert call(method="HEAD", HTTP_RANGE="5-9").shape.limits == ()


def test_accept_is_shape() -> None:
    """The media types wanted are in the shape, ranked."""
    assert call(HTTP_ACCEPT="*/*;q=0.1,text/csv").shape.accept == (CSV, ANY)


@pytest.mark.parametrize(
    ("path", "method", "action"),
    [
        ("/", "GET", Action.INSPECT),
        ("", "HEAD", Action.INSPECT_HEADERS),
        ("/", "OPTIONS", Action.ROOT_METHODS),
        ("/films", "OPTIONS", Action.TABLE_METHODS),
    ],
)
def test_what_is_about_no_rows_has_few_shapes(path: str, method: str, action: Action) -> None:
    """What such a request says of rows must be right, but does not fill the cache."""
    plain = call("", path, method).shape
    headers = {"HTTP_ACCEPT": "x/y, */*", "HTTP_PREFER": "count=exact"}
    assert call("id=eq.1&select=id&order=id&limit=1", path, method, **headers).shape == plain
    assert plain.action is action
    assert call("", path, method, HTTP_ACCEPT_PROFILE="other").shape != plain
    with pytest.raises(PgrestError, match="PGRST100"):
        call("id=1", path, method)


def test_the_root_answers_its_document_alone() -> None:
    """Of what is accepted, JSON or anything at all will do."""
    for accept in ("application/openapi+json", "a/b, application/json", "*/*;q=0.1"):
        assert call("", "/", HTTP_ACCEPT=accept).shape.accept == (OPENAPI,)
    with pytest.raises(PgrestError, match="PGRST107"):
        call("", "/", HTTP_ACCEPT="text/csv")


@pytest.mark.parametrize(
    ("query", "path", "method", "code"),
    [
        ("", "/", "POST", "PGRST117"),
        ("", "/rpc/add", "PUT", "PGRST101"),
        ("", "/films/1", "GET", "PGRST125"),
        ("", "/films/", "GET", "PGRST125"),
        ("", "/films", "TRACE", "PGRST117"),
        ("", "/films", "get", "PGRST117"),
        ("id=1", "/films", "GET", "PGRST100"),
        ("limit=-1", "/films", "GET", "PGRST103"),
    ],
)
def test_refusals(query: str, path: str, method: str, code: str) -> None:
    """Each thing that has no meaning is refused with its code."""
    with pytest.raises(PgrestError) as caught:
        call(query, path, method)
    assert caught.value.code == code


def test_of_several_errors_the_first_is_told() -> None:
    """Path, schema, method, order, logic, select, filters, range: in this order."""
    wrong = ["order=", "or=()", "select=a,", "id=1", "limit=-1"]
    words = ["parse order", "logic tree", "select parameter", "parse filter", "satisfiable"]
    for first, word in enumerate(words):
        with pytest.raises(PgrestError, match=word):
            call("&".join(reversed(wrong[first:])))
    with pytest.raises(PgrestError, match="PGRST106"):
        call("order=", method="TRACE", HTTP_ACCEPT_PROFILE="studio")
    with pytest.raises(PgrestError, match="PGRST125"):
        call("order=", "/a/b", HTTP_ACCEPT_PROFILE="studio")


@pytest.mark.parametrize(
    ("end", "transaction"), [("commit", None), ("commit-allow-override", "rollback")]
)
def test_the_transaction_is_chosen_only_where_allowed(end: str, transaction: str | None) -> None:
    """`tx=` is understood and dropped where the configuration decides: it is not invalid."""
    request = make_request(HTTP_PREFER="tx=rollback,handling=strict")
    preferences = read_call(request, read_config({"db_tx_end": end}, {})).shape.preferences
    assert preferences == Preferences(handling="strict", transaction=transaction)


class TestWrites:
    """What writing adds to the cut: the body, its columns, and where rows may meet others."""

    def test_bodies_that_differ_in_values_have_one_shape(self) -> None:
        first, second = (write("POST", f'{{"id": {n}, "title": "{n}"}}') for n in (1, 2))
        assert first.shape == second.shape
        assert first.values.body != second.values.body
        assert first.shape.payload == PayloadShape(PayloadKind.JSON, ("id", "title"), True)

    @pytest.mark.parametrize(
        "other",
        [
            {"body": '[{"id": 1}]'},
            {"body": '{"title": 1}'},
            {"body": "{}"},
            {"query": "columns=title"},
            {"query": "on_conflict=id"},
            {"query": "on_conflict=title,id"},
            {"method": "PATCH"},
            {"method": "PUT"},
            {"HTTP_PREFER": "resolution=merge-duplicates"},
            {"HTTP_PREFER": "missing=default"},
            {"HTTP_PREFER": "return=representation"},
            {"HTTP_PREFER": "tx=rollback"},
        ],
    )
    def test_what_decides_sql_is_shape(self, other: dict[str, str]) -> None:
        assert write(**other).shape != write().shape

    def test_the_number_of_rows_that_may_be_affected_is_a_value(self) -> None:
        """Whether there is one is not: it decides on a check."""
        one, two = (write("PATCH", HTTP_PREFER=f"max-affected={n}") for n in (1, 2))
        assert one.shape == two.shape != write("PATCH").shape
        assert one.values.preferences.max_affected == 1

    def test_a_delete_has_no_body(self) -> None:
        call = write("DELETE", "{")
        assert (call.shape.payload, call.values.body) == (None, b"")

    def test_limits_do_not_touch_what_is_written(self) -> None:
        """But they have to be right."""
        for method in ("POST", "PATCH", "DELETE"):
            assert write(method, query="limit=1&offset=2").shape.limits == ()
            with pytest.raises(PgrestError, match="PGRST103"):
                write(method, query="limit=-1")

    @pytest.mark.parametrize("query", ["limit=1", "offset=1", "limit=0"])
    def test_put_takes_none(self, query: str) -> None:
        with pytest.raises(PgrestError, match="PGRST114"):
            write("PUT", query=query)

    def test_the_schema_is_that_of_the_content(self) -> None:
        assert write(HTTP_CONTENT_PROFILE="other").shape.schema == "other"
        assert write(HTTP_ACCEPT_PROFILE="other").shape.schema == "api"

    def test_the_body_is_read_after_the_query(self) -> None:
        """Of two errors that of the query is told."""
        with pytest.raises(PgrestError, match="PGRST100"):
            write(body="{", query="id=1")
        with pytest.raises(PgrestError, match="PGRST102"):
            write(body="{")


def write(method: str = "POST", body: str = '{"id": 1}', query: str = "", **headers: str) -> Call:
    request = make_request(query, method=method, CONTENT_LENGTH=str(len(body)), **headers)
    request.environ["wsgi.input"] = BytesIO(body.encode())
    return read_call(request, CONFIG)


def test_options_ask_for_a_description_only_where_json_is_named() -> None:
    """And only of tables, and with the old grammar."""
    for accept, action in [
        ("application/json", Action.TABLE_DESCRIPTION),
        ("text/csv, application/json;q=0.1", Action.TABLE_DESCRIPTION),
        ("*/*", Action.TABLE_METHODS),
    ]:
        assert call("", "/films", "OPTIONS", HTTP_ACCEPT=accept).shape.action is action
    json = {"HTTP_ACCEPT": "application/json"}
    assert call("", "/", "OPTIONS", **json).shape.action is Action.ROOT_METHODS
