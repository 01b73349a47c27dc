"""Who asks: the database role a request runs as, and the claims it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """A role and its claims.

    `claims` become the setting ``request.jwt.claims`` of the transaction, with `role` added.
    `authenticated` is false for the anonymous role: it turns 403 into 401 in error answers.
    """

    role: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    authenticated: bool = True
