"""The folder of the workers' figures: one for each start, removed when nobody uses it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgrest_wsgi.serving.figures import FOLDER, PREFIX, SHARED_FOLDER, offer_folder


@pytest.fixture(autouse=True)
def environment(tmp_path: Path) -> Iterator[None]:
    """No folder is known before, nor afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        for name in (FOLDER, SHARED_FOLDER):
            patch.setenv(name, "")  # so that what a test sets is undone
            patch.delenv(name)
        yield


def offer() -> tuple[Path, int]:
    """A new folder, and the descriptor that holds it."""
    os.environ.pop(FOLDER, None)
    descriptor = offer_folder()
    assert descriptor is not None
    return Path(os.environ[FOLDER]), descriptor


def test_it_is_removed_by_the_next_start_when_nobody_holds_it(tmp_path: Path) -> None:
    first, held = offer()
    (first / "counter_1.db").touch()
    second, also_held = offer()
    assert set(tmp_path.iterdir()) == {first, second}
    os.close(held)
    third, last = offer()
    assert set(tmp_path.iterdir()) == {second, third}
    assert os.get_inheritable(last)  # over exec, too
    os.close(also_held)
    os.close(last)


def test_nobody_else_may_look_into_it() -> None:
    folder, held = offer()
    assert folder.stat().st_mode & 0o077 == 0
    os.close(held)


def test_without_a_place_for_it_there_is_none_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """So on a file system that is read-only."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert offer_folder() is None
    assert FOLDER not in os.environ
    assert "nowhere" in caplog.text


@pytest.mark.parametrize("name", [FOLDER, SHARED_FOLDER])
def test_one_that_is_given_is_kept(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "elsewhere")
    assert offer_folder() is None
    assert list(tmp_path.iterdir()) == []


def test_a_link_of_that_name_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(other)
    _, held = offer()
    assert other.exists()
    os.close(held)
