"""Bodies as requests carry them: what decides SQL, and which bytes are bound."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.payload import Payload, PayloadKind, PayloadShape, parse_form, read_payload
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.errors import PgrestError

FORM = "application/x-www-form-urlencoded"
EMPTY = PayloadShape(PayloadKind.JSON)


def read(
    body: bytes | str,
    content_type: str | None = "application/json",
    columns: tuple[str, ...] | None = None,
    method: str = "POST",
    *,
    for_function: bool = False,
) -> Payload:
    """Read a body as a request brings it."""
    raw = body if isinstance(body, bytes) else body.encode()
    environ = {
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.input": io.BytesIO(raw),
    }
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    return read_payload(Request(environ), columns, for_function=for_function)


def refusal(body: bytes | str, content_type: str, *, for_function: bool = False) -> str:
    """The words that a body is refused with."""
    with pytest.raises(PgrestError) as caught:
        read(body, content_type, for_function=for_function)
    assert (caught.value.code, caught.value.status) == ("PGRST102", 400)
    return caught.value.message


# -- JSON -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "columns", "is_object"),
    [
        ('{"b": 1.00, "a": [ ]}', ("a", "b"), True),
        (' \r\n\t{"a":1}', ("a",), True),
        ("{}", (), True),
        ('[{"b": 1, "a": 2}]', ("a", "b"), False),
        ("\n[{},{}]", (), False),
        ("[]", (), False),
    ],
)
@pytest.mark.parametrize("for_function", [False, True])
def test_json(body: str, columns: tuple[str, ...], is_object: bool, for_function: bool) -> None:
    """Sorted keys and the kind of the document decide SQL; the bytes stay as they are."""
    shape = PayloadShape(PayloadKind.JSON, columns, is_object)
    assert read(body, for_function=for_function) == (shape, body.encode())


@pytest.mark.parametrize("body", ["5", " true", "null", '"{}"'])
def test_scalars_are_no_rows(body: str) -> None:
    """As in v16.2, what is neither object nor array counts as an empty array."""
    assert read(body) == read(body, for_function=True) == (EMPTY, b"[]")


def test_bytes_that_json_could_change_are_kept() -> None:
    """Large numbers, escapes, repeated keys and blanks reach PostgreSQL as they were sent."""
    body = b'[{"a" : 1' + b"0" * 5000 + b'.10E5,"a":"\\u00e9\\/\xc3\xa9" , "b":1.0}\n]\r\n'
    assert read(body) == (PayloadShape(PayloadKind.JSON, ("a", "b")), body)


@pytest.mark.parametrize("body", ["", "{", '{"a":NaN}', '[{"a":1},{"b":1}]', "[1]"])
def test_refused_json(body: str) -> None:
    """What is no JSON, and what is no set of rows, is refused before any SQL is made."""
    assert refusal(body, "application/json") in (
        "Empty or invalid json",
        "All object keys must match",
    )


def test_functions_may_get_no_body() -> None:
    """An empty body names no arguments; it stays empty for a function that takes it whole."""
    assert read("", for_function=True) == (EMPTY, b"")
    assert refusal(" ", "application/json", for_function=True) == "Empty or invalid json"


@pytest.mark.parametrize(
    ("body", "is_object"),
    [
        ('{"a":1,"ghost":2}', True),
        ('\t{"a":', True),
        ('[{"a":1},{"b":2},3]', False),
        ("5", False),
        ("", False),
        ('\xa0{"a":1}', False),
    ],
)
@pytest.mark.parametrize("for_function", [False, True])
def test_with_columns_the_body_is_not_read(body: str, is_object: bool, for_function: bool) -> None:
    """PostgreSQL judges it; only whether it begins as an object is looked at."""
    shape = PayloadShape(PayloadKind.JSON, ("a", "b"), is_object)
    found = read(body, columns=("a", "b"), for_function=for_function)
    assert found == (shape, body.encode())


def test_columns_are_for_post_and_patch() -> None:
    """A PUT replaces a row by all of its body."""
    shape = PayloadShape(PayloadKind.JSON, ("a",), is_object=True)
    assert read('{"a":1}', columns=("b",), method="PUT")[0] == shape
    assert read('{"a":1}', columns=("b",), method="PATCH")[0] == shape._replace(columns=("b",))


# -- CSV and forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("for_function", [False, True])
def test_csv(for_function: bool) -> None:
    """Rows become JSON; the parameter `columns` does not count."""
    shape = PayloadShape(PayloadKind.CSV, ("a", "b"))
    value = b'[{"b":"1","a":null}]'
    found = read("b,a\n1,NULL\n", "text/csv", ("b",), for_function=for_function)
    assert found == (shape, value)
    assert read("b,a\n", "text/csv", for_function=for_function) == (
        PayloadShape(PayloadKind.CSV),
        b"[]",
    )


@pytest.mark.parametrize(
    ("body", "columns", "value"),
    [
        ("b=1&a=two+words", ("a", "b"), '{"b": "1", "a": "two words"}'),
        ("a=1&a=2", ("a",), '{"a": "2"}'),
        ("a=null&b=", ("a", "b"), '{"a": "null", "b": ""}'),
        ("a=%22%C3%A9%5C", ("a",), '{"a": "\\"é\\\\"}'),
        ("a=%00", ("a",), '{"a": "\\u0000"}'),
        ("", (), "{}"),
    ],
)
def test_forms_for_tables(body: str, columns: tuple[str, ...], value: str) -> None:
    """A form is one row of texts; `columns` does not count."""
    shape = PayloadShape(PayloadKind.JSON, columns, is_object=True)
    assert read(body, f"{FORM}; charset=utf-8", ("x",)) == (shape, value.encode())


def test_forms_for_functions() -> None:
    """Names are shape; the form itself is the value, for a repeated one may be variadic."""
    shape = PayloadShape(PayloadKind.ARGUMENTS, ("a", "b"))
    assert read("b=1&a=2&b=%33", FORM, for_function=True) == (shape, b"b=1&a=2&b=%33")
    assert parse_form(b"b=1&a=2&b=%33") == (("b", "1"), ("a", "2"), ("b", "3"))
    assert read("", FORM, for_function=True) == (PayloadShape(PayloadKind.ARGUMENTS), b"")


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        (b"a", (("a", ""),)),
        (b"?a=1", (("a", "1"),)),
        (b"a=1;b=?2&", (("a", "1"), ("b", "?2"))),
        (b"a=b=c&=d", (("a", "b=c"), ("", "d"))),
        ("ä=ö".encode(), (("ä", "ö"),)),
        (b"a=%zz%4", (("a", "%zz%4"),)),
        (b"a=" + b"b" * 100_000, (("a", "b" * 100_000),)),
    ],
)
def test_form_grammar(body: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    """That of a query string, but of any length; a name without a value has an empty one."""
    assert parse_form(body) == pairs


@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", b"%c3=1", b"a=%ed%a0%80"])
def test_forms_are_utf8(body: bytes) -> None:
    """v16.2 breaks at other bytes; here they are the client's error."""
    assert refusal(body, FORM) == "Invalid UTF-8 in the form"
    assert refusal(body, FORM, for_function=True) == "Invalid UTF-8 in the form"


# -- whole arguments, and what is not acceptable --------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "kind", "body", "value"),
    [
        ("text/plain", PayloadKind.TEXT, " läne\r\ntwo ".encode(), " läne\r\ntwo ".encode()),
        ("text/plain; charset=latin-1", PayloadKind.TEXT, b"\xff", b"\xff"),
        ("text/xml", PayloadKind.XML, b"<a/>", b"<a/>"),
        ("application/octet-stream", PayloadKind.OCTETS, b"\0\xff\n", b"\\x00ff0a"),
        ("application/octet-stream", PayloadKind.OCTETS, b"", b"\\x"),
    ],
)
def test_whole_arguments(content_type: str, kind: PayloadKind, body: bytes, value: bytes) -> None:
    """Functions take texts and XML as they are, octets as the hexadecimal text of a bytea."""
    assert read(body, content_type, ("a",), for_function=True) == (PayloadShape(kind), value)
    told = f"Content-Type not acceptable: {content_type.partition(';')[0]}"
    assert refusal(body, content_type) == told


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        ("application/xml", "application/xml"),
        ("application/vnd.api+json", "application/vnd.api+json"),
        ("Application/JSON5; a=b", "Application/JSON5; a=b"),
        ("APPLICATION/vnd.pgrst.object; nulls=none", "application/vnd.pgrst.object+json"),
        ("application/geo+json", "application/geo+json"),
        ("multipart/form-data; boundary=x", "multipart/form-data; boundary=x"),
        ("*/*", "*/*"),
        ("nonsense", "nonsense"),
        ("{x}", "{x}"),
    ],
)
@pytest.mark.parametrize("for_function", [False, True])
def test_content_types_that_are_not_acceptable(
    content_type: str, told: str, for_function: bool
) -> None:
    """The type is told as it was sent, or by its name where it has one here."""
    found = refusal("{}", content_type, for_function=for_function)
    assert found == f"Content-Type not acceptable: {told}"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "APPLICATION/json",
        "application/json;charset=iso-8859-1",
        "application/json'; drop",
        "application/vnd.pgrst.array+json",
    ],
)
def test_content_types_that_mean_json(content_type: str | None) -> None:
    """JSON is what is meant where nothing is said; its parameters do not count."""
    assert read("{}", content_type)[0].kind is PayloadKind.JSON


@pytest.mark.parametrize(
    ("content_type", "columns", "for_function"),
    [
        ("application/json", ("a",), False),
        ("application/json", ("a",), True),
        ("text/plain", None, True),
        ("text/xml", None, True),
        (FORM, None, True),
    ],
)
def test_nul(content_type: str, columns: tuple[str, ...] | None, for_function: bool) -> None:
    """Bytes that libpq would cut short are refused as PostgreSQL would."""
    with pytest.raises(PgrestError) as caught:
        read(b"a\0b", content_type, columns, for_function=for_function)
    assert (caught.value.code, caught.value.status) == ("22021", 400)


@given(
    st.binary() | st.sampled_from([b"{}", b"[]", b'{"a":1}', b"a\n1", b"a=1"]),
    st.sampled_from(["application/json", "text/csv", FORM, "text/plain", "text/xml"]),
    st.none() | st.just(("a",)),
    st.booleans(),
)
def test_any_bytes(
    body: bytes, content_type: str, columns: tuple[str, ...] | None, for_function: bool
) -> None:
    """Any body is read or refused; a shape is hashable, its columns are sorted, no NUL is bound."""
    with suppress(PgrestError):
        shape, value = read(body, content_type, columns, for_function=for_function)
        assert hash(shape) == hash(PayloadShape(*shape))
        assert list(shape.columns) == sorted(set(shape.columns))
        assert b"\0" not in value
