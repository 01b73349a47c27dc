"""The pipeline: one implicit transaction, statements prepared at their second use, any size."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import pq

from pgrest_wsgi.database.pipeline import (
    LONGEST_PREPARED,
    PREPARED_LIMIT,
    ConnectionLostError,
    Session,
    run_pipeline,
)
from pgrest_wsgi.work import Step

SECONDS = 20


@pytest.fixture
def session(server_uri: str) -> Iterator[Session]:
    with Session.connect(server_uri, autocommit=True, prepare_threshold=None) as session:
        session.execute("set statement_timeout = '20s'")
        yield session


def run(session: Session, *steps: Step, prepare: bool = True) -> list[bytes | None]:
    """The first value of each result; the SQLSTATE of one that failed."""
    results = run_pipeline(session, steps, prepare=prepare)
    return [
        result.error_field(pq.DiagnosticField.SQLSTATE)
        if result.status == pq.ExecStatus.FATAL_ERROR
        else result.get_value(0, 0)
        if result.ntuples
        else None
        for result in results
    ]


def prepared(session: Session) -> set[str]:
    """What PostgreSQL itself holds prepared on this connection, less what asks."""
    rows = session.execute("select statement from pg_prepared_statements").fetchall()
    return {statement for (statement,) in rows}


def is_idle(session: Session) -> bool:
    """Whether the next user finds the connection as if nobody had used it."""
    return (
        session.pgconn.transaction_status == pq.TransactionStatus.IDLE
        and session.pgconn.pipeline_status == pq.PipelineStatus.OFF
    )


def text(value: str) -> Step:
    return Step(b"select $1::text", (value.encode(),))


FAILING = Step(b"select 1 / $1::int", (b"0",))


class TestPreparing:
    def test_a_statement_is_prepared_when_it_comes_again(self, session: Session) -> None:
        assert run(session, text("a")) == [b"a"]
        assert prepared(session) == set()
        assert run(session, text("b")) == [b"b"]
        assert prepared(session) == {"select $1::text"}
        assert session.seen == set()
        assert [run(session, text(value)) for value in "cde"] == [[b"c"], [b"d"], [b"e"]]
        assert prepared(session) == {"select $1::text"}

    def test_never_where_that_is_not_wanted(self, session: Session) -> None:
        for _ in range(3):
            run(session, text("a"), prepare=False)
        assert (prepared(session), session.seen, session.prepared) == (set(), set(), {})

    def test_no_two_sessions_use_the_same_name(self, session: Session, server_uri: str) -> None:
        """A pooler may lend the connection of one to the other."""
        with Session.connect(server_uri, autocommit=True) as other:
            for each in (session, session, other, other):
                run(each, text("a"))
            assert set(session.prepared.values()).isdisjoint(other.prepared.values())

    def test_what_failed_to_prepare_is_prepared_later(self, session: Session) -> None:
        """Only what PostgreSQL confirmed is ever called by its name."""
        session.execute("create temporary table parcels (id int)")
        step = Step(b"select count(*)::text from parcels")
        run(session, step)
        session.execute("drop table parcels")
        assert run(session, step) == [b"42P01"]
        assert is_idle(session)
        assert run(session, step) == [b"42P01"]
        session.execute("create temporary table parcels (id int)")
        assert [run(session, step), run(session, step)] == [[b"0"], [b"0"]]
        assert prepared(session) == {"select count(*)::text from parcels"}

    def test_what_an_error_kept_from_being_prepared_is_prepared_later(
        self, session: Session
    ) -> None:
        assert run(session, text("a")) == [b"a"]
        assert run(session, FAILING, text("b")) == [b"22012"]
        assert prepared(session) == set()
        assert run(session, text("c")) == [b"c"]
        assert prepared(session) == {"select $1::text"}

    def test_what_was_prepared_before_an_error_stays(self, session: Session) -> None:
        run(session, text("a"))
        assert run(session, text("b"), FAILING) == [b"b", b"22012"]
        assert run(session, text("c")) == [b"c"]
        assert "select $1::text" in prepared(session)

    def test_there_are_never_more_than_the_limit(self, session: Session) -> None:
        steps = [Step(b"select '%d'" % number) for number in range(PREPARED_LIMIT + 50)]
        for number, step in enumerate(steps):
            assert run(session, step) == run(session, step) == [b"%d" % number]
        assert 0 < len(prepared(session)) <= PREPARED_LIMIT + 1
        assert run(session, steps[0]) == [b"0"]

    def test_many_that_come_once_take_no_memory_for_ever(self, session: Session) -> None:
        for number in range(2 * PREPARED_LIMIT):
            run(session, Step(b"select %d" % number))
        assert len(session.seen) <= PREPARED_LIMIT + 1
        assert prepared(session) == set()

    def test_those_of_a_transaction_that_failed_go_after_its_end(self, session: Session) -> None:
        """Until then PostgreSQL takes nothing but the end."""
        for number in range(PREPARED_LIMIT - 1):
            run(session, Step(b"select %d" % number))
        assert run(session, Step(b"begin"), Step(b"select 1 / 0"))[1] == b"22012"
        assert len(session.seen) > PREPARED_LIMIT
        assert run(session, Step(b"rollback")) == [None]
        assert run(session, Step(b"select '1'")) == [b"1"]
        assert len(session.seen) == 1

    def test_long_ones_are_not_kept(self, session: Session) -> None:
        step = Step(b"select '" + b"x" * LONGEST_PREPARED + b"'")
        for _ in range(3):
            assert run(session, step) == [b"x" * LONGEST_PREPARED]
        assert (prepared(session), session.seen) == (set(), set())


class TestTransaction:
    def test_settings_hold_up_to_its_end(self, session: Session) -> None:
        setting = Step(b"select set_config('my.name', $1, true)", (b"ida",))
        reading = Step(b"select current_setting('my.name', true)")
        assert run(session, setting, reading) == [b"ida", b"ida"]
        assert run(session, reading) in ([b""], [None])

    def test_an_error_undoes_all_of_it(self, session: Session) -> None:
        session.execute("create temporary table entries (id int)")
        insert = Step(b"insert into entries values (1) returning id")
        assert run(session, insert, FAILING, insert)[1:] == [b"22012"]
        assert session.execute("select count(*) from entries").fetchall() == [(0,)]
        assert is_idle(session)

    def test_a_role_ends_with_it_even_after_an_error(self, session: Session) -> None:
        role = Step(b"select set_config('role', 'pg_monitor', true)")
        who = Step(b"select current_user::text")
        login = run(session, who)
        assert run(session, role, who) == [b"pg_monitor", b"pg_monitor"]
        assert run(session, role, FAILING) == [b"pg_monitor", b"22012"]
        assert run(session, who) == login

    def test_an_error_at_its_end_is_told(self, session: Session) -> None:
        """A deferred constraint speaks only when all statements have succeeded."""
        session.execute(
            "create temporary table pairs (id int primary key,"
            " other int references pairs deferrable initially deferred)"
        )
        insert = Step(b"insert into pairs values (1, 2) returning 'done'")
        assert run(session, insert) == [b"done", b"23503"]
        assert is_idle(session)
        assert session.execute("select count(*) from pairs").fetchall() == [(0,)]

    def test_the_connection_is_idle_after_every_kind_of_end(self, session: Session) -> None:
        for steps in ((text("a"),), (FAILING,), (Step(b"nonsense"),), (text("a"), FAILING), ()):
            run(session, *steps)
            assert is_idle(session)


class TestSize:
    @pytest.mark.parametrize("prepare", [True, False])
    def test_twenty_megabytes_go_out_and_come_back(self, session: Session, prepare: bool) -> None:
        """Twice, and several at once: neither side may wait for the other to read."""
        value = "0123456789" * 2_000_000
        for _ in range(2):
            results = run(session, text(value), text("a"), text(value), prepare=prepare)
            assert results == [value.encode(), b"a", value.encode()]


class TestLoss:
    def test_a_connection_that_was_ended_while_idle_is_seen_to_be(
        self, session: Session, server_uri: str
    ) -> None:
        assert not session.is_broken()
        end_backend(server_uri, session.info.backend_pid)
        assert session.is_broken()
        assert run(session, text("a")) == [b"57P01"]
        assert session.closed
        with pytest.raises(ConnectionLostError):
            run(session, text("a"))

    def test_one_that_is_ended_in_a_statement_tells_so_at_once(
        self, session: Session, server_uri: str
    ) -> None:
        pid = session.info.backend_pid
        ending = threading.Timer(0.3, end_backend, (server_uri, pid))
        ending.start()
        started = time.monotonic()
        assert run(session, text("a"), Step(b"select pg_sleep(15)::text")) == [b"a", b"57P01"]
        ending.join(SECONDS)
        assert session.closed
        assert time.monotonic() - started < 10


def end_backend(uri: str, pid: int) -> None:
    """End a backend, and wait until it is gone."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(%s)", (pid,))
        deadline = time.monotonic() + SECONDS
        while connection.execute("select from pg_stat_activity where pid = %s", (pid,)).rowcount:
            assert time.monotonic() < deadline
            time.sleep(0.01)
