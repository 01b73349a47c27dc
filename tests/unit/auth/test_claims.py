"""Claims: JSON that can be told again, times by their own clock, and whom they are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pgrest_wsgi.auth.claims import check_audience, check_times, read_claims
from pgrest_wsgi.errors import PgrestError

NOW = 1_800_000_000


def refusal(check: Callable[[], object]) -> str | None:
    """Why claims are refused, None where they are not."""
    try:
        check()
    except PgrestError as error:
        return told(error)
    return None


def told(error: PgrestError) -> str:
    """The message of a refusal, which must be a 401 whose challenge says the same."""
    challenge = f'Bearer error="invalid_token", error_description="{error.message}"'
    assert (error.code, error.status, error.details) == ("PGRST303", 401, None)
    assert error.headers == (("WWW-Authenticate", challenge),)
    return error.message


class TestForm:
    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"role=writer",
            b'["role"]',
            b"5",
            b"null",
            b"\xff",
            '{"role":"writer"}'.encode("utf-16"),
            b'\xef\xbb\xbf{"role":"writer"}',
            b'{"exp":NaN}',
            b'{"exp":Infinity}',
            b'{"exp":1e999}',
            b'{"sub":"\\ud800"}',
            b'{"exp":' + b"1" * 10_000 + b"}",
            b"[" * 100_000,
        ],
        ids=lambda payload: payload[:20].decode("latin-1"),
    )
    def test_claims_must_be_an_object_of_json(self, payload: bytes) -> None:
        """In UTF-8, and such that PostgreSQL can be told it."""
        assert refusal(lambda: read_claims(payload)) == "Parsing claims failed"

    def test_claims_keep_every_character(self) -> None:
        assert read_claims('{"sub":"Zoë 🎬\\u0000"}'.encode()) == {"sub": "Zoë 🎬\0"}


def times(claims: Mapping[str, object]) -> str | None:
    return refusal(lambda: check_times(claims, NOW))


class TestTimes:
    @pytest.mark.parametrize(
        ("name", "accepted", "refused", "reason"),
        [
            ("exp", NOW - 30, NOW - 31, "JWT expired"),
            ("nbf", NOW + 30, NOW + 31, "JWT not yet valid"),
            ("iat", NOW + 30, NOW + 31, "JWT issued at future"),
        ],
    )
    def test_clocks_may_differ_by_thirty_seconds(
        self, name: str, accepted: int, refused: int, reason: str
    ) -> None:
        assert times({name: accepted}) is None
        assert times({name: refused}) == reason

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    @pytest.mark.parametrize("claim", ["tomorrow", "1800000000", True, [], {}])
    def test_they_are_numbers(self, name: str, claim: object) -> None:
        assert times({name: claim}) == f"The JWT '{name}' claim must be a number"

    def test_they_may_have_a_fraction(self) -> None:
        """RFC 7519, 2; v16.2 takes every fraction for 1970."""
        assert times({"exp": NOW + 0.5, "nbf": NOW + 0.5, "iat": NOW + 0.5}) is None

    def test_a_time_beyond_all_times_is_one(self) -> None:
        """v16.2 takes numbers that do not fit into 64 bits for 1970, and accepts the second."""
        assert times({"exp": 10**30}) is None
        assert times({"nbf": 10**30}) == "JWT not yet valid"

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    def test_null_is_no_claim(self, name: str) -> None:
        assert times({name: None}) is None

    def test_the_first_wrong_claim_is_told(self) -> None:
        assert times({"exp": NOW - 60, "nbf": NOW + 60}) == "JWT expired"


def audience(claim: object, ours: str | None) -> str | None:
    return refusal(lambda: check_audience({"aud": claim}, ours))


class TestAudience:
    @pytest.mark.parametrize("claim", ["office", ["office"], ["x", "office"], [], None])
    def test_ours_or_nobodys_is_accepted(self, claim: object) -> None:
        assert audience(claim, "office") is None

    @pytest.mark.parametrize("claim", ["", "off", "Office", "office.", ["x", "y"], [""]])
    def test_another_one_is_refused(self, claim: object) -> None:
        assert audience(claim, "office") == "JWT not in audience"

    def test_ours_is_a_text_and_no_pattern(self) -> None:
        assert audience("office", "off.*") == "JWT not in audience"

    def test_any_is_accepted_where_we_have_no_name(self) -> None:
        assert audience("office", None) is None

    @pytest.mark.parametrize("claim", [5, {}, [5], ["office", None], True])
    @pytest.mark.parametrize("ours", [None, "office"])
    def test_its_type_is_checked_even_so(self, claim: object, ours: str | None) -> None:
        reason = "The JWT 'aud' claim must be a string or an array of strings"
        assert audience(claim, ours) == reason
