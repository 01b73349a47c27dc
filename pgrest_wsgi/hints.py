"""The nearest of some names to a wrong one: the search behind "Perhaps you meant ...".

Scores are those of the Haskell library fuzzyset 0.2.4, which v16.2 uses with grams of 2 and 3
characters, so that hints are equal. Which names are searched, and how a hint is worded, is the
business of the callers.

https://github.com/laserpants/fuzzyset-haskell
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from math import sqrt
from typing import NamedTuple
from unicodedata import category

MINIMUM = 0.33

# Short grams are tried only where long ones find nothing.
GRAM_SIZES = (3, 2)

# So many names, those with the most grams in common, are compared letter by letter.
COMPARED = 50


class FuzzyNames:
    """Names to be searched by similarity, upper and lower case being the same.

    Indexed at the first search that needs it. Of names that differ only in case the first counts;
    of names that match equally well the last (in the order given) comes first.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._indexes: dict[int, _GramIndex] = {}

    def nearest(self, text: str, *, minimum: float = MINIMUM) -> str | None:
        """Return the best match of at least this score (0 to 1), or None."""
        matches = self.matches(text, minimum)
        return matches[0][1] if matches else None

    def matches(self, text: str, minimum: float = MINIMUM) -> list[tuple[float, str]]:
        """Return pairs of score and name, best first; the name itself scores 1 and is alone."""
        wanted = _lower(text)
        exact = self._spellings.get(wanted)
        if exact is not None:
            return [(1.0, exact)]
        for size in GRAM_SIZES:
            found = self._compare(wanted, size, minimum)
            if found:
                return found
        return []

    def _compare(self, wanted: str, size: int, minimum: float) -> list[tuple[float, str]]:
        candidates = self._index(size).nearest(_grams(wanted, size))
        scores = ((similarity(wanted, name, minimum), name) for name in candidates)
        found = [(score, self._spellings[name]) for score, name in scores if score >= minimum]
        return sorted(found, key=_by_score)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """The names as given by their lower case, last name first."""
        return {_lower(name): name for name in reversed(self._names)}

    def _index(self, size: int) -> _GramIndex:
        if size not in self._indexes:
            self._indexes[size] = _index_names(self._spellings, size)
        return self._indexes[size]


class _GramIndex(NamedTuple):
    """Names as vectors of gram counts, and where each gram occurs: name and count."""

    lengths: Mapping[str, float]
    occurrences: Mapping[str, list[tuple[str, int]]]

    def nearest(self, grams: Counter[str]) -> list[str]:
        """The `COMPARED` names of the smallest angle to these grams."""
        products: Counter[str] = Counter()
        for gram, count in grams.items():
            for name, occurrences in self.occurrences.get(gram, ()):
                products[name] += count * occurrences
        length = _length(grams)
        scored = [
            (products[name] / (length * self.lengths[name]), name)
            for name in self.lengths
            if name in products
        ]
        return [name for _, name in sorted(scored, key=_by_score)[:COMPARED]]


def _index_names(names: Iterable[str], size: int) -> _GramIndex:
    lengths = {}
    occurrences = defaultdict(list)
    for name in names:
        grams = _grams(name, size)
        lengths[name] = _length(grams)
        for gram, count in grams.items():
            occurrences[gram].append((name, count))
    return _GramIndex(lengths, occurrences)


def _by_score(scored: tuple[float, str]) -> float:
    return -scored[0]


def _length(grams: Counter[str]) -> float:
    return sqrt(sum(count * count for count in grams.values()))


def _grams(text: str, size: int) -> Counter[str]:
    """Count the substrings of this size, after dropping all but letters, digits, blanks, commas."""
    fenced = "-" + "".join(filter(_counts, text)) + "-"
    return Counter(fenced[start : start + size] for start in range(len(fenced) - size + 1))


def _counts(character: str) -> bool:
    kind = category(character)
    return kind[0] in "LN" or kind == "Zs" or character in ",\t\n\v\f\r"


def _lower(text: str) -> str:
    # Each character for itself: Python knows a final sigma, Haskell does not.
    return "".join(map(str.lower, text))


def similarity(one: str, other: str, minimum: float = 0.0) -> float:
    """Return 1 less the edit distance over the longer length.

    0 where the lengths alone rule out `minimum`: a request may name things of any length.
    """
    short, long = sorted((one, other), key=len)
    if not long:
        return 1.0
    if len(short) / len(long) < minimum:
        return 0.0
    return (len(long) - _distance(short, long)) / len(long)


def _distance(short: str, long: str) -> int:
    """Levenshtein's distance, a row of the matrix at a time, as bits of an integer.

    H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances, 2003.
    `rises` and `falls` hold where neighbouring cells of a column differ by one.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for index, character in enumerate(long):
        places[character] |= 1 << index
    mask = (1 << len(long)) - 1
    rises, falls = mask, 0
    distance = len(long)
    for character in short:
        same = places[character]
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        across_rises = falls | ~(diagonal | rises)
        across_falls = rises & diagonal
        distance += (across_rises >> len(long) - 1 & 1) - (across_falls >> len(long) - 1 & 1)
        across_rises = across_rises << 1 | 1
        rises = (across_falls << 1 | ~(diagonal | across_rises)) & mask
        falls = across_rises & diagonal & mask
    return distance
