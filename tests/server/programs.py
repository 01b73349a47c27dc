"""Programs of the system that tests run: found, started as somebody who may, and ended."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pgrest_wsgi.demo.server import stop
from tests.server.api import wait_until

EXAMPLES = Path(__file__).parents[2] / "examples"
# Debian's daemons are not on the path of everybody.
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
NOBODY = "nobody"


def find_program(name: str) -> str:
    """The path of a program; the test is skipped where there is none."""
    path = shutil.which(name, path=PLACES)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that daemons can use which are somebody else than the tests."""
    with TemporaryDirectory(prefix="pgrest-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@contextmanager
def running(command: list[str], port: int, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program in the foreground, once it listens; what it says is in the failure if it ends."""
    with open_folder() as folder, (folder / "log").open("w+b") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

        def is_listening() -> bool:
            assert process.poll() is None, (folder / "log").read_text(errors="replace")
            return can_connect(port)

        with process:
            try:
                wait_until(is_listening)
                yield process
            finally:
                stop(process)


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def adapt(example: str, **values: str) -> str:
    """The text of an example, where some of its ``name = value`` lines have other values."""
    text = (EXAMPLES / example).read_text(encoding="utf-8")
    for name, value in values.items():
        line = f"{name} = {value}".rstrip()
        text, found = re.subn(rf"^{re.escape(name)} =.*$", line, text, flags=re.MULTILINE)
        assert found == 1, f"{example} has {found} lines for {name}"
    return text


def example_value(example: str, name: str) -> str:
    """What an example has in its line ``name = value``."""
    text = (EXAMPLES / example).read_text(encoding="utf-8")
    [value] = re.findall(rf"^{re.escape(name)} = (.*)$", text, re.MULTILINE)
    return str(value)
