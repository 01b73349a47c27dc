"""DELETE: the rows that filters choose.

https://docs.postgrest.org/en/v16/references/api/tables_views.html#delete
"""

from __future__ import annotations

from tests.spec.api import bearer
from tests.spec.writing import Desk


def test_rows_go_and_are_told_where_asked(desk: Desk) -> None:
    path = "/wares?stock=gt.0&order=code.desc"
    assert desk.wrote("DELETE", path) == [
        {"code": "map", "name": "Map", "stock": 7},
        {"code": "cup", "name": "Cup", "stock": 4},
    ]


def test_nothing_is_told_unless_asked(desk: Desk) -> None:
    for prefer in ("", "return=minimal", "return=headers-only"):
        response = desk.send("DELETE", "/wares?stock=gt.0", None, 204, Prefer=prefer)
        assert response.headers["Content-Range"] == "*/*"
        assert "Content-Type" not in response.headers


def test_rows_are_counted(desk: Desk) -> None:
    response = desk.send("DELETE", "/wares?stock=gt.0", None, 204, Prefer="count=exact")
    assert response.headers["Content-Range"] == "*/2"


def test_no_row_is_no_error(desk: Desk) -> None:
    assert desk.wrote("DELETE", "/wares?code=eq.zip") == []
    response = desk.send("DELETE", "/wares?code=eq.zip", None, 204, Prefer="count=exact")
    assert response.headers["Content-Range"] == "*/0"


def test_without_a_filter_all_rows_go(desk: Desk) -> None:
    assert len(desk.wrote("DELETE", "/wares")) == 3
    assert len(desk.rows("/wares")) == 3  # it was rolled back


def test_limits_do_not_count(desk: Desk) -> None:
    assert len(desk.wrote("DELETE", "/wares?limit=1")) == 3


def test_what_is_embedded_is_told_as_it_was(archive: Desk) -> None:
    """Rows that go along with it (``on delete cascade``) are still to be seen."""
    path = "/films?id=eq.4&select=title,box_office(budget),roles(job)&roles.job=eq.actor"
    known = archive.rows(path)
    assert archive.wrote("DELETE", path) == known


def test_a_body_is_not_looked_at(desk: Desk) -> None:
    desk.send("DELETE", "/wares?code=eq.cup", "{", 204)


def test_a_row_that_others_need_is_409(archive: Desk) -> None:
    archive.reject("DELETE", "/people?id=eq.1", None, 409, "23503")


def test_views(desk: Desk) -> None:
    assert desk.wrote("DELETE", "/ware_names?id=eq.cup") == [{"id": "cup", "name": "Cup"}]
    assert desk.wrote("DELETE", "/counter?title=eq.CUP&select=stock") == [{"stock": 4}]


def test_partitions(desk: Desk) -> None:
    assert len(desk.wrote("DELETE", "/visits?guests=gt.0")) == 2


def test_filters_need_the_privilege_to_read(porter: Desk) -> None:
    porter.send("DELETE", "/letter_box?id=eq.100", None, 204)
    porter.reject("DELETE", "/letter_box?letter=eq.open", None, 401, "42501")
    assert porter.wrote("DELETE", "/letter_box?id=eq.100&select=id") == [{"id": 100}]


def test_row_level_security_decides(archive: Desk) -> None:
    """Of others' rows none is deleted, and that is no error."""
    token = bearer("demo_member", sub="alba")
    own, others = "/reviews?member_id=eq.alba", "/reviews?member_id=neq.alba"
    assert len(archive.wrote("DELETE", own, Authorization=token)) == 20
    assert archive.wrote("DELETE", others, Authorization=token) == []
