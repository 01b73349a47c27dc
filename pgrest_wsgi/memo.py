"""Memory for what pure functions made of clients' texts, bounded in number and in length."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

KEPT_TEXTS = 1024

# Longer texts are seldom sent twice, and a client that sends ever new ones could fill the memory.
LONGEST_KEPT = 4096


def keep_short(function: Callable[P, T]) -> Callable[P, T]:
    """Remember what a pure function of a text made of the last texts, but of no long one.

    The text is the first argument; None is short.
    """
    kept = cast("Callable[P, T]", lru_cache(maxsize=KEPT_TEXTS)(function))

    @wraps(function)
    def remembering(*arguments: P.args, **keywords: P.kwargs) -> T:
        text = arguments[0]
        if isinstance(text, str) and len(text) > LONGEST_KEPT:
            return function(*arguments, **keywords)
        return kept(*arguments, **keywords)

    return remembering
