"""The line of a request: Apache's combined format, from which nobody breaks out."""

from __future__ import annotations

import re
import time

import pytest

from pgrest_wsgi.contrib.access_log import AccessLine, access_line, clock_text
from tests.unit.contrib.events import finished

LINE = re.compile(
    r'(?P<remote>\S+) - (?P<role>.+) \[(?P<time>[^]]+)\] "(?P<asked>[^"]*)"'
    r' (?P<status>\d+) (?P<length>\d+|-) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"'
)


def parts(**changes: object) -> dict[str, str]:
    line = LINE.fullmatch(str(AccessLine(finished(**changes))))
    assert line
    return line.groupdict()


def test_a_line_has_what_apache_has() -> None:
    found = parts(HTTP_REFERER="https://site.example/")
    assert time.strptime(found.pop("time"), "%d/%b/%Y:%H:%M:%S %z")
    assert found == {
        "remote": "192.0.2.7",
        "role": "reader",
        "asked": "GET /films?id=eq.1 HTTP/1.1",
        "status": "200",
        "length": "56",
        "referer": "https://site.example/",
        "agent": "curl/8",
    }


def test_what_is_not_known_is_a_hyphen_or_empty() -> None:
    found = parts(role=None, length=None, REMOTE_ADDR="", HTTP_USER_AGENT="", QUERY_STRING="")
    assert (found["remote"], found["role"], found["length"]) == ("-", "-", "-")
    assert (found["asked"], found["referer"], found["agent"]) == ("GET /films HTTP/1.1", "", "")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("HTTP_USER_AGENT", "agent"),
        ("HTTP_REFERER", "referer"),
        ("role", "role"),
        ("PATH_INFO", "asked"),
        ("QUERY_STRING", "asked"),
        ("REQUEST_METHOD", "asked"),
        ("SERVER_PROTOCOL", "asked"),
    ],
)
@pytest.mark.parametrize("text", ['"', "\n", "\r\n", "\x1b[31m", "\x9b", "\\"])
def test_nobody_writes_a_line_of_their_own(name: str, part: str, text: str) -> None:
    """Neither by quotes, nor by ends of lines, nor by what steers a terminal."""
    line = access_line(finished(**{name: f"a{text}b"}))
    assert line.isprintable()
    assert text not in parts(**{name: f"a{text}b"})[part].replace("\\x", "")


def test_the_mount_point_is_told_and_the_path_encoded() -> None:
    found = parts(SCRIPT_NAME="/api", PATH_INFO="/caf\xc3\xa9 x", SERVER_PROTOCOL="HTTP/1.0")
    assert found["asked"] == "GET /api/caf%C3%A9%20x?id=eq.1 HTTP/1.0"


def test_the_clock_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/GMT+5")
    time.tzset()
    clock_text.cache_clear()
    try:
        assert clock_text(1627282598) == "26/Jul/2021:01:56:38 -0500"
    finally:
        monkeypatch.undo()
        time.tzset()
        clock_text.cache_clear()
