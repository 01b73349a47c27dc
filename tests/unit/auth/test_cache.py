"""The cache: what it keeps, what has to go, and what many threads see of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

from pgrest_wsgi.auth.cache import LONGEST_KEPT, SieveCache


def fill(size: int, texts: str) -> SieveCache[str]:
    """A cache into which these letters were put, one after the other."""
    cache = SieveCache[str](size)
    for text in texts:
        cache.put(text, text.upper())
    return cache


def kept(cache: SieveCache[str], texts: str) -> str:
    """Which of these letters a cache keeps. Looking marks them as used."""
    return "".join(text for text in texts if cache.get(text) == text.upper())


def test_it_gives_what_was_put() -> None:
    cache = fill(3, "abc")
    assert (cache.get("b"), cache.get("d"), len(cache)) == ("B", None, 3)


def test_it_keeps_the_first_value_of_a_text() -> None:
    cache = fill(3, "a")
    cache.put("a", "other")
    assert (cache.get("a"), len(cache)) == ("A", 1)


def test_size_zero_keeps_nothing() -> None:
    assert kept(fill(0, "a"), "a") == ""


def test_size_one_keeps_the_last() -> None:
    cache = fill(1, "ab")
    assert kept(cache, "ab") == "b"
    cache.put("c", "C")
    assert kept(cache, "abc") == "c"


def test_long_texts_are_not_kept() -> None:
    """What one entry may take is bounded, and so is all of them."""
    cache = SieveCache[str](2)
    for length in (LONGEST_KEPT, LONGEST_KEPT + 1):
        cache.put("x" * length, "kept")
    assert (len(cache), cache.get("x" * LONGEST_KEPT)) == (1, "kept")


def test_unused_ones_go_oldest_first() -> None:
    assert kept(fill(3, "abcde"), "abcde") == "cde"


def test_used_ones_stay_where_they_are() -> None:
    """SIEVE's own example of a hit: the mark spares `a` once, and the hand goes on from there."""
    cache = fill(3, "abc")
    cache.get("a")
    cache.put("d", "D")  # wipes the mark of a, removes b
    cache.put("e", "E")  # goes on behind a: removes c
    assert len(cache) == 3
    cache.put("f", "F")  # goes on: removes d, newer than a
    assert kept(cache, "abcdef") == "aef"


def test_if_all_are_used_the_hand_comes_round() -> None:
    cache = fill(3, "abc")
    kept(cache, "abc")
    cache.put("d", "D")
    assert kept(cache, "abcd") == "bcd"


def test_it_evicts_as_the_published_algorithm_does() -> None:
    """Compared with SIEVE on a linked list, over random uses."""
    random, model, cache = Random(7), Model(8), SieveCache[str](8)
    for _ in range(5000):
        letter = chr(ord("a") + int(random.paretovariate(0.7)) % 26)
        hit = cache.get(letter) is not None
        assert hit == model.access(letter)
        if not hit:
            cache.put(letter, letter)


class Model:
    """SIEVE as its authors write it: newest first, the hand is an entry, or none at the tail."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.queue: list[str] = []
        self.visited: dict[str, bool] = {}
        self.hand: str | None = None

    def access(self, text: str) -> bool:
        if text in self.visited:
            self.visited[text] = True
            return True
        if len(self.queue) == self.size:
            self.evict()
        self.queue.insert(0, text)
        self.visited[text] = False
        return False

    def evict(self) -> None:
        entry = self.hand or self.queue[-1]
        while self.visited[entry]:
            self.visited[entry] = False
            entry = self.newer(entry) or self.queue[-1]
        self.hand = self.newer(entry)
        self.queue.remove(entry)
        del self.visited[entry]

    def newer(self, text: str) -> str | None:
        place = self.queue.index(text)
        return self.queue[place - 1] if place else None


def test_threads_see_whole_entries_and_no_more_than_its_size() -> None:
    """32 threads, 64 texts, room for 16: every answer is that of its text."""
    cache = SieveCache[int](16)

    def use(seed: int) -> int:
        random, hits = Random(seed), 0
        for _ in range(2000):
            number = random.randrange(64)
            value = cache.get(str(number))
            if value is None:
                cache.put(str(number), number)
            else:
                assert value == number
                hits += 1
            assert len(cache) <= 16
        return hits

    with ThreadPoolExecutor(32) as threads:
        assert sum(threads.map(use, range(32))) > 0
    assert len(cache) == 16
