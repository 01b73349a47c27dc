"""Answers to writing requests: status, headers and body, by the result."""

from __future__ import annotations

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.response.answers import key_query
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.work import Result
from tests.unit.plan.harbour import CATALOG, CONFIG, ask, make_config

WRITTEN = Result(None, 1, b'[{"id":1}]', None, None)
FULL = "return=representation"
OBJECT = "application/vnd.pgrst.object+json"


def answer(
    method: str, result: Result = WRITTEN, prefer: str = "", query: str = "id=eq.1", **headers: str
) -> Response:
    """The answer to a write of a ship that had this result."""
    headers["HTTP_PREFER"] = prefer
    call = ask(query, method=method, config=CONFIG, body='{"id": 1}', **headers)
    return compile_operation(call.shape, CONFIG, CATALOG).render(result, call.values)


def headers_of(response: Response) -> dict[str, str]:
    headers = dict(response.headers)
    assert len(headers) == len(response.headers)
    assert headers.pop("Vary") == "Accept, Prefer, Range"
    headers.pop("Preference-Applied", None)
    return headers


class TestStatus:
    @pytest.mark.parametrize(
        ("method", "inserted", "status"),
        [("POST", None, 201), ("POST", 0, 200), ("POST", 2, 201), ("PUT", 0, 200), ("PUT", 1, 201),
         ("PATCH", None, 200), ("DELETE", None, 200)],
    )  # fmt: skip
    def test_of_a_representation(self, method: str, inserted: int | None, status: int) -> None:
        response = answer(method, WRITTEN._replace(inserted=inserted), FULL)
        assert (response.status, response.body) == (status, b'[{"id":1}]')
        headers = headers_of(response)
        assert headers["Content-Length"] == "10"
        assert headers["Content-Type"] == "application/json; charset=utf-8"

    @pytest.mark.parametrize("prefer", ["", "return=minimal", "return=headers-only"])
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_of_none(self, method: str, prefer: str) -> None:
        response = answer(method, WRITTEN._replace(inserted=1), prefer)
        assert (response.status, response.body) == (204, b"")
        assert not {"Content-Length", "Content-Type"} & set(headers_of(response))

    def test_of_an_insert_without_one(self) -> None:
        response = answer("POST")
        assert (response.status, response.body) == (201, b"")
        assert headers_of(response) == {"Content-Range": "*/*", "Content-Length": "0"}


class TestContentRange:
    @pytest.mark.parametrize(
        ("method", "rows", "prefer", "expected"),
        [
            ("POST", 3, "", "*/*"),
            ("POST", 3, "count=exact", "*/3"),
            ("DELETE", 3, "", "*/*"),
            ("DELETE", 0, "count=exact", "*/0"),
            ("PATCH", 3, "", "0-2/*"),
            ("PATCH", 3, "count=exact", "0-2/3"),
            ("PATCH", 0, "count=estimated", "*/0"),
            ("PATCH", 2, "count=planned", "0-1/*"),
        ],
    )
    def test_tells_how_many_rows(self, method: str, rows: int, prefer: str, expected: str) -> None:
        response = answer(method, WRITTEN._replace(page_total=rows), prefer)
        assert headers_of(response)["Content-Range"] == expected

    def test_not_by_put(self) -> None:
        response = answer("PUT", WRITTEN._replace(inserted=0), f"{FULL}, count=exact")
        assert "Content-Range" not in headers_of(response)


class TestLocation:
    def test_it_is_escaped(self) -> None:
        assert key_query('[["a&b","c=d +é"],["e",null]]'.encode()) == (
            "?a%26b=eq.c%3Dd%20%2B%C3%A9&e=is.null"
        )

    @pytest.mark.parametrize(("rows", "told"), [(0, False), (1, True), (2, False)])
    def test_it_is_told_of_a_single_row(self, rows: int, told: bool) -> None:
        result = WRITTEN._replace(page_total=rows, location=b'[["id","1"]]')
        headers = headers_of(answer("POST", result, "return=headers-only"))
        assert headers.get("Location") == ("/ships?id=eq.1" if told else None)

    def test_below_the_mount_point(self) -> None:
        result = WRITTEN._replace(location=b'[["id","1"]]')
        response = answer("POST", result, "return=headers-only", SCRIPT_NAME="/a b")
        assert headers_of(response)["Location"] == "/a%20b/ships?id=eq.1"


class TestRows:
    @pytest.mark.parametrize(
        ("method", "rows", "headers", "code"),
        [
            ("PUT", 0, {}, "PGRST115"),
            ("PUT", 2, {}, "PGRST115"),
            ("PUT", 0, {"HTTP_ACCEPT": OBJECT}, "PGRST115"),
            ("POST", 2, {"HTTP_ACCEPT": OBJECT}, "PGRST116"),
            ("PATCH", 0, {"HTTP_ACCEPT": OBJECT}, "PGRST116"),
            ("DELETE", 4, {"prefer": "handling=strict, max-affected=3"}, "PGRST124"),
            ("PATCH", 4, {"prefer": "handling=strict, max-affected=3"}, "PGRST124"),
            ("PATCH", 4, {"prefer": "max-affected=3"}, None),
            ("POST", 4, {"prefer": "handling=strict, max-affected=3"}, None),
            ("DELETE", 3, {"prefer": "handling=strict, max-affected=3"}, None),
            ("DELETE", 0, {"prefer": "handling=strict, max-affected=-1"}, "PGRST124"),
        ],
    )
    def test_the_wrong_number_is_refused(
        self, method: str, rows: int, headers: dict[str, str], code: str | None
    ) -> None:
        result = WRITTEN._replace(page_total=rows, inserted=0)
        if code is None:
            answer(method, result, **headers)
            return
        with pytest.raises(PgrestError) as caught:
            answer(method, result, **headers)
        assert caught.value.code == code

    @pytest.mark.parametrize(
        ("method", "headers", "checked"),
        [
            ("PUT", {}, True),
            ("POST", {}, False),
            ("POST", {"HTTP_ACCEPT": OBJECT}, True),
            ("PATCH", {}, False),
            ("PATCH", {"HTTP_PREFER": "handling=strict, max-affected=3"}, True),
            ("PATCH", {"HTTP_PREFER": "max-affected=3"}, False),
            ("PATCH", {"HTTP_ACCEPT": "application/vnd.pgrst.plan"}, False),
            ("GET", {"HTTP_ACCEPT": OBJECT}, False),
        ],
    )
    def test_it_is_looked_at_before_the_commit_where_it_can_be_wrong(
        self, method: str, headers: dict[str, str], checked: bool
    ) -> None:
        """Where it cannot, or there is nothing to undo, one round trip is enough."""
        config = make_config(db_plan_enabled=True)
        call = ask("id=eq.1", method=method, config=config, body='{"id": 1}', **headers)
        recipe = compile_operation(call.shape, config, CATALOG).recipe
        assert (recipe.check_before_commit(call.values) is not None) is checked
