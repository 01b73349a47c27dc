"""The examples in ``docs/writing.md`` are requests that do what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.spec.writing import Desk

PAGE = (Path(__file__).parents[2] / "docs" / "writing.md").read_text(encoding="utf-8")


class Example(NamedTuple):
    """A line of the page as the shell would read it."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


def read_example(line: str) -> Example:
    words = iter(shlex.split(line.replace("$'", "'"))[1:])
    method, url, body, headers = "", "", "", {"Content-Type": "application/json"}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word in ("-d", "--data-binary"):
            body = next(words).replace("\\n", "\n")
        elif word != "-i":
            url = word
    parts = urlsplit(url)
    return Example(method or "POST", f"{parts.path}?{parts.query}", headers, body)


EXAMPLES = tuple(read_example(line) for line in re.findall(r"(?m)^    (ask -.*)$", PAGE))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example[0]} {example[1][:40]}")
def test_an_example_works(archive: Desk, example: Example) -> None:
    """But those that the page shows as refused are refused. Nothing of them is kept."""
    response = archive.client.open(
        example.url, method=example.method, headers=example.headers, data=example.body
    )
    code = (response.json or {})["code"] if response.status_code >= 400 else None
    if "max-affected" in example.headers.get("Prefer", ""):
        assert code == "PGRST124"
    else:
        assert code == ("23502" if example.headers["Content-Type"] == "text/csv" else None)


def test_the_page_has_examples() -> None:
    """Were none found, the test above would hold for nothing."""
    assert len(EXAMPLES) >= 10
