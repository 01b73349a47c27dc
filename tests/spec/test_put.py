"""PUT: one row, named by its key, whether it exists or not.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#put
"""

from __future__ import annotations

import pytest

from tests.spec.writing import Desk

CUP = {"code": "cup", "name": "Mug", "stock": 1}
NOT_THE_KEY = "Filters must include all and only primary key columns with 'eq' operators"


def test_a_row_that_exists_is_replaced(desk: Desk) -> None:
    assert desk.wrote("PUT", "/wares?code=eq.cup", CUP) == [CUP]


def test_a_row_that_does_not_is_put_in(desk: Desk) -> None:
    pen = {**CUP, "code": "pen"}
    assert desk.wrote("PUT", "/wares?code=eq.pen", pen, 201) == [pen]


def test_without_representation_it_is_204_either_way(desk: Desk) -> None:
    for code in ("cup", "pen"):
        for prefer in ("", "return=minimal", "return=headers-only"):
            path = f"/wares?code=eq.{code}"
            response = desk.send("PUT", path, {**CUP, "code": code}, 204, Prefer=prefer)
            assert response.data == b""
            assert "Content-Range" not in response.headers
            assert "Location" not in response.headers


def test_an_array_with_that_row_will_do(desk: Desk) -> None:
    """Or of several, if only one of them is meant."""
    pen = {**CUP, "code": "pen"}
    assert desk.wrote("PUT", "/wares?code=eq.cup", [CUP]) == [CUP]
    assert desk.wrote("PUT", "/wares?code=eq.cup", [pen, CUP]) == [CUP]
    assert desk.wrote("PUT", "/wares?code=eq.pen", [pen, CUP], 201) == [pen]


def test_a_composite_key(desk: Desk) -> None:
    body = {"day": "2025-01-02", "door": 1, "guests": 41}
    assert desk.wrote("PUT", "/visits?door=eq.1&day=eq.2025-01-02", body) == [body]


def test_a_table_of_keys_only(desk: Desk) -> None:
    body = {"day": "2025-03-05", "place": "Ghent"}
    assert desk.wrote("PUT", "/stamps?day=eq.2025-03-05&place=eq.Ghent", body) == [body]


def test_a_key_with_odd_names(desk: Desk) -> None:
    body = {"room, no.": "A&B", "row=1": 2, "label": None}
    path = "/shelves%20%26%20racks?%22room,%20no.%22=eq.A%26B&%22row%3D1%22=eq.2"
    assert desk.wrote("PUT", path, body, 201) == [body]


def test_columns_that_are_left_out_stay_or_get_their_defaults(desk: Desk) -> None:
    assert desk.wrote("PUT", "/wares?code=eq.cup", {"code": "cup", "stock": 2}) == [
        {"code": "cup", "name": "Cup", "stock": 2}
    ]
    assert desk.wrote("PUT", "/wares?code=eq.pen", {"code": "pen"}, 201) == [
        {"code": "pen", "name": None, "stock": 0}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=gt.cup",
        "code=not.eq.cup",
        "code=eq(any).%7Bcup%7D",
        "code=in.(cup)",
        "name=eq.Cup",
        "code=eq.cup&name=eq.Cup",
        "and=(code.eq.cup)",
        "code=eq.cup&or=(stock.eq.1)",
        "code->>0=eq.cup",
    ],
)
def test_the_filters_must_be_the_key(desk: Desk, query: str) -> None:
    error = desk.reject("PUT", f"/wares?{query}", CUP, 405, "PGRST105")
    assert error["message"] == NOT_THE_KEY


def test_a_part_of_the_key_is_not_enough(desk: Desk) -> None:
    body = {"day": "2025-01-02", "door": 1, "guests": 41}
    desk.reject("PUT", "/visits?door=eq.1", body, 405, "PGRST105")


def test_nor_has_a_table_without_a_key_any(desk: Desk) -> None:
    desk.reject("PUT", "/scraps?body=eq.a", {"body": "a"}, 405, "PGRST105")


@pytest.mark.parametrize("body", [{**CUP, "code": "map"}, [{"code": "map"}, {"code": "fan"}]])
def test_the_body_must_be_that_row(desk: Desk, body: object) -> None:
    """What does not fit is not written."""
    path = "/wares?code=eq.cup"
    error = desk.reject("PUT", path, body, 400, "PGRST115", Prefer="tx=commit")
    assert error["message"] == "Payload values do not match URL in primary key column(s)"
    assert desk.rows("/wares?select=name&order=code") == [
        {"name": "Cup"}, {"name": "Fan"}, {"name": "Map"}
    ]  # fmt: skip


def test_a_body_without_the_key_is_postgresqls_error(desk: Desk) -> None:
    for body in ('{"stock": 1}', "{}", "[]"):
        desk.reject("PUT", "/wares?code=eq.cup", body, 400, "42703")


def test_no_two_rows_can_be_the_same(desk: Desk) -> None:
    desk.reject("PUT", "/wares?code=eq.cup", [CUP, CUP], 500, "21000")


@pytest.mark.parametrize("query", ["limit=1", "offset=1", "limit=0&offset=0"])
def test_it_knows_no_pages(desk: Desk, query: str) -> None:
    error = desk.reject("PUT", f"/wares?code=eq.cup&{query}", CUP, 400, "PGRST114")
    assert error["message"] == "limit/offset querystring parameters are not allowed for PUT"


def test_the_answer_is_a_single_object_where_asked(desk: Desk) -> None:
    accept = "application/vnd.pgrst.object+json"
    response = desk.send(
        "PUT", "/wares?code=eq.cup", CUP, 200, Accept=accept, Prefer="return=representation"
    )
    assert response.json == CUP
