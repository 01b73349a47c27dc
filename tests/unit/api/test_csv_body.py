"""CSV bodies: records, cells, and the JSON that is made of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from pgrest_wsgi.api.csv_body import csv_to_json
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.texts import ANY_TEXT

Rows = list[dict[str, str | None]]


def rows(text: str) -> Rows:
    """The rows of a CSV body, read back from their JSON."""
    found: Rows = json.loads(csv_to_json(text.encode())[1])
    return found


def refusal(body: bytes) -> str:
    """The words that a body is refused with."""
    with pytest.raises(PgrestError) as caught:
        csv_to_json(body)
    assert (caught.value.code, caught.value.status) == ("PGRST102", 400)
    return caught.value.message


def test_bytes() -> None:
    """An array of objects whose cells are texts, in the order of the header, null for NULL."""
    columns, value = csv_to_json('b,a\n1,x"'[:-1].encode() + "\n2,NULL\né☃,\n".encode())
    assert columns == {"a", "b"}
    assert value == '[{"b":"1","a":"x"},{"b":"2","a":null},{"b":"é☃","a":""}]'.encode()


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b\n1,2", ["1", "2"]),
        ("a,b\n1,2\n", ["1", "2"]),
        ("a,b\r\n1,2\r\n", ["1", "2"]),
        ("a,b\r1,2\r", ["1", "2"]),
        ("a,b\n\n\r\n1,2\n\n", ["1", "2"]),
        ("a,b\n,", ["", ""]),
        ('a,b\n"",""', ["", ""]),
        ('"a","b"\n"1","2"\n', ["1", "2"]),
        ('a,b\n"1",2', ["1", "2"]),
        ('a,b\n1,"2"', ["1", "2"]),
        ('a,b\n"1,\r\n,2","\n"', ["1,\r\n,2", "\n"]),
        ('a,b\n"""1""","a""""b"', ['"1"', 'a""b']),
        ("a,b\n 1 ,\t2", [" 1 ", "\t2"]),
        ("a,b\n'1',2\\n", ["'1'", "2\\n"]),
        ("a,b\nNULL,null", [None, "null"]),
        ('a,b\n"NULL", NULL', [None, " NULL"]),
        ("a,b\n1,2,3,4", ["1", "2"]),
        ("a,b\n\x0b\x85,\u2028", ["\x0b\x85", "\u2028"]),
    ],
)
def test_cells(text: str, cells: list[str | None]) -> None:
    """Line ends of all kinds, quotes, blanks, the word NULL; what exceeds the header is dropped."""
    assert rows(text) == [dict(zip(("a", "b"), cells, strict=True))]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a,b\n1,2\n3,4\n", {"a", "b"}),
        ("a,b\n1\n3\n", {"a"}),
        ("a,b,a\n1,2\n3,4,5\n", {"a", "b"}),
        ("a,a\n1,2\n", {"a"}),
        (" a,\n1,2\n", {" a", ""}),
        ('"a ""b"",\n",c\n1,2\n', {'a "b",\n', "c"}),
        ("\n1\n", {""}),
        ("\ufeffa\n1\n", {"\ufeffa"}),
        ("a,b\n", set()),
        ("a,b\r\n\r\n", set()),
        ("\n", set()),
    ],
)
def test_columns(text: str, columns: set[str]) -> None:
    """The names of the header as they stand, as many as the records are long."""
    found, value = csv_to_json(text.encode())
    assert found == columns
    assert all(row.keys() == columns for row in json.loads(value))


def test_of_a_repeated_name_the_last_cell_counts() -> None:
    """For PostgreSQL as for Python."""
    assert rows("a,b,a\n1,2,3\n") == [{"a": "3", "b": "2"}]


@pytest.mark.parametrize("text", ["a,b\n1,2\n3\n", "a,b\n1\n2,3\n", "a,b,a\n1,2\n3\n"])
def test_records_have_one_length(text: str) -> None:
    """Rows of different columns cannot be one statement."""
    assert refusal(text.encode()) == "All lines must have same number of fields"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", '(not enough input) at ""'),
        ("a,b", '(not enough input) at ""'),
        ('"a"', '(not enough input) at ""'),
        ('a"b\n1\n', r'(Failed reading: satisfy) at "\"b\n1\n"'),
        ('a\n1"2"\n', r'(Failed reading: satisfy) at "\"2\"\n"'),
        ('a\n"1"2\n', r'(Failed reading: satisfy) at "2\n"'),
        ('a,b\n1, "2"\n', r'(Failed reading: satisfy) at "\"2\"\n"'),
        ('a\n1"é1\x0eH', r'(Failed reading: satisfy) at "\"\195\169\&1\SO\&H"'),
        ('a\n1"' + "b" * 99, f'(Failed reading: satisfy) at "\\"{"b" * 99}"'),
        ('a\n1"' + "b" * 100, f'(Failed reading: satisfy) at "{"b" * 99} (truncated)'),
        ('a\n1"' + "é" * 50, f'(Failed reading: satisfy) at "{"é" * 49}\ufffd (truncated)'),
        ('a\n"', '(Failed reading: trailing double quote) at ""'),
        ('a\n"b\nc', '(Failed reading: trailing double quote) at ""'),
        ('a\n"b""', '(Failed reading: trailing double quote) at ""'),
        ('"a\n1\n', '(Failed reading: trailing double quote) at ""'),
    ],
)
def test_what_is_no_csv(text: str, reason: str) -> None:
    """A quote in the wrong place or without its fellow, a header without an end of line."""
    assert refusal(text.encode()) == f"parse error {reason}"


def test_invalid_utf8() -> None:
    """The place of the first wrong byte is told."""
    assert refusal(b"a\n\xff\n") == "parse error (invalid UTF-8) at byte 3"


def test_differing_lengths_cost_no_more_than_equal_ones() -> None:
    """Of many records of many lengths only the shortest and the longest are compared."""
    width = 1000
    header = ",".join(map(str, range(width)))
    text = "\n".join([header, *(",".join("x" * count) for count in range(1, width))])
    assert "same number" in refusal(text.encode())


CELLS = st.sampled_from(["", "NULL", '"', '""', ",", "\n", "\r\n", " x ", "é☃"]) | ANY_TEXT

WRITERS = (
    csv.writer,
    partial(csv.writer, quoting=csv.QUOTE_ALL, lineterminator="\n"),
    partial(csv.writer, quoting=csv.QUOTE_ALL, lineterminator="\r"),
)


@given(
    st.lists(ANY_TEXT, min_size=2, max_size=4, unique=True),
    st.lists(st.lists(CELLS, min_size=4, max_size=4)),
    st.sampled_from(WRITERS),
)
def test_what_others_write_is_read(
    header: list[str], cells: list[list[str]], write: Callable[[io.StringIO], Any]
) -> None:
    """All that Python's writers of CSV make of a table comes back as its rows."""
    table = [record[: len(header)] for record in cells]
    stream = io.StringIO(newline="")
    try:
        write(stream).writerows([header, *table])
    except csv.Error:  # Python 3.10 writes no NUL
        reject()
    expected = [
        {name: None if cell == "NULL" else cell for name, cell in zip(header, record, strict=True)}
        for record in table
    ]
    assert rows(stream.getvalue()) == expected


@given(st.lists(st.sampled_from([*'a1,"\r\n é', '""', "NULL"])).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Rows have the columns that are told; nothing else goes wrong."""
    with suppress(PgrestError):
        columns, value = csv_to_json(text.encode())
        assert all(row.keys() == columns for row in json.loads(value))
