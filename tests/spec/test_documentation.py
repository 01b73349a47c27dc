"""What the documentation shows is so: requests, asked of the demo, and Python."""

from __future__ import annotations

import ast
import json
from importlib import import_module
from importlib.util import find_spec

import pytest
from werkzeug.test import TestResponse

from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi
from tests.spec.documentation import PAGES, Example, examples, python_blocks
from tests.spec.writing import Desk

EXAMPLES = examples()
BLOCKS = python_blocks()

# Requests that are shown for what is said of the mistake in them: a part of the line, the code.
REFUSED = {
    "/average_star?": "PGRST202",
    "films?year=2000'": "PGRST100",
    "colour=blue": "PGRST122",
    "max-affected=10": "PGRST124",
    "Tom Vik,NULL": "23502",
}


@pytest.fixture(scope="module")
def demo(open_api: OpenApi) -> Api:
    """The demo with everything on that a page tells how to switch on."""
    return open_api(db_plan_enabled=True, db_aggregates_enabled=True)


def ask(api: Api, example: Example) -> TestResponse:
    token = bearer("demo_editor")
    return api.client.open(
        example.path,
        method=example.method,
        headers={
            name: value.replace("Bearer $TOKEN", token) for name, value in example.headers.items()
        },
        data=example.body,
    )


def asked_type(example: Example) -> str:
    """What the media type of the answer begins with."""
    usual = "application/openapi" if example.path == "/" else "application/json"
    return example.headers.get("Accept", usual).partition(";")[0].partition("+json")[0]


def contains(whole: object, part: object) -> bool:
    """Whether a JSON value has all that a shortened one shows."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and contains(whole[name], part[name]) for name in part)
    if isinstance(whole, list) and isinstance(part, list):
        return all(any(contains(member, shown) for member in whole) for shown in part)
    return whole == part


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.page}: {example.method} {example.path:.60}"
)
def test_a_request_is_answered_as_the_page_says(demo: Api, archive: Desk, example: Example) -> None:
    """With something in it, of the media type that was asked for. What writes is undone."""
    response = ask(archive if example.asks else demo, example)
    code = next((code for part, code in REFUSED.items() if part in example.line), None)
    if code is not None:
        assert response.status_code >= 400
        assert (response.json or {})["code"] == code
    else:
        assert response.status_code < 300, response.text
    if example.method == "GET" and code is None:
        assert response.headers["Content-Type"].startswith(asked_type(example))
        assert response.data.strip() not in (b"", b"[]")
    if example.method == "OPTIONS" and example.printed:
        assert contains(response.json, json.loads(example.printed))
    elif example.printed:
        assert response.json == json.loads(example.printed)


def test_every_request_is_read() -> None:
    """Were one overlooked, the test above would not hold for it."""
    lines = [
        line
        for page in PAGES
        for line in page.read_text(encoding="utf-8").splitlines()
        if "localhost:3000" in line and line.startswith("    ")
    ]
    assert len(lines) == len(EXAMPLES) > 80


@pytest.mark.parametrize("part", REFUSED)
def test_what_is_refused_is_one_request(part: str) -> None:
    assert sum(part in example.line for example in EXAMPLES) == 1


@pytest.mark.parametrize(("page", "code"), BLOCKS)
def test_python_compiles_and_what_it_imports_is_there(page: str, code: str) -> None:
    compile(code, page, "exec")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                import_module(alias.name)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            module = import_module(origin)
            for alias in node.names:
                name = alias.name
                assert name == "*" or hasattr(module, name) or find_spec(f"{origin}.{name}"), name


def test_there_is_python_to_compile() -> None:
    assert len(BLOCKS) >= 8
