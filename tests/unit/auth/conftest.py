"""Fixtures of the tests of authentication."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.auth.provider import Provider, serving_keys


@pytest.fixture
def provider() -> Iterator[Provider]:
    """An issuer of tokens that nobody knows yet."""
    with serving_keys() as provider:
        yield provider
