"""The figures of several processes: read although a sibling is only just beginning."""

from __future__ import annotations

import struct
from pathlib import Path
from threading import Timer

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from pgrest_wsgi.admin.metrics import text_of


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
