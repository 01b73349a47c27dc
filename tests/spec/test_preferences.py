"""The header Prefer: what is honoured is said, what is unknown is refused if so asked.

https://docs.postgrest.org/en/v16/references/api/preferences.html
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api

ONE = "/members?id=eq.alba"


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("count=exact", "count=exact"),
        ("timezone=UTC, count=exact", "count=exact, timezone=UTC"),
        ("handling=lenient, whatever=1", "handling=lenient"),
        ("handling=strict", "handling=strict"),
        ("count=exact, count=planned", "count=exact"),
        ("count=exact,handling=strict", "count=exact, handling=strict"),
    ],
)
def test_what_was_honoured_is_told(api: Api, prefer: str, applied: str) -> None:
    assert api.get(ONE, Prefer=prefer).headers["Preference-Applied"] == applied


@pytest.mark.parametrize(
    "prefer",
    ["return=minimal", "resolution=merge-duplicates", "missing=default", "x=1", "COUNT=exact", ""],
)
def test_what_means_nothing_for_reading_is_not(api: Api, prefer: str) -> None:
    assert "Preference-Applied" not in api.get(ONE, Prefer=prefer).headers


@pytest.mark.parametrize("prefer", ["tx=commit", "tx=rollback"])
def test_the_end_of_the_transaction_is_not_the_clients_unless_allowed(
    api: Api, prefer: str
) -> None:
    assert "Preference-Applied" not in api.get(ONE, Prefer=prefer).headers


class TestStrict:
    def test_unknown_preferences_are_all_named(self, api: Api) -> None:
        prefer = "handling=strict, foo, count=exact, bar=1"
        body = api.refuse(ONE, 400, "PGRST122", Prefer=prefer)
        assert body["message"] == "Invalid preferences given with handling=strict"
        assert body["details"] == "Invalid preferences: foo, bar=1"

    def test_lenient_passes_over_them(self, api: Api) -> None:
        assert api.rows(ONE, Prefer="handling=lenient, foo")

    def test_the_first_handling_counts(self, api: Api) -> None:
        assert api.rows(ONE, Prefer="handling=lenient, handling=strict, foo")


class TestTimezone:
    PATH = "/screenings?select=starts_at&order=starts_at&limit=1"

    @pytest.mark.parametrize(
        ("zone", "written"),
        [
            ("Asia/Tokyo", "2022-03-06T03:30:00+09:00"),
            ("America/New_York", "2022-03-05T13:30:00-05:00"),
            ("UTC", "2022-03-05T18:30:00+00:00"),
        ],
    )
    def test_times_are_written_in_it(self, api: Api, zone: str, written: str) -> None:
        assert api.rows(self.PATH, Prefer=f"timezone={zone}") == [{"starts_at": written}]

    def test_the_next_request_is_not_in_it(self, api: Api) -> None:
        expected = api.get(self.PATH).text
        api.get(self.PATH, Prefer="timezone=Asia/Tokyo")
        assert [api.get(self.PATH).text for _ in range(4)] == [expected] * 4

    @pytest.mark.parametrize("handling", ["lenient", "strict"])
    @pytest.mark.parametrize("zone", ["Nowhere/Land", "x'; drop table api.films; --"])
    def test_an_unknown_one_is_told_by_postgresql(self, api: Api, zone: str, handling: str) -> None:
        prefer = f"handling={handling}, timezone={zone}"
        body = api.refuse(self.PATH, 400, "22023", Prefer=prefer)
        assert body["message"] == f'invalid value for parameter "TimeZone": "{zone}"'
