"""The table of preferences, and the ``Prefer`` header read by it.

Upstream: https://docs.postgrest.org/en/v16/references/api/preferences.html; RFC 7240.
A new preference is a new row here (and a field of `Preferences`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pgrest_wsgi.api.ranges import parse_integer
from pgrest_wsgi.memo import keep_short


@dataclass(frozen=True, slots=True)
class Preference:
    """One row: the name, and its values; a preference without values takes any text."""

    name: str
    values: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """The field of `Preferences` that holds it."""
        return {"return": "returning", "tx": "transaction", "count": "counted"}.get(
            self.name, self.name.replace("-", "_")
        )


# In the order in which Preference-Applied tells them.
PREFERENCES = (
    Preference("resolution", ("merge-duplicates", "ignore-duplicates")),
    Preference("missing", ("default", "null")),
    Preference("return", ("representation", "minimal", "headers-only")),
    Preference("count", ("exact", "planned", "estimated")),
    Preference("tx", ("commit", "rollback")),
    Preference("handling", ("strict", "lenient")),
    Preference("timezone"),
    Preference("max-affected"),
)


class Preferences(NamedTuple):
    """What a request prefers: part of its shape. Texts of free preferences are values.

    `invalid` are the preferences nobody knows, kept only where ``handling=strict`` refuses them.
    Only `legacy` reads the `plurality` "singular", and "none" for `counted`; none is told back.
    """

    resolution: str | None = None
    missing: str | None = None
    returning: str | None = None
    counted: str | None = None
    transaction: str | None = None
    handling: str | None = None
    timezone: bool = False
    max_affected: bool = False
    invalid: tuple[str, ...] = ()
    plurality: str | None = None


class PreferenceValues(NamedTuple):
    """The texts of the free preferences."""

    timezone: str | None = None
    max_affected: int | None = None


NONE_PREFERRED = (Preferences(), PreferenceValues())

_CHOICES = {
    f"{preference.name}={value}": (preference.attribute, value)
    for preference in PREFERENCES
    for value in preference.values
}
_FREE = tuple(f"{preference.name}=" for preference in PREFERENCES if not preference.values)
_INT64 = range(-(2**63), 2**63)


@keep_short
def parse_prefer(header: str) -> tuple[Preferences, PreferenceValues]:
    """Read a ``Prefer`` header; of a preference given twice the first counts."""
    tokens = [token.strip() for token in header.split(",")]
    chosen: dict[str, str] = {}
    for token in tokens:
        if token in _CHOICES:
            attribute, value = _CHOICES[token]
            chosen.setdefault(attribute, value)
    invalid = [token for token in tokens if token not in _CHOICES and not token.startswith(_FREE)]
    values = PreferenceValues(_first(tokens, "timezone="), _max_affected(tokens))
    preferences = Preferences(
        **chosen,
        timezone=values.timezone is not None,
        max_affected=values.max_affected is not None,
        invalid=tuple(invalid) if chosen.get("handling") == "strict" else (),
    )
    return preferences, values


def _first(tokens: list[str], prefix: str) -> str | None:
    return next((token[len(prefix) :] for token in tokens if token.startswith(prefix)), None)


def _max_affected(tokens: list[str]) -> int | None:
    number = parse_integer(_first(tokens, "max-affected=") or "")
    return number if number is not None and number in _INT64 else None


def applied_header(preferences: Preferences, values: PreferenceValues) -> str:
    """The value of ``Preference-Applied`` for preferences that were honoured; may be empty."""
    applied = []
    for row in PREFERENCES:
        value = getattr(preferences, row.attribute)
        if row.name == "max-affected" and preferences.handling != "strict":
            continue
        if value and not row.values:
            value = getattr(values, row.attribute)
        if value and (value in row.values or not row.values):
            applied.append(f"{row.name}={value}")
    return ", ".join(applied)
