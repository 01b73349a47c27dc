"""Memory for what pure functions made of clients' texts, bounded in number and in length."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K", bound=str | None)
T = TypeVar("T")

KEPT_TEXTS = 1024

# Longer texts are seldom sent twice, and a client that sends ever new ones could fill the memory.
LONGEST_KEPT = 4096


class _Kept(dict[K, T]):
    """Answers by their texts. A dictionary, for a hit then costs no more than looking it up."""

    def __init__(self, function: Callable[[K], T]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, text: K) -> T:
        answer = self.function(text)
        if text is None or len(text) <= LONGEST_KEPT:
            if len(self) >= KEPT_TEXTS:
                self.clear()
            self[text] = answer
        return answer


def keep_short(function: Callable[[K], T]) -> Callable[[K], T]:
    """Remember what a pure function of a text answered, but for no long text; None is short.

    When there are too many, all are forgotten: what is in use is soon there again.
    """
    return _Kept(function).__getitem__
