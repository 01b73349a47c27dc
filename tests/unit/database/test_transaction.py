"""One transaction for each piece of work: how it begins and ends, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.transaction import Database
from pgrest_wsgi.demo.postgres import execute
from pgrest_wsgi.errors import SINGULARITY, PgrestError
from pgrest_wsgi.work import Result, Step, Work

SCRIPT = """
create table jars (id int primary key, place int unique deferrable initially deferred);
insert into jars values (1, 1);
"""
ROW = b"null::bigint, count(*), '', null::text, null::text, null::text, null::bigint"


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture
def database(uri: str) -> Iterator[Database]:
    config = read_config({"db_uri": uri, "db_pool": 1}, {}, None)
    database = Database(config)
    database.renew(config)
    yield database
    database.close()


@pytest.fixture
def jars(uri: str) -> Iterator[Callable[[], list[int]]]:
    """The ids that others see; the table is as before in the end."""
    with psycopg.connect(uri, autocommit=True) as connection:
        yield lambda: [n for (n,) in connection.execute("select id from jars order by id")]
        connection.execute("delete from jars where id > 1")


def insert(*rows: tuple[int, int]) -> Step:
    values = b", ".join(b"(%d, %d)" % row for row in rows)
    return Step(
        b"with s as (insert into jars values %b returning 1) select %b from s" % (values, ROW)
    )


def work(step: Step, **keywords: object) -> Work:
    marked = Step(b"select set_config('app.mark', 'set', true)")
    return Work((marked, step), main=1, authenticated=True, **keywords)  # type: ignore[arg-type]


def refuse(result: Result) -> None:
    raise SINGULARITY(rows=result.page_total)


def accept(result: Result) -> None:
    assert result.page_total == 2


def mark(database: Database) -> bytes:
    """What a transaction set on the connection, as the next one sees it."""
    step = Step(
        b"select null::bigint, 1::bigint, coalesce(current_setting('app.mark', true), ''),"
        b" null::text, null::text"
    )
    return database.run(Work((step,), main=0, authenticated=True)).body


@pytest.mark.parametrize(
    ("keywords", "kept"),
    [
        ({}, True),
        ({"check": accept}, True),
        ({"rolls_back": True}, False),
        ({"rolls_back": True, "check": accept}, False),
        ({"isolation": "serializable"}, True),
        ({"isolation": "repeatable read", "rolls_back": True}, False),
    ],
)
def test_rows_stay_unless_it_rolls_back(
    database: Database, jars: Callable[[], list[int]], keywords: dict[str, object], kept: bool
) -> None:
    """The result is the same, and nothing of the transaction is left on the connection."""
    result = database.run(work(insert((2, 2), (3, 3)), **keywords))
    assert (result.page_total, result.inserted) == (2, None)
    assert jars() == ([1, 2, 3] if kept else [1])
    assert mark(database) == b""


@pytest.mark.parametrize("rolls_back", [False, True])
def test_a_check_that_refuses_undoes_all(
    database: Database, jars: Callable[[], list[int]], rolls_back: bool
) -> None:
    with pytest.raises(PgrestError, match="PGRST116"):
        database.run(work(insert((2, 2)), check=refuse, rolls_back=rolls_back))
    assert jars() == [1]
    assert mark(database) == b""


def test_a_check_that_breaks_undoes_all_too(
    database: Database, jars: Callable[[], list[int]]
) -> None:
    """Not a refusal but a bug: even then the connection comes back without a transaction."""

    def breaks(result: Result) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(work(insert((2, 2)), check=breaks))
    assert mark(database) == b""
    assert jars() == [1]


@pytest.mark.parametrize(
    "keywords",
    [{}, {"check": lambda result: None}, {"rolls_back": True}, {"isolation": "serializable"},
     {"rolls_back": True, "check": lambda result: None}],
)  # fmt: skip
@pytest.mark.parametrize("row", [(1, 9), (2, 1)])
def test_what_postgresql_refuses_is_told_now_or_at_the_end(
    database: Database, jars: Callable[[], list[int]], keywords: dict[str, object],
    row: tuple[int, int],
) -> None:  # fmt: skip
    """The key at once; the place, which is deferred, at COMMIT, or before a ROLLBACK."""
    with pytest.raises(PgrestError, match="23505"):
        database.run(work(insert(row), **keywords))
    assert jars() == [1]
    assert mark(database) == b""


FALTER = """
create sequence turns;
create function falter(turns_in_vain int) returns int language plpgsql as $$ begin
  if nextval('turns') <= turns_in_vain then
    raise 'cache lookup failed for function 4711' using errcode = 'XX000';
  end if;
  return 1;
end $$;
"""


class TestChangedMeanwhile:
    """What PostgreSQL tells where something was dropped while it looked: it is asked once more."""

    @pytest.fixture
    def falter(self, uri: str, database: Database) -> Iterator[Callable[..., Result]]:
        """Work that fails so many times."""
        execute(uri, FALTER.encode())

        def run(turns_in_vain: int, **keywords: object) -> Result:
            row = b"null::bigint, falter(%d)::bigint, '', null::text, null::text" % turns_in_vain
            return database.run(work(Step(b"select %b" % row), **keywords))

        yield run
        execute(uri, b"drop function falter; drop sequence turns")

    @pytest.mark.parametrize("keywords", [{}, {"check": lambda result: None}])
    def test_it_may_be_well_the_second_time(
        self, falter: Callable[..., Result], keywords: dict[str, object]
    ) -> None:
        assert falter(1, **keywords).page_total == 1

    @pytest.mark.parametrize("keywords", [{}, {"check": lambda result: None}])
    def test_there_is_no_third_time(
        self, falter: Callable[..., Result], keywords: dict[str, object]
    ) -> None:
        with pytest.raises(PgrestError, match="XX000: cache lookup failed"):
            falter(2, **keywords)
        assert falter(2).page_total == 1
