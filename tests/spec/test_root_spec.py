"""``db-root-spec``: a function that answers the root.

https://docs.postgrest.org/en/v16/references/configuration.html#db-root-spec
"""

from __future__ import annotations

import pytest

from tests.spec.api import Api
from tests.spec.conftest import OpenApi


@pytest.fixture(scope="module")
def rooted(open_api: OpenApi, office_uri: str) -> Api:
    return open_api(db_uri=office_uri, db_root_spec="welcome")


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_its_value_is_the_root(rooted: Api, accept: str) -> None:
    assert rooted.rows("/", Accept=accept) == {"path": "/", "api": "box office"}


def test_it_is_called_like_any_function(rooted: Api) -> None:
    assert rooted.post("/").json == {"path": "/", "api": "box office"}
    assert rooted.get("/", method="HEAD").data == b""
    rooted.refuse("/", 405, "PGRST101", method="DELETE")
    rooted.refuse("/?year=2000", 404, "PGRST202")
    rooted.refuse("/", 406, "PGRST107", Accept="image/png")


def test_it_still_has_its_own_place(rooted: Api) -> None:
    assert rooted.rows("/rpc/welcome") == {"path": "/rpc/welcome", "api": "box office"}


def test_without_openapi_there_is_no_root(open_api: OpenApi, office_uri: str) -> None:
    api = open_api(db_uri=office_uri, db_root_spec="welcome", openapi_mode="disabled")
    body = api.refuse("/", 404, "PGRST126")
    assert body["message"] == "Root endpoint metadata is disabled"


def test_a_function_that_is_not_there_is_not_found(open_api: OpenApi, office_uri: str) -> None:
    api = open_api(db_uri=office_uri, db_root_spec="welcom")
    assert "api.welcom " in api.refuse("/", 404, "PGRST202")["message"]
