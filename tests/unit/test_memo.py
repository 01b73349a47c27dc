"""What is remembered of clients' texts, and what is not."""

from __future__ import annotations

import pytest

from pgrest_wsgi.memo import KEPT_TEXTS, LONGEST_KEPT, keep_short

calls: list[str | None] = []


def length(text: str | None) -> int:
    calls.append(text)
    if text == "bad":
        raise ValueError(text)
    return len(text or "")


def times_called(text: str | None, times: int = 2) -> int:
    """How often the function itself runs when it is asked the same so many times."""
    calls.clear()
    remembering = keep_short(length)
    for _ in range(times):
        assert remembering(text) == len(text or "")
    return len(calls)


def test_a_short_text_is_worked_on_once() -> None:
    assert times_called("a" * LONGEST_KEPT) == 1


def test_none_is_short() -> None:
    assert times_called(None) == 1


def test_a_long_text_is_not_kept() -> None:
    assert times_called("a" * (LONGEST_KEPT + 1)) == 2


def test_the_number_of_kept_texts_is_bounded() -> None:
    calls.clear()
    remembering = keep_short(length)
    for number in range(KEPT_TEXTS + 1):
        remembering(str(number))
    remembering("0")
    assert len(calls) == KEPT_TEXTS + 2


def test_a_failure_is_told_and_not_kept() -> None:
    calls.clear()
    remembering = keep_short(length)
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            remembering("bad")
    assert len(calls) == 2
