"""The table of PGRST codes: what a row makes, and that the documentation has every row."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from pgrest_wsgi import errors
from pgrest_wsgi.errors import (
    AMBIGUOUS_RELATIONSHIP,
    COLUMN_NOT_FOUND,
    ERROR_CODES,
    NO_RELATIONSHIP,
    NOT_EMBEDDED,
    SINGULARITY,
    TABLE_NOT_FOUND,
    ErrorCode,
    PgrestError,
    bearer_challenge,
)

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")


def fields_of(row: ErrorCode) -> set[str]:
    templates = (row.message, row.details or "", row.hint or "")
    return {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}


def test_codes_are_unique() -> None:
    assert len({row.code for row in ERROR_CODES}) == len(ERROR_CODES)


def test_every_constant_is_in_the_table() -> None:
    constants = [value for value in vars(errors).values() if isinstance(value, ErrorCode)]
    assert [row.code for row in ERROR_CODES] == [row.code for row in constants]
    assert len(ERROR_CODES) == 43


def test_the_documentation_lists_every_code_with_its_status() -> None:
    documented = re.findall(r"^\| `(PGRST\w+)` \| (\d+) \|", PAGE, re.MULTILINE)
    assert documented == [(row.code, str(row.status)) for row in ERROR_CODES]


@pytest.mark.parametrize("row", ERROR_CODES, ids=lambda row: row.code)
def test_a_row_becomes_an_error_with_its_status(row: ErrorCode) -> None:
    """Every row can be raised with the fields that its templates name."""
    fields: dict[str, Any] = dict.fromkeys(fields_of(row), "value")
    error = row(**fields)
    assert (error.code, error.status) == (row.code, row.status)
    assert "{" not in f"{error.message}{error.details}{error.hint}"


@pytest.mark.parametrize(
    "row", [row for row in ERROR_CODES if fields_of(row)], ids=lambda row: row.code
)
def test_a_missing_field_is_an_error_of_the_programmer(row: ErrorCode) -> None:
    with pytest.raises(KeyError):
        row()


def test_fields_fill_all_three_texts() -> None:
    error = NOT_EMBEDDED(resource="crew")
    assert error.message == "'crew' is not an embedded resource in this request"
    assert error.details is None
    assert error.hint == "Verify that 'crew' is included in the 'select' query parameter."
    assert SINGULARITY(rows=7).details == "The result contains 7 rows"


@pytest.mark.parametrize("name", ["{", "}", "{table}", "{0}", "{{x}}", "{table.__class__}", "%s"])
def test_braces_of_a_client_are_no_templates(name: str) -> None:
    error = COLUMN_NOT_FOUND(column=name, table="t")
    assert error.message == f"Could not find the '{name}' column of 't' in the schema cache"


def test_details_and_hint_of_the_call_replace_those_of_the_row() -> None:
    relationships = [{"cardinality": "many-to-one"}]
    error = AMBIGUOUS_RELATIONSHIP(parent="a", child="b", choices="'b!c'", details=relationships)
    assert error.details == relationships
    assert NOT_EMBEDDED(resource="crew", hint=None).hint is None


def test_texts_given_by_the_call_are_not_formatted() -> None:
    assert TABLE_NOT_FOUND(schema="s", table="t", hint="{schema}").hint == "{schema}"


def test_a_relationship_that_was_looked_for_by_a_hint() -> None:
    error = NO_RELATIONSHIP(parent="a", child="b", schema="s", using=" using the hint 'c'")
    assert error.details == (
        "Searched for a foreign key relationship between 'a' and 'b' using the hint 'c'"
        " in the schema 's', but no matches were found."
    )


def test_headers_travel_with_the_error() -> None:
    assert SINGULARITY(rows=0, headers=(("X-A", "1"),)).headers == (("X-A", "1"),)
    assert SINGULARITY(rows=0).headers == ()


def test_an_error_reads_as_code_and_message_in_a_log() -> None:
    assert str(PgrestError("ABC", 400, "no")) == "ABC: no"


def test_a_challenge_names_the_reason_only_where_a_token_was_refused() -> None:
    assert bearer_challenge() == ("WWW-Authenticate", "Bearer")
    header = 'Bearer error="invalid_token", error_description="JWT expired"'
    assert bearer_challenge("JWT expired") == ("WWW-Authenticate", header)
