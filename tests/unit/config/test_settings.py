"""The table of settings: rows unique, tied to `Config`, documented, their defaults readable."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from pgrest_wsgi.config.model import Config, TransactionEnd
from pgrest_wsgi.config.settings import APP_SETTINGS, DEPENDENCIES, SETTINGS, Setting

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration.md"

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)


def table_row(setting: Setting) -> str:
    """The line of a setting in the document; print them all to bring its table up to date."""
    cells = (
        " or ".join(f"`{name}`" for name in setting.names),
        f"`{setting.environment_name}`",
        f"`{setting.default}`" if setting.default else "",
        "yes" if setting.reloadable else "no",
        "yes" if setting.from_database else "no",
        ("**Ours.** " if setting.ours else "") + setting.summary,
    )
    return f"| {' | '.join(cells)} |"


def test_names_are_unique() -> None:
    """No key or alias stands for two settings."""
    counted = Counter(name for setting in SETTINGS for name in setting.names)
    assert [name for name, times in counted.items() if times > 1] == []


def test_rows_and_fields_are_the_same() -> None:
    """`Config` has a field for each row, in the order of the rows, then `app_settings`."""
    fields = [field.name for field in dataclasses.fields(Config)]
    assert fields == [setting.keyword for setting in SETTINGS] + ["app_settings"]


def test_rows_are_in_alphabetical_order() -> None:
    """A row is found, and a new one put, by its key."""
    keys = [setting.key for setting in SETTINGS]
    assert keys == sorted(keys)


def test_secrets_stay_out_of_the_representation() -> None:
    """Printing a `Config` shows every field but the secrets and the `app.settings`."""
    hidden = {field.name for field in dataclasses.fields(Config) if not field.repr}
    secrets = {setting.keyword for setting in SETTINGS if setting.secret}
    assert hidden == secrets | {"app_settings"}


def test_names_derived_from_the_key() -> None:
    """A key gives the environment variable, the keyword and, with aliases, all its names."""
    setting = next(setting for setting in SETTINGS if setting.key == "db-max-rows")
    assert setting.environment_name == "PGRST_DB_MAX_ROWS"
    assert setting.keyword == "db_max_rows"
    assert setting.names == ("db-max-rows", "max-rows")


def test_dependencies_name_settings() -> None:
    """Each dependency is between two rows of the table."""
    keys = {setting.key for setting in SETTINGS}
    assert {key for pair in DEPENDENCIES for key in pair[:2]} <= keys


@every_setting
def test_what_the_database_may_set_may_change(setting: Setting) -> None:
    """A process is running already when it learns what the database says."""
    assert setting.reloadable or not setting.from_database


@every_setting
def test_default_can_be_read(setting: Setting) -> None:
    """The default is a text that its own parser takes."""
    setting.parse(setting.default)


@every_setting
def test_documented_as_in_the_table(setting: Setting) -> None:
    """The document has names, default, properties and summary of the row, word by word."""
    assert table_row(setting) in DOCUMENT.read_text(encoding="utf-8").splitlines()


def test_document_has_no_other_settings() -> None:
    """The document's table has as many rows as ours, and in the same order."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "` | `PGRST_" in line] == [*map(table_row, SETTINGS)]


def test_app_settings_documented() -> None:
    """The document tells about the family of names that are no settings."""
    assert f"`{APP_SETTINGS}*`" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("end", "rolls_back", "allows_override"),
    [
        (TransactionEnd.COMMIT, False, False),
        (TransactionEnd.COMMIT_ALLOW_OVERRIDE, False, True),
        (TransactionEnd.ROLLBACK, True, False),
        (TransactionEnd.ROLLBACK_ALLOW_OVERRIDE, True, True),
    ],
)
def test_transaction_ends(end: TransactionEnd, rolls_back: bool, allows_override: bool) -> None:
    """Each end says whether it rolls back and whether a request may change it."""
    assert (end.rolls_back, end.allows_override) == (rolls_back, allows_override)
