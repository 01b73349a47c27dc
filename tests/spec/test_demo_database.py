"""The demo's sample database: what it holds, and what its roles may see and do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from pgrest_wsgi.demo.postgres import change_uri
from pgrest_wsgi.demo.sample import load_sample

API_ROLES = ("demo_anon", "demo_member", "demo_editor")
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ask(demo_uri: str) -> Iterator[Ask]:
    """Run a query as one of the API's roles, with claims; rolled back at the end of the test."""
    with psycopg.connect(demo_uri) as connection:

        def run(role: str, query: str, **claims: str) -> list[tuple[Any, ...]]:
            connection.execute(
                "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                (role, json.dumps(claims)),
            )
            return connection.execute(query.encode()).fetchall()

        yield run
        connection.rollback()


@pytest.mark.parametrize(
    "table",
    ["people", "films", "box_office", "roles", "festivals", "screenings", "members", "reviews"],
)
def test_every_table_has_rows_and_a_comment(ask: Ask, table: str) -> None:
    comment = f"obj_description('api.{table}'::regclass)"
    [(rows, text)] = ask("demo_anon", f"select count(*), {comment} from api.{table}")
    assert rows >= 12
    assert text


def test_every_function_has_a_comment(ask: Ask) -> None:
    undocumented = ask(
        "demo_anon",
        "select proname from pg_proc where pronamespace = 'api'::regnamespace"
        " and obj_description(oid, 'pg_proc') is null",
    )
    assert undocumented == []


def test_rows_are_the_same_in_every_database(
    new_database: Callable[[str], str], demo_uri: str
) -> None:
    """A second database on the same server finds the roles there, and gets the same films."""
    query = b"select md5(string_agg(film::text, '' order by id)) from api.films as film"
    answers = []
    for uri in (demo_uri, load_sample(new_database(""))):
        with psycopg.connect(uri) as connection:
            connection.execute("set role demo_anon")
            answers.append(connection.execute(query).fetchone())
    assert answers[0] == answers[1]


@pytest.mark.parametrize("role", API_ROLES)
def test_private_schema_is_hidden(ask: Ask, role: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        ask(role, "select * from studio.contacts")


def test_authenticator_itself_reads_nothing(ask: Ask) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        ask("demo_authenticator", "select * from api.films")


def test_drafts_are_seen_by_their_authors_and_by_editors(ask: Ask) -> None:
    drafts = "select distinct member_id from api.reviews where not published"
    assert ask("demo_anon", drafts) == []
    assert ask("demo_member", drafts, sub="cleo") == [("cleo",)]
    assert len(ask("demo_editor", drafts)) == 12


def test_member_changes_only_own_reviews(ask: Ask) -> None:
    changed = ask("demo_member", "update api.reviews set stars = 5 returning member_id", sub="ivo")
    assert set(changed) == {("ivo",)}


def test_anonymous_may_not_write(ask: Ask) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        ask("demo_anon", "delete from api.films returning id")


def test_add_review_is_signed_with_the_claim(ask: Ask) -> None:
    film = "select min(id) from api.films where id not in (select film_id from api.reviews)"
    [(film_id,)] = ask("demo_editor", film)
    review = f"select member_id, stars, published from api.add_review({film_id}, 4, 'Fine.')"
    assert ask("demo_member", review, sub="june") == [("june", 4, True)]


def test_search_finds_the_word_in_title_and_summary(ask: Ask) -> None:
    found = ask("demo_anon", "select title, summary from api.search_films('lantern')")
    assert found
    assert all("Lantern" in title for title, _ in found)


def test_computed_column_and_relationship(ask: Ask) -> None:
    query = (
        "select api.label(films), title, year, screening.film_id, films.id"
        " from api.films, api.latest_screening(films) as screening"
    )
    rows = ask("demo_anon", query)
    assert rows
    for label, title, year, screened, film in rows:
        assert label == f"{title} ({year})"
        assert screened == film


def test_relationships_of_every_kind_have_rows(ask: Ask) -> None:
    """Self reference, two keys to one table, one-to-one, composite key, partitions."""
    for condition in (
        "from api.films join api.films as sequel on sequel.sequel_of = films.id",
        "from api.films where director_id <> writer_id",
        "from api.films join api.box_office on film_id = films.id",
        "from api.screenings join api.festivals on code = festival_code and year = festival_year",
        "from api.screenings having count(distinct screenings.tableoid) = 3",
    ):
        assert ask("demo_editor", f"select count(*) {condition}") > [(0,)], condition


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://me:p%40ss@db.example:5433/old?sslmode=require",
        "host=db.example port=5433 user=me password=p@ss dbname=old sslmode=require",
    ],
)
def test_change_uri_keeps_the_other_parameters(given: str) -> None:
    changed = change_uri(given, dbname="a/b c")
    assert changed.startswith("postgresql:///a%2Fb%20c?")
    assert conninfo_to_dict(changed) == {**conninfo_to_dict(given), "dbname": "a/b c"}
