"""Keys of an issuer over time: when they are fetched, when they are not, and who waits for them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pgrest_wsgi.auth import keyring
from pgrest_wsgi.auth.issuers import Issuer
from pgrest_wsgi.auth.keyring import COOLDOWN_SECONDS, FRESH_SECONDS, FetchedKeys
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.observe import Event, KeysFailed, KeysFetched
from tests.unit.auth.provider import KEYS, Provider, page, wait_until
from tests.unit.auth.tokens import make_jwk

ONE = {**make_jwk("P-256"), "kid": "one"}
TWO = {**make_jwk("P-256", 2), "kid": "two"}

THREADS = 32


class Clock:
    """Time as the keys see it."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.offset

    def pass_by(self, seconds: float) -> None:
        self.offset += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(keyring, "monotonic", clock)
    return clock


class Watched(FetchedKeys):
    """Keys of a provider, with what they told of themselves."""

    def __init__(self, provider: Provider) -> None:
        self.events: list[Event] = []
        self.changes = 0
        super().__init__(Issuer(None, provider.url), self.events.append, self._count)

    def _count(self) -> None:
        self.changes += 1

    def names(self, name: str | None) -> list[str | None]:
        """The names of the keys that may have signed a token which names one."""
        return [key.name for key in self.suitable("ES256", name)]


@pytest.fixture
def keys(provider: Provider, clock: Clock) -> Watched:
    provider.publish(ONE)
    return Watched(provider)


class TestFirstFetch:
    def test_nobody_is_asked_before_a_token_comes(self, keys: Watched, provider: Provider) -> None:
        assert provider.asked == 0
        assert keys.names("one") == ["one"]
        assert (provider.asked, keys.changes) == (1, 1)

    def test_it_is_one_however_many_wait_for_it(self, keys: Watched, provider: Provider) -> None:
        provider.pause = 0.2
        start = Barrier(THREADS)

        def ask(_: int) -> list[str | None]:
            start.wait()
            return keys.names("one")

        with ThreadPoolExecutor(THREADS) as threads:
            assert list(threads.map(ask, range(THREADS))) == [["one"]] * THREADS
        assert provider.asked == 1

    def test_nobody_waits_longer_than_is_decent(
        self, keys: Watched, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is 503 then, and the fetch goes on."""
        monkeypatch.setattr(keyring, "PATIENCE_SECONDS", 0.05)
        provider.pause = 0.3
        with pytest.raises(PgrestError) as caught:
            keys.suitable("ES256", "one")
        assert (caught.value.code, caught.value.status) == ("PGRSTJ01", 503)
        assert caught.value.headers == (("Retry-After", "1"),)
        wait_until(lambda: bool(keys.events))
        assert keys.names("one") == ["one"]
        assert provider.asked == 1

    def test_one_that_hangs_does_not_keep_another_from_coming(
        self, keys: Watched, provider: Provider, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keyring, "PATIENCE_SECONDS", 0.2)
        provider.pause = 0.8
        for seconds in (0, COOLDOWN_SECONDS - 1):
            clock.pass_by(seconds)
            with pytest.raises(PgrestError, match="PGRSTJ01"):
                keys.suitable("ES256", "one")
        assert provider.asked == 1
        provider.pause = 0
        clock.pass_by(1)
        assert keys.names("one") == ["one"]
        assert provider.asked == 2

    def test_where_it_fails_the_pauses_grow(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        """Meanwhile nobody is asked, and nobody waits."""
        provider.pages[KEYS] = page(b"", 500)
        pauses = []
        for asked in range(1, 8):
            for _ in range(3):
                with pytest.raises(PgrestError, match="PGRSTJ01"):
                    keys.suitable("ES256", None)
            assert provider.asked == asked
            failure = keys.events[-1]
            assert isinstance(failure, KeysFailed)
            pauses.append(failure.retry_seconds)
            clock.pass_by(failure.retry_seconds)
        assert pauses == [1, 2, 4, 8, 16, 30, 30]
        provider.publish(ONE)
        assert keys.names(None) == ["one"]


class TestRotation:
    def test_a_key_that_nobody_knows_is_asked_for(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        assert keys.names("one") == ["one"]
        provider.publish(ONE, TWO)
        clock.pass_by(COOLDOWN_SECONDS + 1)
        assert keys.names("two") == ["two"]
        assert (provider.asked, keys.changes) == (2, 2)

    def test_but_not_more_often_than_now_and_then(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        for _ in range(3):
            for name in ("a", "b", "c"):
                assert keys.names(name) == []
            clock.pass_by(COOLDOWN_SECONDS - 1)
            assert keys.names("d") == []
            clock.pass_by(2)
        assert provider.asked == 3

    def test_nobody_waits_for_a_token_whose_key_is_known(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        assert keys.names("one") == ["one"]
        provider.publish(TWO)
        provider.pause = 0.3
        clock.pass_by(FRESH_SECONDS + 1)
        started = time.monotonic()
        assert keys.names("one") == ["one"]
        assert time.monotonic() - started < 0.2
        wait_until(lambda: keys.changes == 2)
        assert keys.names("one") == []

    def test_the_same_keys_are_no_change(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        assert keys.names("one") == ["one"]
        clock.pass_by(FRESH_SECONDS + 1)
        keys.refresh()
        wait_until(lambda: len(keys.events) == 2)
        assert (provider.asked, keys.changes) == (2, 1)
        assert [type(event) for event in keys.events] == [KeysFetched] * 2


class TestOutage:
    @pytest.mark.parametrize("body", [b"", b'{"keys":[]}', b"<html>"])
    def test_the_last_keys_stay_in_force(
        self, keys: Watched, provider: Provider, clock: Clock, body: bytes
    ) -> None:
        assert keys.names("one") == ["one"]
        provider.pages[KEYS] = page(body)
        for _ in range(3):
            clock.pass_by(FRESH_SECONDS + 1)
            keys.events.clear()
            assert keys.names("one") == ["one"]
            wait_until(lambda: len(keys.events) == 1)
            assert isinstance(keys.events[0], KeysFailed)
        assert keys.changes == 1

    def test_after_it_new_keys_come_soon(
        self, keys: Watched, provider: Provider, clock: Clock
    ) -> None:
        assert keys.names("one") == ["one"]
        provider.pages[KEYS] = page(b"", 503)
        clock.pass_by(COOLDOWN_SECONDS + 1)
        assert keys.names("two") == []
        provider.publish(TWO)
        clock.pass_by(1)
        assert keys.names("two") == ["two"]

    def test_it_is_told_whom_was_asked_and_why_in_vain(
        self, keys: Watched, provider: Provider
    ) -> None:
        provider.pages[KEYS] = page(b"", 503)
        with pytest.raises(PgrestError):
            keys.suitable("ES256", None)
        [event] = keys.events
        assert isinstance(event, KeysFailed)
        assert (event.source, event.retry_seconds) == (provider.url, 1)
        assert "HTTP Error 503" in str(event.error)
