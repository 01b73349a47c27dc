"""The curl lines of the documentation, asked of the demo."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("functions.md", "media-types.md", "plans.md")
ORIGIN = "http://localhost:3000"

LINES = [
    line.strip()
    for page in PAGES
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines()
    if line.startswith("    curl ")
]
# Shown for what is said of the mistake in them.
MISTAKES = {"/rpc/average_star?film_id=3": 404}


@pytest.fixture(scope="module")
def demo(open_api: OpenApi) -> Api:
    return open_api(db_plan_enabled=True)


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_answered(demo: Api, line: str) -> None:
    """With a body that has something in it, of the media type that was asked for."""
    arguments = shlex.split(line)[1:]
    values = [*pairwise(arguments)]
    headers = dict(value.split(": ", 1) for option, value in values if option == "-H")
    [url] = [argument for argument in arguments if argument.startswith(ORIGIN)]
    data = next((value for option, value in values if option == "-d"), None)
    method = "HEAD" if "-I" in arguments else "GET" if data is None else "POST"
    path = url.removeprefix(ORIGIN)
    response = demo.client.open(path, method=method, headers=headers, data=data)
    assert response.status_code == MISTAKES.get(path, 200), response.text
    assert response.data or method == "HEAD"
    asked = headers.get("Accept", "application/json").partition(";")[0].partition("+json")[0]
    assert response.headers["Content-Type"].startswith(asked)


def test_every_page_has_lines() -> None:
    assert len(LINES) > 12
