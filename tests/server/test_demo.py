"""``python -m pgrest_wsgi.demo`` as a user runs it: started, asked, interrupted."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request

import jwt
import psutil
import pytest

from pgrest_wsgi.demo.server import EDITOR_TOKEN, HOST, SECRET, open_url

STOP_SECONDS = 30


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder whose path is short, as those of Unix sockets have to be."""
    with TemporaryDirectory() as path:
        yield Path(path)


@pytest.fixture
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo on a free port, with a process group and a temporary folder of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pgrest_wsgi.demo", "--port", "0"],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        if process.poll() is None:
            process.terminate()


def printed_curl_lines(process: subprocess.Popen[str]) -> list[list[str]]:
    """Read what the demo prints until it has said what to try; the arguments of each curl."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.startswith("curl "):
            lines.append(shlex.split(line)[1:])
        if line.startswith("Ctrl-C"):
            break
    return lines


def answer(arguments: list[str]) -> object:
    """Do what curl would: the body of a successful answer."""
    url = next(argument for argument in arguments if argument.startswith("http"))
    headers = dict(value.split(": ", 1) for option, value in pairwise(arguments) if option == "-H")
    with open_url(Request(url, headers=headers)) as response:
        assert response.status == 200
        return json.load(response)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_curl_lines_answer_and_a_signal_ends_everything(
    demo: subprocess.Popen[str], folder: Path, ending: signal.Signals
) -> None:
    """All three URLs answer; afterwards no process is left, and no file."""
    lines = printed_curl_lines(demo)
    assert len(lines) == 3
    films = answer(lines[0])
    assert isinstance(films, list)
    assert [set(film) for film in films] == [{"title", "year", "director"}] * 5
    assert all(set(film["director"]) == {"name"} for film in films)
    for line in lines[1:]:
        assert isinstance(answer(line), list)

    family = psutil.Process(demo.pid).children(recursive=True)
    family += [child for child in psutil.process_iter() if str(folder) in command(child)]
    assert any("gunicorn" in command(child) for child in family)
    assert any("postgres" in child.name() for child in family)

    demo.send_signal(ending)
    assert demo.wait(STOP_SECONDS) == 0
    _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
    assert [child for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []
    assert list(folder.glob("pgrest-*")) == []


def command(process: psutil.Process) -> str:
    """Command line of a process, empty if it ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        finished = subprocess.run(
            [sys.executable, "-m", "pgrest_wsgi.demo", "--port", port],
            capture_output=True,
            text=True,
            timeout=STOP_SECONDS,
            check=False,
        )
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Port {port} cannot be used (")
    assert finished.stderr.count("\n") == 1


def test_printed_token_is_the_editors_and_never_expires() -> None:
    assert jwt.decode(EDITOR_TOKEN, SECRET, algorithms=["HS256"]) == {"role": "demo_editor"}
