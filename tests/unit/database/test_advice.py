"""What to do about failures of the database: told in one line, without what nobody can use."""

from __future__ import annotations

import psycopg
import pytest

from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.advice import ADVICE, explain, find_doubts


def refused(reason: str) -> psycopg.OperationalError:
    return psycopg.OperationalError(f'connection to server at "::1", port 5432 failed: {reason}')


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ('FATAL:  password authentication failed for user "me"', "user or password in db-uri"),
        ("fe_sendauth: no password supplied", "PGPASSWORD"),
        ('FATAL:  database "films" does not exist', "correct its name in db-uri"),
        ('FATAL:  role "me" does not exist', "correct the user in db-uri"),
        ('FATAL:  role "me" is not permitted to log in', "alter role … login"),
        ('FATAL:  no pg_hba.conf entry for host "::1"', "let pg_hba.conf admit it"),
        ("FATAL:  sorry, too many clients already", "lower db-pool"),
        ("timeout expired", "is PostgreSQL running"),
        ("Connection refused\n\tIs the server running?", "is PostgreSQL running"),
    ],
)
def test_a_refused_login_says_what_to_do(reason: str, advice: str) -> None:
    told = explain(refused(reason))
    assert advice in told
    assert reason.partition("\n")[0] in told
    assert "\n" not in told
    assert "Is the server" not in told


def test_a_host_that_only_a_variable_names_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By psycopg itself, which says None."""
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect("")
    assert explain(refusal.value).startswith("failed to resolve host 'nowhere.invalid': ")


def test_what_nobody_knows_is_told_as_it_is() -> None:
    assert explain(refused("a new kind of error")).endswith("failed: a new kind of error")
    for text in ("no such table", "canceling statement due to statement timeout"):
        assert explain(psycopg.errors.QueryCanceled(text)) == text


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (psycopg.errors.InvalidSchemaName('schema "x" does not exist'), "db-schemas"),
        (psycopg.errors.UndefinedFunction("function f() does not exist"), "db-pre-config"),
    ],
)
def test_a_failed_query_is_known_by_its_code(error: psycopg.Error, advice: str) -> None:
    assert advice in explain(error)


def test_advice_begins_none_twice() -> None:
    patterns = [pattern for pattern, _ in ADVICE]
    assert len(set(patterns)) == len(patterns)


class TestDoubts:
    @pytest.mark.parametrize(
        ("row", "settings"),
        [
            (("login", True, True, 100), []),
            (("login", False, True, 100), ["db-anon-role"]),
            (("login", True, False, 100), ["db-anon-role"]),
            (("login", True, True, 11), ["db-pool"]),
            (("login", True, True, 12), []),
        ],
    )
    def test_each_names_its_setting(
        self, row: tuple[str, bool, bool, int], settings: list[str]
    ) -> None:
        config = read_config({"db_anon_role": "anon", "db_pool": 10}, {})
        assert [doubt.setting for doubt in find_doubts(lambda *_: [row], config)] == settings

    def test_there_may_be_no_anonymous_role(self) -> None:
        config = read_config({"db_pool": 10}, {})
        row = ("login", False, True, 100)
        assert list(find_doubts(lambda *_: [row], config)) == []
