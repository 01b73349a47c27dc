"""The original URL grammar on the demo; what it means in general: unit/api/test_legacy.py."""

from __future__ import annotations

import pytest

from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi

EDITOR = "demo_editor"
SINGULAR = "plurality=singular"


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("id=in.1,2,3", "id=in.(1,2,3)"),
        ("id=not.in.1,2,3", "id=not.in.(1,2,3)"),
        ("genre=notin.drama,western,comedy", "genre=not.in.(drama,western,comedy)"),
        ("writer_id=isnot.null", "writer_id=not.is.null"),
        ("writer_id=not.isnot.null", "writer_id=is.null"),
        ("search=@@.lantern", "search=fts.lantern"),
        ("search=not.%40%40.lantern", "search=not.fts.lantern"),
        ("tags=@>.{restored}", "tags=cs.{restored}"),
        ("licensed=not.<@.[2025-01-01,2026-01-01)", "licensed=not.cd.[2025-01-01,2026-01-01)"),
    ],
)
def test_old_operators_choose_the_same_rows(api: Api, old: str, today: str) -> None:
    rows = api.rows(f"/films?{old}&select=id&order=id")
    assert rows == api.rows(f"/films?{today}&select=id&order=id")
    assert 0 < len(rows) < 170


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("id, title, reviews{ stars }", "id,title,reviews(stars)"),
        ("id,director:people!director_id{*}", "id,director:people!director_id(*)"),
        ("id,director_id{name}", "id,director_id(name)"),
        ("id,director{name},w:writer{name}", "id,director:director_id(name),w:writer_id(name)"),
        ("id,reviews{stars,films{title}}", "id,reviews(stars,films(title))"),
        ("id,roles(character,person{name})", "id,roles(character,person:person_id(name))"),
        ("id,sequel_of{title}", "id,sequel_of(title)"),
    ],
)
def test_braces_embed_the_same_rows(api: Api, old: str, today: str) -> None:
    rest = "&id=in.1,2,3,4,5,6&order=id"
    assert api.rows(f"/films?select={old}{rest}") == api.rows(f"/films?select={today}{rest}")


def test_what_is_embedded_is_filtered_and_ordered_by_its_old_name(api: Api) -> None:
    parts = "{0}.name=gt.K&{0}.order=name&id=in.1,2,3,4"
    old = api.rows(f"/films?select=id,director{{name}}&{parts.format('director')}")
    today = api.rows(f"/films?select=id,director:director_id(name)&{parts.format('director')}")
    assert old == today
    assert {row["director"] is None for row in old} == {True, False}


def test_an_unknown_name_in_braces_is_todays_error(api: Api) -> None:
    assert api.refuse("/films?select=id,ghost{*}", 400, "PGRST200")["message"] == (
        "Could not find a relationship between 'films' and 'ghost' in the schema cache"
    )


def test_the_setting_switches_it_off(open_api: OpenApi) -> None:
    """Then the old syntax is v16.2's error, and the old preference does nothing."""
    strict = open_api(url_use_legacy_syntax=False)
    for query in ("id=in.1,2", "writer_id=isnot.null", "tags=@>.{a}", "select=id,reviews{stars}"):
        strict.refuse(f"/films?{query}", 400, "PGRST100")
    assert len(strict.rows("/films?id=eq.1&select=id", Prefer=SINGULAR)) == 1
    strict.refuse("/films", 400, "PGRST122", Prefer=f"handling=strict, {SINGULAR}")


class TestPluralitySingular:
    """``Prefer: plurality=singular``"""

    def test_the_first_row_is_the_answer(self, api: Api) -> None:
        """Of several the first, and the header tells of one row, however rows are counted."""
        response = api.get("/films?select=id&order=id.desc", Prefer=f"{SINGULAR};count=exact")
        assert response.json == {"id": 170}
        assert response.headers["Content-Range"] == "0-0/*"
        assert "Preference-Applied" not in response.headers

    def test_an_offset_and_a_limit_still_count(self, api: Api) -> None:
        path = "/films?select=id&order=id"
        assert api.rows(f"{path}&offset=2", Prefer=SINGULAR) == {"id": 3}
        api.refuse(f"{path}&limit=0", 404, "PGRSTL01", Prefer=SINGULAR)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_no_row_is_not_found(self, api: Api, method: str) -> None:
        response = api.get("/films?id=eq.0", 404, method=method, Prefer=SINGULAR)
        assert response.headers["Proxy-Status"] == "PostgREST; error=PGRSTL01"

    def test_a_function_that_gives_rows_is_read_like_a_table(self, api: Api) -> None:
        rows = api.rows("/rpc/search_films?words=lantern&select=id&order=id")
        assert len(rows) > 1
        found = api.rows("/rpc/search_films?words=lantern&select=id&order=id", Prefer=SINGULAR)
        assert found == rows[0]

    def test_scalars_and_other_media_types_stay_as_they_are(self, api: Api) -> None:
        for path, accept in (
            ("/rpc/average_stars?film_id=1", "*/*"),
            ("/films?id=lt.4", "text/csv"),
        ):
            plain = api.get(path, Accept=accept)
            assert api.get(path, Accept=accept, Prefer=SINGULAR).data == plain.data

    def test_of_written_rows_too_the_first_is_the_answer(self, open_api: OpenApi) -> None:
        """A write that finds no row to answer with is undone."""
        editing = open_api(db_tx_end="rollback")
        sent = {"Prefer": f"{SINGULAR}; return=representation", "Authorization": bearer(EDITOR)}
        path = "/festivals?select=city&year="
        for query, status in (("notin.1,2", 200), ("in.0,-1", 404)):
            response = editing.client.patch(path + query, json={"city": "Ys"}, headers=sent)
            assert response.status_code == status, response.text
            assert response.json is not None
            assert response.json.get("city") == ("Ys" if status == 200 else None)

    def test_plural_is_an_array(self, api: Api) -> None:
        assert api.rows("/films?id=eq.1&select=id", Prefer="plurality=plural") == [{"id": 1}]


def test_count_none_turns_counting_off(open_api: OpenApi) -> None:
    """The original counted every answer unless told not to."""
    counting = open_api(db_default_count="exact")
    for header, content_range in (("", "0-169/170"), ("count=none", "0-169/*")):
        response = counting.get("/films?select=id", Prefer=header)
        assert response.headers["Content-Range"] == content_range
        assert "Preference-Applied" not in response.headers
