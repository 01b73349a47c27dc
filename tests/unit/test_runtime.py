"""What a process holds, as far as it takes no database."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest

from pgrest_wsgi import ConfigError, make_app


def test_uwsgi_without_threads_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would listen, nor connections be made, while no request is answered."""
    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(has_threads=0))
    with pytest.raises(ConfigError, match="give --enable-threads"):
        make_app()


def test_uwsgi_with_threads_is_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(has_threads=1))
    make_app()


def test_gevent_that_came_late_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Lock", object())
    with pytest.raises(ConfigError, match="patch_all"):
        make_app()
