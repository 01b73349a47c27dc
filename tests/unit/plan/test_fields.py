"""Fields against the columns of a table, and the names that JSON paths get."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.fields import Field, JsonStep
from pgrest_wsgi.api.filters import Condition, Filter
from pgrest_wsgi.plan.fields import Fields, path_alias
from tests.unit.plan.harbour import SHIPS

FIELDS = Fields(SHIPS.columns, {})
STEP = JsonStep("master", is_index=False, as_text=False)
INDEX = JsonStep("0", is_index=True, as_text=True)


@pytest.mark.parametrize(
    ("name", "to_json"),
    [
        ("papers", False),
        ("log", False),
        ("flags", True),
        ("name", True),
        ("cargo", True),
        ("unknown", True),
    ],
)
def test_a_path_makes_json_of_what_is_declared_as_something_else(name: str, to_json: bool) -> None:
    """A domain over JSON counts as something else, as in v16.2."""
    assert FIELDS.plan(Field(name, (STEP,))).to_json is to_json


def test_without_a_path_nothing_becomes_json() -> None:
    assert FIELDS.plan(Field("flags")).to_json is False


@pytest.mark.parametrize(
    ("name", "to_words"), [("name", True), ("papers", True), ("words", False), ("unknown", False)]
)
def test_a_search_makes_words_of_known_columns_of_other_types(name: str, to_words: bool) -> None:
    search = Filter(Field(name), Condition("fts"), 0)
    assert FIELDS.plan_filter(search).field.to_words is to_words
    assert FIELDS.plan(Field(name)).to_words is False


@pytest.mark.parametrize(
    ("path", "alias"),
    [((), None), ((STEP,), "master"), ((STEP, INDEX), "master"), ((INDEX,), "papers")],
)
def test_a_json_path_is_named_by_its_last_key_or_else_by_its_column(
    path: tuple[JsonStep, ...], alias: str | None
) -> None:
    assert path_alias(Field("papers", path)) == alias
