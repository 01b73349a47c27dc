"""``Location``: where the new row of an insert is to be found.

https://docs.postgrest.org/en/v16/references/api/preferences.html#headers-only
"""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.spec.writing import Desk

HEADERS_ONLY = "return=headers-only"


def location(desk: Desk, path: str, body: object, **headers: str) -> str | None:
    """Where an insert says that its row is."""
    headers = {"Prefer": HEADERS_ONLY, **headers}
    response = desk.send("POST", path, body, 201, **headers)
    assert response.data == b""
    return response.headers.get("Location")


def test_it_is_a_query_for_the_key(desk: Desk) -> None:
    assert location(desk, "/wares", {"code": "pen"}) == "/wares?code=eq.pen"


def test_it_leads_to_the_row(desk: Desk) -> None:
    """Whatever the key consists of, and whatever its columns are called."""
    body = {"room, no.": "é, \"&=+%2B ?#/'", "row=1": -3, "label": "x"}
    path = location(desk, "/shelves%20%26%20racks", body, Prefer=f"{HEADERS_ONLY}, tx=commit")
    assert path is not None
    query = path.partition("?")[2]
    assert query == ("room%2C%20no.=eq.%C3%A9%2C%20%22%26%3D%2B%252B%20%3F%23%2F%27&row%3D1=eq.-3")
    # A name with a comma or a dot has to be quoted in a filter, as in v16.2.
    query = query.replace("room%2C%20no.", '"room%2C%20no."').replace("row%3D1", '"row%3D1"')
    found = f"/shelves%20%26%20racks?{query}"
    assert desk.rows(found) == [body]
    desk.send("DELETE", found, None, 204, Prefer="tx=commit")


@pytest.mark.parametrize("code", ["a b", "eq.x", "100%", "(a,b)", "é🎬", "", "a\nb"])
def test_texts_are_found_again(desk: Desk, code: str) -> None:
    commit = "tx=commit"
    path = location(desk, "/wares", {"code": code}, Prefer=f"{HEADERS_ONLY}, {commit}")
    assert path is not None
    assert [row["code"] for row in desk.rows(path)] == [code]
    desk.send("DELETE", path, None, 204, Prefer=commit)


def test_a_key_of_several_columns(desk: Desk) -> None:
    body = {"guests": 1, "door": 4, "day": "2025-07-01"}
    assert location(desk, "/visits", body) == "/visits?day=eq.2025-07-01&door=eq.4"


def test_views_have_the_keys_of_their_tables(desk: Desk) -> None:
    """A key that a trigger filled in is told too; null is where there is none."""
    assert location(desk, "/ware_names", {"id": "pen"}) == "/ware_names?id=eq.pen"
    assert location(desk, "/counter", {"code": "x", "title": "X"}) == "/counter?code=eq.x"


def test_identities_are_told(desk: Desk) -> None:
    assert location(desk, "/letter_box", {"id": 8}) == "/letter_box?id=eq.8"
    path = location(desk, "/tickets?select=holder", {"holder": "Ada"})
    assert path is not None
    assert path.startswith("/tickets?id=eq.")


def test_a_table_without_a_key_has_none(desk: Desk) -> None:
    assert location(desk, "/scraps", {"weight": 3}) is None


def test_nor_have_several_rows_or_none(desk: Desk) -> None:
    assert location(desk, "/wares", [{"code": "a"}, {"code": "b"}]) is None
    assert location(desk, "/wares", []) is None
    merge = f"{HEADERS_ONLY}, resolution=ignore-duplicates"
    assert location(desk, "/wares", {"code": "cup"}, Prefer=merge) is None


@pytest.mark.parametrize("prefer", ["", "return=minimal", "return=representation"])
def test_it_must_be_asked_for(desk: Desk, prefer: str) -> None:
    response = desk.send("POST", "/wares", {"code": "pen"}, Prefer=prefer)
    assert "Location" not in response.headers


def test_a_mounted_application_tells_where_it_is(desk: Desk) -> None:
    """With the path that it is mounted under, which may need escapes."""
    client = Client(desk.app, use_cookies=False)
    response = client.post(
        "/wares", base_url="http://localhost/a%20b/api", json={"code": "pen"},
        headers={"Prefer": HEADERS_ONLY},
    )  # fmt: skip
    assert response.status_code == 201
    assert response.headers["Location"] == "/a%20b/api/wares?code=eq.pen"
