"""Identities, and the JSON that PostgreSQL is told of them."""

from __future__ import annotations

import json
from dataclasses import replace

from pgrest_wsgi.identity import Identity


def test_the_json_has_the_role_in_force() -> None:
    """What the claims say of a role gives way to the role that was found."""
    identity = Identity("reader", {"role": "other", "sub": "Jürgen"})
    assert json.loads(identity.claims_json()) == {"role": "reader", "sub": "Jürgen"}
    assert "Jürgen".encode() in identity.claims_json()


def test_json_is_made_once_only_where_that_was_asked_for() -> None:
    """A host may go on changing the claims of an identity that it has made."""
    claims = {"sub": "ida"}
    identity = Identity("reader", claims)
    assert identity.settled().claims_json() is identity.claims_json()
    open_one = Identity("reader", claims)
    claims["sub"] = "eve"
    assert json.loads(open_one.claims_json())["sub"] == "eve"


def test_a_copy_does_not_take_the_json_along() -> None:
    """Nobody gets the claims of another by being made of them."""
    settled = Identity("reader", {"sub": "ida"}).settled()
    assert json.loads(replace(settled, claims={}).claims_json()) == {"role": "reader"}
    assert json.loads(replace(settled, role="writer").claims_json())["role"] == "writer"
    assert settled == Identity("reader", {"sub": "ida"})
