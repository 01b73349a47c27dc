"""From an error report of PostgreSQL to an answer: statuses, PTxyz, and RAISE 'PGRST'."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.sqlstates import SQLSTATES, error_from_database, is_header, status_of

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")

BODY = {"code": "QUAY7", "message": "the quay is full"}
HEAD = {"status": 409, "headers": {}}


def report(
    sqlstate: str,
    message: str = "",
    detail: str | None = None,
    hint: str | None = None,
    authenticated: bool = True,
) -> PgrestError:
    return error_from_database(
        sqlstate=sqlstate, message=message, detail=detail, hint=hint, authenticated=authenticated
    )


def raised(body: object, head: object) -> PgrestError:
    """The answer to RAISE 'PGRST' with these JSON values as message and detail."""
    return report("PGRST", json.dumps(body), json.dumps(head))


def test_rows_are_unique() -> None:
    assert len({(row.prefix, row.status) for row in SQLSTATES}) == len(SQLSTATES)


def test_rows_are_classes_or_whole_states() -> None:
    """Only prefixes of these lengths are looked up."""
    assert {len(row.prefix) for row in SQLSTATES} == {2, 5}


def test_the_documentation_lists_every_row() -> None:
    documented = re.findall(r"^\| `(\w{2}|\w{5})` \| (\d+) \|", PAGE, re.MULTILINE)
    assert documented == [(row.prefix, str(row.status)) for row in SQLSTATES]


@pytest.mark.parametrize(
    ("sqlstate", "status"),
    [
        ("08001", 503),
        ("09000", 500),
        ("0LP01", 403),
        ("0P000", 403),
        ("21000", 500),
        ("22023", 400),
        ("23502", 400),
        ("23503", 409),
        ("23505", 409),
        ("23514", 400),
        ("25001", 500),
        ("25006", 405),
        ("28P01", 403),
        ("2D000", 500),
        ("38001", 500),
        ("39004", 500),
        ("3B001", 500),
        ("40001", 500),
        ("42501", 403),
        ("42703", 400),
        ("42883", 404),
        ("42P01", 404),
        ("42P17", 500),
        ("53300", 503),
        ("53400", 500),
        ("54023", 500),
        ("55P03", 500),
        ("57014", 500),
        ("57P01", 503),
        ("58030", 500),
        ("F0001", 500),
        ("HV00A", 500),
        ("P0001", 400),
        ("P0003", 500),
        ("XX002", 500),
        ("ABCDE", 400),
    ],
)
def test_the_longest_prefix_decides(sqlstate: str, status: int) -> None:
    assert status_of(sqlstate, "", authenticated=True) == status


@pytest.mark.parametrize(
    ("sqlstate", "message", "status"),
    [
        ("21000", "DELETE requires a WHERE clause", 400),
        ("21000", "UPDATE requires a WHERE clause, it says", 500),
        ("22023", 'role "pilot" does not exist', 401),
        ("22023", 'role "two\nlines" does not exist', 401),
        ("22023", 'the role "pilot" does not exist', 400),
        ("22023", 'role "pilot" is busy', 400),
        ("26000", 'prepared statement "pgrst_9f_1" does not exist', 500),
        ("26000", 'prepared statement "a function\'s own" does not exist', 400),
        ("42883", "function xmlagg(integer) does not exist", 406),
        ("42883", "no function xmlagg(integer)", 404),
    ],
)
def test_some_states_are_told_apart_by_the_message(
    sqlstate: str, message: str, status: int
) -> None:
    assert status_of(sqlstate, message, authenticated=True) == status


def test_a_missing_privilege_invites_the_anonymous_to_log_in() -> None:
    refused = report("42501", "permission denied", authenticated=False)
    assert (refused.status, refused.headers) == (401, (("WWW-Authenticate", "Bearer"),))
    refused = report("42501", "permission denied", authenticated=True)
    assert (refused.status, refused.headers) == (403, ())


def test_the_report_becomes_the_body() -> None:
    error = report("23505", "again", "key 3", "another")
    assert (error.code, error.message, error.details, error.hint, error.reason) == (
        "23505",
        "again",
        "key 3",
        "another",
        None,
    )


def test_pt_sets_the_status_and_the_reason_phrase() -> None:
    error = report("PT418", "a teapot", "short", "stout")
    assert (error.code, error.status, error.reason) == ("PT418", 418, "a teapot")
    assert (error.details, error.hint) == ("short", "stout")


def test_pt401_challenges() -> None:
    assert report("PT401", "who is there").headers == (("WWW-Authenticate", "Bearer"),)


@pytest.mark.parametrize("state", ["PT000", "PT100", "PT199", "PT600", "PT999", "PTABC", "PT4X4"])
def test_pt_with_an_impossible_status_is_500(state: str) -> None:
    error = report(state, "m")
    assert (error.code, error.status, error.reason) == (state, 500, None)


@pytest.mark.parametrize(
    "message", ["", "a\r\nSet-Cookie: b=c", "a\nb", "a\x00", "brücke", "x" * 201, "a\tb"]
)
def test_a_message_that_does_not_fit_the_status_line_stays_out_of_it(message: str) -> None:
    error = report("PT402", message)
    assert (error.status, error.message, error.reason) == (402, message, None)


def test_pgrst_sets_the_whole_answer() -> None:
    error = raised(
        {**BODY, "details": "four ships", "hint": "wait"},
        {"status": 419, "status_text": "Full Quay", "headers": {"X-Quay": "7", "Retry-After": "9"}},
    )
    assert (error.code, error.status, error.message) == ("QUAY7", 419, "the quay is full")
    assert (error.details, error.hint, error.reason) == ("four ships", "wait", "Full Quay")
    assert set(error.headers) == {("X-Quay", "7"), ("Retry-After", "9")}


def test_pgrst_needs_only_code_message_status_and_headers() -> None:
    error = raised({**BODY, "hint": None}, {**HEAD, "status_text": None})
    assert (error.code, error.status, error.details, error.hint) == ("QUAY7", 409, None, None)
    assert (error.headers, error.reason) == ((), None)


def test_pgrst_401_adds_no_challenge() -> None:
    """The function has full control of the headers."""
    assert raised(BODY, {"status": 401, "headers": {}}).headers == ()


def test_a_whole_number_may_be_written_with_a_fraction() -> None:
    assert raised(BODY, {"status": 402.0, "headers": {}}).status == 402


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "null",
        '"text"',
        '{"code": "A"}',
        '{"message": "m"}',
        '{"code": null, "message": "m"}',
        '{"code": 1, "message": "m"}',
        '{"code": "A", "message": "m", "details": {}}',
        '{"code": "A", "message": "m", "hint": 1}',
        '{"code": "A", "message": "m", "more": NaN}',
        '{"code": "A", "message": "\\ud800"}',
        '{"code": "A\\r\\nX-Evil: 1", "message": "m"}',
        "[" * 100_000,
    ],
    ids=range(15),
)
def test_a_message_that_is_not_as_it_must_be(text: str) -> None:
    error = report("PGRST", text, json.dumps(HEAD))
    assert (error.code, error.status) == ("PGRST121", 500)
    assert error.message == "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error"
    assert error.details == f"Invalid JSON value for MESSAGE: '{text}'"
    assert error.hint == (
        "MESSAGE must be a JSON object with obligatory keys: 'code', 'message'"
        " and optional keys: 'details', 'hint'."
    )


@pytest.mark.parametrize(
    "head",
    [
        [],
        {"status": 409},
        {"headers": {}},
        {"status": "409", "headers": {}},
        {"status": True, "headers": {}},
        {"status": 409.5, "headers": {}},
        {"status": 199, "headers": {}},
        {"status": 600, "headers": {}},
        {"status": -1, "headers": {}},
        {"status": 409, "headers": []},
        {"status": 409, "headers": {"X-A": 1}},
        {"status": 409, "headers": {"X-A": None}},
        {"status": 409, "headers": {"X-A": "1\r\nX-B: 2"}},
        {"status": 409, "headers": {"X-A": "\x00"}},
        {"status": 409, "headers": {"X A": "1"}},
        {"status": 409, "headers": {"": "1"}},
        {"status": 409, "headers": {"X-A:": "1"}},
        {"status": 409, "headers": {"content-LENGTH": "1"}},
        {"status": 409, "headers": {}, "status_text": 1},
    ],
    ids=str,
)
def test_a_detail_that_is_not_as_it_must_be(head: object) -> None:
    text = json.dumps(head)
    error = report("PGRST", json.dumps(BODY), text)
    assert (error.code, error.status, error.headers) == ("PGRST121", 500, ())
    assert error.details == f"Invalid JSON value for DETAIL: '{text}'"
    assert error.hint == (
        "DETAIL must be a JSON object with obligatory keys: 'status', 'headers'"
        " and optional key: 'status_text'."
    )


def test_a_missing_detail_is_said_to_be_missing() -> None:
    error = report("PGRST", json.dumps(BODY))
    assert (error.code, error.details) == ("PGRST121", "DETAIL is missing in the RAISE statement")


def test_a_status_text_that_does_not_fit_is_left_out() -> None:
    error = raised(BODY, {**HEAD, "status_text": "a\r\nb"})
    assert (error.status, error.reason) == (409, None)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("X-Quay", "seven, eight", True),
        ("x!#$%&'*+.^_`|~", "", True),
        ("X-Quay", "brücke 港", True),
        ("X-Quay", "a\tb", True),
        ("X-Quay", "a\nb", False),
        ("X-Quay", "a\x7f", False),
        ("X-Quay", "\ud800", False),
        ("X-Qüay", "1", False),
        ("Connection", "close", False),
        ("Transfer-Encoding", "chunked", False),
    ],
)
def test_headers_that_break_http_are_refused(name: str, value: str, allowed: bool) -> None:
    assert is_header(name, value) is allowed
