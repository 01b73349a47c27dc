"""Which embedded rows need not pass through ``jsonb``."""

from __future__ import annotations

import pytest

from pgrest_wsgi.plan.model import Embed
from tests.unit.plan.harbour import make_config, plan

CONFIG = make_config(db_aggregates_enabled=True)


def embed(select: str, **headers: str) -> Embed:
    [found] = plan(f"select={select}", config=CONFIG, **headers).read.embeds
    return found


@pytest.mark.parametrize(
    ("select", "is_plain"),
    [
        ("id,logs(id,day)", True),
        ("id,logs(*)", True),
        ("id,permits(ships(id,name,flags,words))", True),
        ("id,logs(d:day::text)", True),
        ("id,logs(*,day)", False),  # a key twice
        ("id,logs(day,day:id)", False),
        ("id,logs(id,id:ships(name))", False),
        ("id,logs(d:day::real)", False),  # may be 1e+20
        ("id,logs(d:day::mood)", False),
        ("id,logs(ghost)", False),  # perhaps a computed column
        ("id,logs(id,...ships(name))", False),
        ("count(),logs(id)", False),  # grouped by
        ("id,logs(id,ships(id.max()))", False),
        ("id,...logs(id)", False),
        ("id,...permits(fee)", False),
    ],
)
def test_keys_differ_and_values_are_of_plain_types(select: str, is_plain: bool) -> None:
    found = embed(select)
    while found.plan.embeds and found.name == "permits":
        [found] = found.plan.embeds
    assert found.is_plain is is_plain


@pytest.mark.parametrize(
    ("column", "is_plain"),
    [
        ("papers", False),
        ("papers->a", False),
        ("papers->>a", True),
        ("log", False),
        ("cargo", False),
        ("flags->0", False),
        ("*", False),
    ],
)
def test_json_of_the_database_is_not_plain(column: str, is_plain: bool) -> None:
    """Its own spaces and repeated keys would show."""
    [ships] = plan(f"select=ships({column})", path="/logs").read.embeds
    assert ships.is_plain is is_plain


def test_each_level_is_looked_at_alone() -> None:
    ships = embed("logs(id,ships(papers))")
    assert (ships.is_plain, ships.plan.embeds[0].is_plain) == (True, False)
    ships = embed("logs(ghost,ships(name))")
    assert (ships.is_plain, ships.plan.embeds[0].is_plain) == (False, True)


def test_long_names_count_as_far_as_postgresql_reads_them() -> None:
    long = "x" * 63
    assert not embed(f"id,logs({long}a:id,{long}b:day)").is_plain
    assert embed(f"id,logs(a{long}:id,b{long}:day)").is_plain


@pytest.mark.parametrize(
    ("accept", "is_plain"),
    [
        ("application/json", True),
        ("application/vnd.pgrst.object+json", True),
        ("application/vnd.pgrst.array+json;nulls=stripped", True),
        ("text/csv", False),
    ],
)
def test_where_the_text_shows_it_is_v16_2s(accept: str, is_plain: bool) -> None:
    """A field of CSV is the text of the value, spaces and order of keys included."""
    assert embed("id,logs(id)", HTTP_ACCEPT=accept).is_plain is is_plain
