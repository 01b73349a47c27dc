"""The keys of JSON bodies: what is valid, which keys count, and what is never built."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.json_body import read_keys
from pgrest_wsgi.errors import PgrestError

INVALID = "Empty or invalid json"
UNEVEN = "All object keys must match"


def verdict(body: bytes) -> frozenset[str] | str:
    """The keys of a body, or the words that it is refused with."""
    try:
        return read_keys(body)
    except PgrestError as error:
        return error.message


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ('{"a": 1, "b": null}', "ab"),
        ('[{"a": 1, "b": 2}, {"b": 3, "a": 4}]', "ab"),
        ('\r\n\t [ \t{"a":1}\r\n,\n{"a":2} ]\n', "a"),
        ('{"a": 1, "a": 2}', "a"),
        ('{"a": {"x": 1}, "b": [{"y": 2}, {}]}', "ab"),
        ('[{"a": {"x": 1}}, {"a": [1]}, {"a": null}]', "a"),
        ('{"\\u0061\\n": 1}', ["a\n"]),
        ('{"": 1, "\\u0000": 2, "港": 3}', ["", "\0", "港"]),
    ],
)
def test_keys(body: str, keys: list[str] | str) -> None:
    """Those of the object, or the ones that all objects have, in any order; not those inside."""
    assert read_keys(body.encode()) == frozenset(keys)


@pytest.mark.parametrize(
    "body", ["{}", "[{}, {}]", "[]", " [ ] ", "null", "true", "5", '"{}"', ' "a" ']
)
def test_no_keys(body: str) -> None:
    """Empty objects have none; nor has an array without objects, or what is neither."""
    assert read_keys(body.encode()) == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        '[{"a": 1}, {"b": 1}]',
        '[{"a": 1}, {"a": 1, "b": 2}]',
        '[{"a": 1, "b": 2}, {"a": 1}]',
        '[{"a": 1}, {}]',
        '[{}, {"a": 1}]',
        "[1]",
        "[null]",
        "[[]]",
        '[[{"a": 1}]]',
        '[{"a": 1}, null]',
        '[{"a": 1}, ["a"]]',
        '["a", {"a": 1}]',
    ],
)
def test_arrays_hold_objects_of_the_same_keys(body: str) -> None:
    """Anything else is refused, wherever it stands."""
    assert verdict(body.encode()) == UNEVEN


@pytest.mark.parametrize(
    "body",
    [
        *("", " ", "{", "[", '{"a"', '{"a":', '{"a":1', '{"a":1,', '[{"a":1}', '[{"a":1},', "[,]"),
        *("{}x", "[]x", "[] []", '[{"a":1}]]', '[{"a":1}}', '{"a":1}}', '[{"a":1} {"a":1}]'),
        *('{"a":1,}', '[{"a":1},]', "{a:1}", "{'a':1}", '{"a" 1}', "{1:1}", '["a":1]', "{,}"),
        *("NaN", "Infinity", "-Infinity", '{"a":NaN}', '[{"a":-Infinity}]', "nul", "True"),
        *("01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "1_000", "١", '{"a":01}'),
        *('"\x01"', '"\n"', '{"a":"\t"}', '"\\x"', '"\\u12"', '"\\u12g4"', '"', '"\\"', "'a'"),
        *("\x0b{}", "\xa0{}", "{}\x0c", "{}\0", "// c\n{}", "{}/**/", "\ufeff{}"),
    ],
)
def test_what_is_no_json(body: str) -> None:
    """RFC 8259 to the letter; no extension of Python's, no byte order mark."""
    assert verdict(body.encode()) == INVALID


@pytest.mark.parametrize("body", [b'{"a":"\xff"}', b'"\xc3"', b'"\xed\xa0\x80"', b'"\xc0\xaf"'])
def test_what_is_no_utf8(body: bytes) -> None:
    """Bytes that are no text are no JSON either."""
    assert verdict(body) == INVALID


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_other_encodings(encoding: str) -> None:
    """JSON is UTF-8 without a mark; the others, which Python would guess, are refused."""
    assert verdict('{"a": 1}'.encode(encoding)) == INVALID


@pytest.mark.parametrize("body", [b"{", b"[1]", b"[" * 200_000])
def test_code(body: bytes) -> None:
    """Whatever is wrong with a body has one code."""
    with pytest.raises(PgrestError) as caught:
        read_keys(body)
    assert (caught.value.code, caught.value.status) == ("PGRST102", 400)


def test_malformed_json_is_told_before_uneven_keys() -> None:
    """Elements are read to the end even where two of them differ already."""
    assert verdict(b'[{"a":1},{"b":1},{]') == INVALID
    assert verdict(b"[1, 2") == INVALID


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        (r"\ud83d\ude00", True),
        (r"\uD83D\uDE00", True),
        (r"\\ud83d", True),
        (r"\u00e9\ud7ff\ue000", True),
        (r"\"\ud83d\ude00\"", True),
        (r"\ud83d", False),
        (r"\uDE00", False),
        (r"\ude00\ud83d", False),
        (r"\ud83d\ud83d\ude00", False),
        (r"\ud83d\ude00\ude00", False),
        (r"\ud83d \ude00", False),
        (r"\ud83d\n\ude00", False),
        (r"\\\ud83d", False),
        (r"\ud83d\\ude00", False),
        (r"\\ud83d\ude00", False),
    ],
)
def test_halves_of_characters(text: str, is_whole: bool) -> None:
    """An escaped surrogate needs its other half; a backslash may itself be escaped."""
    value, key = f'{{"a":"{text}"}}', f'{{"{text}":1}}'
    assert (verdict(value.encode()) != INVALID) == is_whole
    assert (verdict(key.encode()) != INVALID) == is_whole


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "9" * 5000, "1e999999999", "0." + "1" * 5000])
def test_numbers_are_not_converted(number: str) -> None:
    """However long or large, a number is left to PostgreSQL."""
    assert read_keys(f'[{{"a":{number}}}]'.encode()) == {"a"}


def test_nesting() -> None:
    """What a person would send is read; what is deeper than Python's stack is refused as such."""
    deep = "[" * 500 + "]" * 500
    assert read_keys(f'{{"a":{deep}}}'.encode()) == {"a"}
    for endless in (b"[" * 200_000, b'{"a":' * 200_000, b'{"a":' + b"[" * 200_000):
        assert verdict(endless) == "Too deeply nested json"


# -- any document ---------------------------------------------------------------------------------

KEYS = st.sampled_from(["a", "b", "é", "\\", '"'])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
EVEN_ROWS = st.sets(KEYS).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, VALUES)))
)
DOCUMENTS = VALUES | EVEN_ROWS
FORMS: st.SearchStrategy[str] = st.builds(
    json.dumps,
    DOCUMENTS,
    ensure_ascii=st.booleans(),
    indent=st.none() | st.just(1),
    separators=st.sampled_from([None, (",", ":"), (" ,\t", "\r\n: ")]),
)
DAMAGE = st.sampled_from(["", *'{}[],:"\\ 0-eu\t\ud800', "NaN", "\\ud83d", "\x01"])


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A document in which something was put in the place of a character."""
    text = draw(FORMS)
    place = draw(st.integers(0, len(text)))
    damage: str = draw(DAMAGE)
    return text[:place] + damage + text[place + draw(st.integers(0, 1)) :]


def refuse(constant: str) -> None:
    raise ValueError(constant)


def expected(text: str) -> frozenset[str] | str:
    """The same verdict from the whole document: objects as tuples of pairs, arrays as lists."""
    try:
        text.encode()
        document: Any = json.loads(text, object_pairs_hook=tuple, parse_constant=refuse)
        json.dumps(document, ensure_ascii=False).encode()
    except ValueError:
        return INVALID
    if isinstance(document, tuple):
        return frozenset(key for key, _ in document)
    if not isinstance(document, list) or not document:
        return frozenset()
    if not all(isinstance(element, tuple) for element in document):
        return UNEVEN
    keys = {frozenset[str](key for key, _ in element) for element in document}
    return keys.pop() if len(keys) == 1 else UNEVEN


@given(FORMS | damaged())
def test_any_document(text: str) -> None:
    """The verdict is that of a plain parser which keeps everything."""
    assert verdict(text.encode(errors="surrogatepass")) == expected(text)
