"""OpenAPI 3.1, where it is asked for: valid, and true enough that a fuzzer runs on it.

https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from schemathesis import openapi
from schemathesis.core.result import Ok

from tests.spec.api import Api, bearer, user_of
from tests.spec.conftest import OpenApi
from tests.spec.test_openapi import references
from tests.spec.writing import Desk

OPENAPI_31 = "application/vnd.oai.openapi+json;version=3.1"
EXAMPLES = 10  # of each operation

SCRIPT = """
create schema api;
create table api."A{b}/c d" (id int primary key, "select" int, "Größe" text, "a.b" text);
create table api.a (b_c int, "b.c" int, "b c" int, "b-20-c" int);
create function api.echo(json) returns json language sql immutable as 'select $1';
create function api.nothing() returns void language sql as '';
create function api.numbers() returns setof int language sql stable as 'select 1';
create function api.pairs() returns table (a int, b int) language sql stable as 'select 1, 2';
create function api.many(variadic n int[]) returns int[] language sql stable as 'select n';
"""


def document(api: Api, accept: str = OPENAPI_31, **headers: Any) -> Any:
    """The document of version 3.1, which must be valid, and refer to nothing that is not there."""
    response = api.get("/", Accept=accept, **headers)
    assert response.headers["Content-Type"] == OPENAPI_31
    assert response.headers["Vary"] == "Accept, Prefer, Range"
    found: Any = response.get_json(force=True)
    validate(found, cls=OpenAPIV31SpecValidator)
    for reference in set(references(found)):
        root, components, section, name = reference.split("/")
        assert (root, components) == ("#", "components")
        assert name in found["components"][section]
    return found


@pytest.fixture(scope="module")
def demo(api: Api) -> Any:
    return document(api)


@pytest.fixture(scope="module")
def odd(open_api: OpenApi, new_database: Callable[[str], str]) -> Any:
    """The document of names and functions that a document may stumble over."""
    uri = new_database(SCRIPT)
    return document(
        open_api(db_uri=uri, db_anon_role=user_of(uri), openapi_mode="ignore-privileges")
    )


class TestAnswer:
    @pytest.mark.parametrize(
        "accept",
        [
            'application/vnd.oai.openapi+json; version="3.1"',
            "application/vnd.OAI.openapi+json;version=3.1",
            f"application/json;q=0.9, {OPENAPI_31}",
            f"text/html, {OPENAPI_31}",
        ],
    )
    def test_it_is_answered_where_it_is_wanted_most(self, api: Api, accept: str) -> None:
        assert document(api, accept)["openapi"] == "3.1.0"

    @pytest.mark.parametrize("accept", [f"*/*, {OPENAPI_31};q=0.5", "application/openapi+json"])
    def test_else_it_stays_2_0(self, api: Api, accept: str) -> None:
        assert api.get("/", Accept=accept).get_json(force=True)["swagger"] == "2.0"

    @pytest.mark.parametrize("version", ["", ";version=3.0", ";version=3.1.0"])
    def test_there_is_no_other_version(self, api: Api, version: str) -> None:
        wanted = f"application/vnd.oai.openapi+json{version}"
        body = api.refuse("/", 406, "PGRST107", Accept=wanted)
        assert body["message"] == f"None of these media types are available: {wanted}"

    def test_tables_have_no_such_form(self, api: Api) -> None:
        api.refuse("/films", 406, "PGRST107", Accept=OPENAPI_31)

    def test_each_role_sees_its_own(self, api: Api, demo: Any) -> None:
        member = document(api, Authorization=bearer("demo_member"))
        assert set(member["paths"]) - set(demo["paths"]) == {"/rpc/add_review"}

    @pytest.mark.parametrize("active", [True, False])
    def test_tokens_are_described_where_that_is_wanted(
        self, open_api: OpenApi, active: bool
    ) -> None:
        found = document(open_api(openapi_security_active=active))
        assert ("security" in found, "securitySchemes" in found["components"]) == (active, active)

    def test_the_server_is_where_the_api_is_mounted(self, open_api: OpenApi, demo: Any) -> None:
        assert demo["servers"] == [{"url": "http://localhost:80"}]
        proxied = open_api(openapi_server_proxy_uri="https://cinema.example/archive/")
        assert document(proxied)["servers"] == [{"url": "https://cinema.example:443/archive"}]


class TestDemo:
    def test_it_is_about_what_2_0_is_about(self, api: Api, demo: Any) -> None:
        old: Any = api.get("/").get_json(force=True)
        assert demo["info"] == old["info"]
        assert list(demo["paths"]) == list(old["paths"])

    def test_methods_are_those_that_options_tells(self, api: Api, demo: Any) -> None:
        for path in set(demo["paths"]) - {"/"}:
            if path.startswith("/rpc/"):
                continue  # a function with arguments has no answer to OPTIONS
            allowed = api.get(path, method="OPTIONS").headers["Allow"].lower().split(",")
            assert set(demo["paths"][path]) == set(allowed) - {"options", "head"}

    def test_operations_have_names_of_their_own(self, demo: Any) -> None:
        operations = [row for path in demo["paths"].values() for row in path.values()]
        assert len({row["operationId"] for row in operations}) == len(operations) > 40

    @pytest.mark.parametrize(
        ("column", "schema"),
        [
            ("title", {"type": "string", "format": "text"}),
            (
                "licensed",
                {
                    "type": ["string", "null"],
                    "format": "daterange",
                    "description": "Days on which the society may show the film",
                },
            ),
        ],
    )
    def test_columns_are_those_of_2_0_but_for_null(
        self, demo: Any, column: str, schema: dict[str, Any]
    ) -> None:
        assert demo["components"]["schemas"]["films"]["properties"][column] == schema

    def test_what_is_generated_is_not_written(self, demo: Any) -> None:
        schemas = demo["components"]["schemas"]
        read, written = (schemas[name]["properties"].keys() for name in ("films", "films.input"))
        assert read - written == {"decade", "search"}
        assert not written - read

    @pytest.mark.parametrize(
        ("function", "schema"),
        [
            ("average_stars", {"type": ["number", "null"], "format": "numeric"}),
            ("search_films", {"type": "array", "items": {"$ref": "#/components/schemas/films"}}),
            ("films_per_decade", {"type": "array", "items": {"type": "object"}}),
        ],
    )
    def test_results_of_functions_have_schemas(
        self, demo: Any, function: str, schema: dict[str, Any]
    ) -> None:
        answer = demo["paths"][f"/rpc/{function}"]["get"]["responses"]["200"]
        assert answer["content"]["application/json"]["schema"] == schema


class TestOddNames:
    def test_names_with_special_characters_are_valid_and_stay_apart(self, odd: Any) -> None:
        """`document` has validated them; braces in a path would be parameters."""
        assert "/A%7Bb%7D%2Fc%20d" in odd["paths"]
        own = {name for name in odd["components"]["parameters"] if name.startswith("rowFilter.a.")}
        assert len(own) == 4

    def test_a_column_called_like_a_parameter_has_no_filter(self, odd: Any) -> None:
        names = odd["components"]["parameters"]
        assert not any(name.endswith(".select") for name in names)

    def test_functions_of_every_kind_are_told(self, odd: Any) -> None:
        def post(name: str) -> Any:
            return odd["paths"][f"/rpc/{name}"]["post"]

        assert list(post("nothing")["responses"]) == ["204", "default"]
        body = post("echo")["requestBody"]
        assert body == {
            "required": True,
            "content": {"application/json": {"schema": {"format": "json"}}},
        }
        results = {
            name: post(name)["responses"]["200"]["content"]["application/json"]["schema"]
            for name in ("echo", "numbers", "pairs", "many")
        }
        number = {"type": ["integer", "null"], "format": "int32"}
        assert results["echo"] == {}
        assert results["numbers"] == {"type": "array", "items": number}
        assert results["pairs"] == {"type": "array", "items": {"type": "object"}}
        assert results["many"]["items"] == {"type": "integer"}
        [variadic] = odd["paths"]["/rpc/many"]["get"]["parameters"]
        assert variadic["schema"]["type"] == "array"


def test_a_fuzzer_finds_no_failure_of_the_server(open_api: OpenApi, archive: Desk) -> None:
    """Every operation is asked with what its description allows; all is undone."""
    uri = archive.app.config.db_uri
    editor = open_api(db_uri=uri, db_anon_role="demo_editor", db_tx_end="rollback")
    seen: Counter[str] = Counter()
    for found in openapi.from_dict(document(editor)).get_all_operations():
        assert isinstance(found, Ok)
        ask_randomly(editor, found.ok(), seen)
    assert sum(count for status, count in seen.items() if status[0] == "2") > 100, seen
    assert not [status for status in seen if status[0] == "5"]


def ask_randomly(api: Api, operation: Any, seen: Counter[str]) -> None:
    """Ask an operation in different ways; the statuses are counted."""

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        database=None,
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call(app=api.app)
        assert response.status_code < 500, case.as_curl_command()
        seen[str(response.status_code)] += 1

    ask()
