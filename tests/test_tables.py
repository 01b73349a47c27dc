"""The tables of rows: each row is unique, documented, and named by a test.

What the tests of a table's own module already hold (settings, error codes and SQLSTATEs against
their pages, for instance) is not repeated here. *Named by a test* means that the name stands in
the source of one, in the form that a request or an assertion has it; this module does not count.
Rows of settings and error codes have to be named once the package makes use of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from pgrest_wsgi import errors
from pgrest_wsgi.admin.metrics import METRICS
from pgrest_wsgi.admin.pages import PAGES
from pgrest_wsgi.admin.requests import NAME as REQUEST_TIMES
from pgrest_wsgi.api.legacy import OLD_OPERATORS, OLD_PREFERENCES
from pgrest_wsgi.api.operators import BY_NAME, IS_KEYWORDS, OPERATORS, Kind, Operator
from pgrest_wsgi.api.preferences import PREFERENCES, Preference, Preferences
from pgrest_wsgi.auth.claims import TIME_CLAIMS
from pgrest_wsgi.auth.keys import ALGORITHMS, KEY_TYPES
from pgrest_wsgi.auth.role import OLD_FILTERS
from pgrest_wsgi.config.settings import SETTINGS, Setting
from pgrest_wsgi.errors import ERROR_CODES, ErrorCode
from pgrest_wsgi.plan.negotiate import OFFERS
from pgrest_wsgi.sql.nodes import INFIXES
from pgrest_wsgi.sqlstates import SQLSTATES

TESTS = Path(__file__).parent
READING = TESTS.parent / "docs" / "reading.md"
OPERATIONS = TESTS.parent / "docs" / "operations.md"
AUTHENTICATION = TESTS.parent / "docs" / "authentication.md"
LEGACY_GRAMMAR = TESTS.parent / "docs" / "legacy-grammar.md"
PACKAGE = TESTS.parent / "pgrest_wsgi"
SUFFIXES = (".py", ".sql")

TEST_SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(TESTS.rglob("*"))
    if path.suffix in SUFFIXES and path != Path(__file__)
)

every_operator = pytest.mark.parametrize("row", OPERATORS, ids=lambda row: row.name)
every_preference = pytest.mark.parametrize("row", PREFERENCES, ids=lambda row: row.name)


def names_used(paths: Iterable[Path]) -> set[str]:
    """All names and attributes that occur in the code of some modules."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


USED_NAMES = names_used(
    path
    for path in PACKAGE.rglob("*.py")
    if path.parent != PACKAGE / "config" and path != PACKAGE / "errors.py"
)
USED_SETTINGS = [row for row in SETTINGS if row.keyword in USED_NAMES]
USED_CODES = [
    row for name, row in vars(errors).items() if isinstance(row, ErrorCode) and name in USED_NAMES
]


def is_named(pattern: str) -> bool:
    """Whether a test has a text of this form."""
    return re.search(pattern, TEST_SOURCES) is not None


def is_documented(name: str, page: Path = READING) -> bool:
    """Whether a page has a name as code, alone or with what belongs to it."""
    text = page.read_text(encoding="utf-8")
    return re.search(rf"`{re.escape(name)}(?:`|[=.( ;])", text) is not None


# -- operators ------------------------------------------------------------------------------------


def test_operators_are_unique() -> None:
    assert len(BY_NAME) == len(OPERATORS)
    assert len({(row.kind, row.symbol) for row in OPERATORS}) == len(OPERATORS)


@every_operator
def test_operators_have_an_infix_of_sql_or_are_functions(row: Operator) -> None:
    """Only text search calls a function; the others need a node that prints their symbol."""
    assert (row.symbol in INFIXES) != (row.kind is Kind.TEXT_SEARCH)


@every_operator
def test_operators_are_documented(row: Operator) -> None:
    assert is_documented(row.name)


@every_operator
def test_operators_are_named_by_a_test(row: Operator) -> None:
    """In a filter such as ``year=gte.2000`` or ``year.gte.2000``."""
    assert is_named(rf"[=.]{row.name}(?:\(\w+\))?\.")


@pytest.mark.parametrize("keyword", IS_KEYWORDS)
def test_keywords_of_is_are_documented_and_named_by_a_test(keyword: str) -> None:
    assert is_documented(keyword)
    assert is_named(rf"[=.]is\.{keyword}\b")


# -- preferences ----------------------------------------------------------------------------------


UNLISTED = {"invalid", "plurality"}  # what nobody knows, and what is known to the old grammar only


def test_preferences_are_unique_and_each_has_its_field() -> None:
    assert len({row.name for row in PREFERENCES}) == len(PREFERENCES)
    assert {row.attribute for row in PREFERENCES} == {*Preferences._fields} - UNLISTED


@every_preference
def test_preferences_are_documented(row: Preference) -> None:
    assert is_documented(row.name)


@every_preference
def test_every_value_of_a_preference_is_named_by_a_test(row: Preference) -> None:
    missing = [value for value in row.values or (r"\S",) if not is_named(f"{row.name}={value}")]
    assert missing == []


# -- the original grammar -------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*OLD_OPERATORS, *sorted(OLD_PREFERENCES)])
def test_old_words_are_documented_and_named_by_a_test(word: str) -> None:
    assert is_documented(word, LEGACY_GRAMMAR) or is_documented(f"Prefer: {word}", LEGACY_GRAMMAR)
    assert is_named(rf'"(?:not\.)?{re.escape(word)}["., ;]')


# -- media types ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({answered.name for answered, _ in OFFERS.values()}))
def test_media_types_are_documented_and_named_by_a_test(name: str) -> None:
    assert is_documented(name)
    assert is_named(re.escape(name))


# -- settings, errors -----------------------------------------------------------------------------


@pytest.mark.parametrize("row", USED_SETTINGS, ids=lambda row: row.key)
def test_settings_in_use_are_named_by_a_test(row: Setting) -> None:
    """As a keyword, in the environment or in a file."""
    names = [row.environment_name, row.keyword, *row.names]
    assert is_named(rf"\b(?:{'|'.join(names)})\b")


@pytest.mark.parametrize("row", USED_CODES, ids=lambda row: row.code)
def test_error_codes_in_use_are_named_by_a_test(row: ErrorCode) -> None:
    assert is_named(rf"\b{row.code}\b")


def test_the_search_for_uses_finds_some() -> None:
    """Were it to find nothing, the two tests above would hold for nothing."""
    assert 5 < len(USED_SETTINGS) <= len(SETTINGS)
    assert 5 < len(USED_CODES) <= len(ERROR_CODES)


@pytest.mark.parametrize("prefix", sorted({row.prefix for row in SQLSTATES}))
def test_sqlstates_are_named_by_a_test(prefix: str) -> None:
    assert is_named(rf'"{prefix}[0-9A-Z]{{{5 - len(prefix)}}}"')


# -- tokens ---------------------------------------------------------------------------------------


def test_time_claims_are_unique() -> None:
    assert len({row.name for row in TIME_CLAIMS}) == len(TIME_CLAIMS)
    assert len({row.reason for row in TIME_CLAIMS}) == len(TIME_CLAIMS)


@pytest.mark.parametrize("name", [row.name for row in TIME_CLAIMS])
def test_time_claims_are_named_by_a_test_and_documented(name: str) -> None:
    assert is_named(rf"[\"']{name}[\"']|\b{name}=")
    assert is_documented(name, AUTHENTICATION)


def test_types_of_keys_are_unique_and_share_no_algorithm() -> None:
    """A key of one type could be used as one of another."""
    assert len({row.name for row in KEY_TYPES}) == len(KEY_TYPES)
    assert len(ALGORITHMS) == sum(len(row.algorithms) for row in KEY_TYPES)


@pytest.mark.parametrize("name", [*(row.name for row in KEY_TYPES), *ALGORITHMS, *OLD_FILTERS])
def test_keys_algorithms_and_filters_are_documented_and_named_by_a_test(name: str) -> None:
    assert is_documented(name, AUTHENTICATION)
    assert is_named(rf"(?<=[\"@ ]){re.escape(name)}(?=[\" ])")


# -- the admin application ------------------------------------------------------------------------


def test_metrics_are_unique() -> None:
    assert len({row.name for row in METRICS}) == len(METRICS)


@pytest.mark.parametrize("name", [*(row.name for row in METRICS), REQUEST_TIMES, *PAGES])
def test_metrics_and_pages_are_documented_and_named_by_a_test(name: str) -> None:
    assert is_documented(name, OPERATIONS)
    assert is_named(rf"[\"/ ]{name.removeprefix('/')}\b")
