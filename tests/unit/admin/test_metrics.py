"""The figures of several processes: each has one share, read although it is only just beginning."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Timer

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from pgrest_wsgi.admin import metrics
from pgrest_wsgi.admin.metrics import share_of, text_of


def test_a_file_that_has_only_just_begun_is_waited_for(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    file = tmp_path / "counter_1.db"
    file.touch()
    filling = Timer(0.05, lambda: MmapedDict(str(file)).close())
    filling.start()
    assert text_of(registry) == b""
    filling.join()


def test_but_not_for_ever(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    (tmp_path / "counter_1.db").touch()
    with pytest.raises(struct.error):
        text_of(registry)


def test_threads_that_begin_at_once_have_one_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would count twice what has happened before."""
    both = Barrier(2, timeout=10)

    class Slow(metrics.Share):
        def __init__(self) -> None:
            both.wait()
            super().__init__()

    monkeypatch.setattr(metrics, "Share", Slow)
    monkeypatch.setattr(metrics, "_shares", {})
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(share_of, (1, 1))
    assert first is second
