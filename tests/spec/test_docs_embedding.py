"""The examples of the pages on embedding and aggregates: each answers, and with what is printed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

DOCS = Path(__file__).parents[2] / "docs"
SERVER = "http://localhost:3000"

# A line with curl, and the JSON that stands directly below, if any.
EXAMPLE = re.compile(r"^    curl '([^']+)'$(?:\n\n```json\n(.*?)```)?", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    pages = (DOCS / f"{name}.md" for name in ("embedding", "aggregates"))
    return [found for page in pages for found in EXAMPLE.findall(page.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def counting(open_api: OpenApi) -> Api:
    return open_api(db_aggregates_enabled=True)


@pytest.mark.parametrize(("url", "printed"), examples())
def test_an_example_answers_what_is_printed_below_it(counting: Api, url: str, printed: str) -> None:
    rows = counting.rows(url.removeprefix(SERVER))
    assert rows
    assert not printed or rows == json.loads(printed)


def test_every_curl_line_is_an_example() -> None:
    """One with options would not be read here."""
    lines = [
        line
        for name in ("embedding", "aggregates")
        for line in (DOCS / f"{name}.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("    curl ")
    ]
    assert [shlex.split(line)[1] for line in lines] == [url for url, _ in examples()]
