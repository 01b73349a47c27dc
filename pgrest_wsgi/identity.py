"""Who asks: the database role a request runs as, and the claims it carries."""

from __future__ import annotations

import json
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
    _json: bytes | None = field(default=None, init=False, repr=False, compare=False)

    def claims_json(self) -> bytes:
        """The claims as ``request.jwt.claims`` has them: one JSON object, with the role."""
        return self._json or _encode_json({**self.claims, "role": self.role}).encode()

    def settled(self) -> Identity:
        """Make the JSON once. For one that serves many requests and whose claims nobody changes;
        a copy with another role or other claims makes its own.
        """
        object.__setattr__(self, "_json", self.claims_json())
        return self


_encode_json = json.JSONEncoder(ensure_ascii=False).encode
