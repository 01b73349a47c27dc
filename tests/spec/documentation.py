"""The pages of the documentation, read: their requests, and their blocks of Python."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
ORIGIN = "http://localhost:3000"

# A command with the lines that go on with it, and the JSON that stands directly below, if any.
COMMAND = re.compile(
    r"^    ((?:curl|ask) (?:.*\\\n)*.*)$(?:\n\n```json\n([\s\S]*?)```)?", re.MULTILINE
)
BLOCK = re.compile(r"^( *)```python\n([\s\S]*?)^\1```$", re.MULTILINE)

METHODS = {"-I": "HEAD", "-d": "POST", "--data-binary": "POST"}
FLAGS = {"-g", "-i", "-I"}  # what of curl's options has no value


class Example(NamedTuple):
    """A request as the shell would read it; `printed` is what the page says of the answer.

    `asks` says that it is a line of the function ``ask``, which sends JSON as the demo's editor.
    """

    page: str
    line: str
    asks: bool
    method: str
    path: str
    headers: dict[str, str]
    body: str | None
    printed: str


def examples() -> list[Example]:
    """All requests of all pages."""
    return [
        read_example(page.name, line, printed)
        for page in PAGES
        for line, printed in COMMAND.findall(page.read_text(encoding="utf-8"))
    ]


def read_example(page: str, line: str, printed: str) -> Example:
    words = shlex.split(line.replace("\\\n", " ").replace("$'", "'"))
    asks = words[0] == "ask"
    options = list(pair(words[1:]))
    [url] = [value for option, value in options if not option]
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    body = next((value for option, value in options if option in ("-d", "--data-binary")), None)
    methods = [value for option, value in options if option == "-X"]
    methods += [METHODS[option] for option, _ in options if option in METHODS]
    return Example(
        page,
        line,
        asks,
        next(iter(methods), "GET"),
        url.removeprefix(ORIGIN),
        {"Content-Type": "application/json", **headers} if asks else headers,
        body if body is None else body.replace("\\n", "\n"),
        printed,
    )


def pair(words: list[str]) -> Iterator[tuple[str, str]]:
    """Options with their values; what is no option has an empty name."""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            yield "", word
        else:
            yield word, "" if word in FLAGS else next(rest)


def python_blocks() -> list[tuple[str, str]]:
    """All blocks of Python, each with the name of its page."""
    return [
        (page.name, dedent(code))
        for page in PAGES
        for _, code in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]
