"""The transaction of a request: read-only, with its role and facts, and gone afterwards.

https://docs.postgrest.org/en/v16/references/transactions.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgrest_wsgi.demo.postgres import change_uri, execute
from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi

SCRIPT = """
do $$ declare r text; begin
  foreach r in array array['tx_anon', 'tx_user'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then
      execute format('create role %I nologin', r);
    end if;
  end loop;
  if not exists (select from pg_catalog.pg_roles where rolname = 'tx_login') then
    create role tx_login login noinherit password 'tx';
  end if;
end $$;
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'tx_reader') then
    create role tx_reader login noinherit password 'tx';
    alter role tx_reader set default_transaction_read_only = on;
  end if;
end $$;
grant tx_anon, tx_user to tx_login, tx_reader;
alter role tx_user set lock_timeout = '7s';
create schema api;
grant usage on schema api to tx_anon, tx_user;
create table api.notes (id int);
create table api.private (id int);
grant all on api.notes to tx_anon, tx_user;

create function api.scribble() returns int language plpgsql as
  $$ begin insert into api.notes values (1); return 1; end $$;
create view api.writing as select api.scribble() as id;

create view api.seen as
  select current_user::text as "user", session_user::text as login,
         name, current_setting(name, true) as value
    from unnest(array['role', 'search_path', 'transaction_read_only', 'transaction_isolation',
      'request.method', 'request.path', 'request.headers', 'request.cookies',
      'request.jwt.claims', 'app.settings.greeting', 'app.settings.odd', 'timezone']) as name;

create view api.broken as select 1 / (select count(*) - count(*) from api.notes) as number;
create function api.check_request() returns void language plpgsql as $$ begin
  if current_setting('request.headers')::json ->> 'x-refuse' is not null then
    raise insufficient_privilege using message = 'refused before the request';
  end if;
  perform set_config('app.settings.greeting', 'from the pre-request', true);
end $$;
create function api.five() returns int language sql as 'select 5';
grant select on api.writing, api.seen, api.broken to tx_anon, tx_user;
"""

ODD = 'it\'s $1 %s \\ "x" 🎬'

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def login(uri: str) -> str:
    return change_uri(uri, user="tx_login", password="tx")


@pytest.fixture(scope="module")
def one(open_api: OpenApi, login: str) -> Api:
    """An application with a single connection: each request has what the one before left."""
    settings = {"greeting": "Ahoy", "odd": ODD}
    return open_api(db_uri=login, db_anon_role="tx_anon", db_pool=1, app_settings=settings)


@pytest.fixture(scope="module")
def reader(open_api: OpenApi, uri: str) -> Api:
    """An application whose login has ``default_transaction_read_only``."""
    login = change_uri(uri, user="tx_reader", password="tx")
    settings = {"db_pool": 1, "db_tx_end": "commit-allow-override"}
    return open_api(db_uri=login, db_anon_role="tx_anon", **settings)


def seen(api: Api, query: str = "", **headers: Any) -> Seen:
    """What a request sees of itself, by the name of the setting."""
    rows = api.rows(f"/seen{query}", **headers)
    settings = {row["name"]: row["value"] for row in rows}
    return {"user": rows[0]["user"], "login": rows[0]["login"], **settings}


class TestReadOnly:
    def test_it_is_read_only(self, one: Api) -> None:
        facts = seen(one)
        assert facts["transaction_read_only"] == "on"
        assert facts["transaction_isolation"] == "read committed"

    def test_writing_is_refused_and_nothing_is_written(self, one: Api, uri: str) -> None:
        body = one.refuse("/writing", 405, "25006")
        assert body["message"] == "cannot execute INSERT in a read-only transaction"
        with psycopg.connect(uri) as connection:
            assert connection.execute("select count(*) from api.notes").fetchall() == [(0,)]

    def test_head_is_no_way_round(self, one: Api) -> None:
        response = one.get("/writing", 405, method="HEAD")
        assert response.headers["Proxy-Status"] == "PostgREST; error=25006"


class TestLoginThatOnlyReads:
    """It writes where the request may write, as in v16.2."""

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Prefer": "tx=rollback"},
            {"Prefer": "handling=strict, max-affected=1", "Authorization": bearer("tx_user")},
        ],
        ids=["implicit", "rolled back", "checked, with settings of the role"],
    )
    def test_it_writes(self, reader: Api, headers: dict[str, Any]) -> None:
        """More than twice, so that all is prepared."""
        body = {"Prefer": f"return=representation, {headers.get('Prefer', '')}"}
        for number in range(100, 103):
            target = f"/notes?id=eq.{number}"
            reader.post("/notes", {"id": number}, 201)
            moved = reader.get(
                target, method="PATCH", data=json.dumps({"id": number}), **{**headers, **body}
            )
            assert moved.get_json() == [{"id": number}]
            reader.get(target, 204, method="DELETE")
        assert reader.post("/rpc/scribble").get_json() == 1
        reader.get("/notes?id=eq.1", 204, method="DELETE")

    def test_a_get_does_not(self, reader: Api) -> None:
        reader.refuse("/writing", 405, "25006")
        assert seen(reader)["transaction_read_only"] == "on"


class TestRole:
    def test_anybody_is_the_anonymous_role(self, one: Api) -> None:
        facts = seen(one)
        assert (facts["user"], facts["role"], facts["login"]) == ("tx_anon", "tx_anon", "tx_login")

    def test_a_token_chooses_another(self, one: Api) -> None:
        facts = seen(one, Authorization=bearer("tx_user"))
        assert (facts["user"], facts["role"], facts["login"]) == ("tx_user", "tx_user", "tx_login")

    def test_what_is_forbidden_asks_anybody_to_log_in(self, one: Api) -> None:
        """401 with a challenge for the anonymous role, 403 for a role that a token named."""
        response = one.get("/private", 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.get_json()["code"] == "42501"
        response = one.get("/private", 403, Authorization=bearer("tx_user"))
        assert "WWW-Authenticate" not in response.headers


class TestFacts:
    def test_the_request_is_told(self, one: Api) -> None:
        facts = seen(
            one,
            "?select=*&name=not.is.null",
            X_Thing="Grüße",
            Cookie='a=1; b="two words"; a=2',
            Accept="application/json",
        )
        assert (facts["request.method"], facts["request.path"]) == ("GET", "/seen")
        headers = json.loads(facts["request.headers"])
        assert headers["accept"] == "application/json"
        assert {"x-thing", "host"} <= set(headers)
        assert "cookie" not in headers
        assert json.loads(facts["request.cookies"])["b"] == "two words"
        assert facts["search_path"] == '"api", "public"'

    def test_head_is_told_as_head(self, one: Api) -> None:
        path = "/seen?name=eq.request.method&value=eq.HEAD"
        response = one.get(path, method="HEAD")
        assert response.headers["Content-Range"] == "0-0/*"

    def test_claims_are_one_object_with_the_role(self, one: Api) -> None:
        assert json.loads(seen(one)["request.jwt.claims"]) == {"role": "tx_anon"}
        token = bearer("tx_user", sub="Zoë 'x'", n=[1, {"a": None}])
        claims = json.loads(seen(one, Authorization=token)["request.jwt.claims"])
        assert claims == {"role": "tx_user", "sub": "Zoë 'x'", "n": [1, {"a": None}]}

    def test_settings_of_the_configuration_are_handed_over_as_they_are(self, one: Api) -> None:
        facts = seen(one)
        assert (facts["app.settings.greeting"], facts["app.settings.odd"]) == ("Ahoy", ODD)

    def test_a_header_that_holds_sql_is_only_a_header(self, one: Api) -> None:
        sql = "'); drop table api.notes; --"
        assert json.loads(seen(one, X_Thing=sql)["request.headers"])["x-thing"] == sql


@pytest.fixture(scope="module")
def checked(open_api: OpenApi, login: str) -> Api:
    """An application with a function that looks at every request first."""
    return open_api(db_uri=login, db_anon_role="tx_anon", db_pre_request="api.check_request")


class TestPreRequest:
    def test_it_runs_before_and_may_change_settings(self, checked: Api) -> None:
        assert seen(checked)["app.settings.greeting"] == "from the pre-request"

    def test_it_may_refuse(self, checked: Api) -> None:
        response = checked.get("/seen", 401, X_Refuse="1")
        assert response.get_json()["message"] == "refused before the request"
        assert checked.rows("/notes") == []


class TestNothingStays:
    """On one connection, the second request must see nothing of the first."""

    FIRST = (
        ("/seen", 200),
        ("/broken", 400),
        ("/writing", 405),
        ("/private", 403),
        ("/seen?value=eq.1&name=fts(none).x", 400),
        ("/nothing_here", 404),
        ("/seen?limit=x&name=eq.a", 200),
    )

    @pytest.mark.parametrize(("path", "status"), FIRST)
    @pytest.mark.parametrize("times", [1, 3])
    def test_neither_of_a_request_that_was_answered_nor_of_one_that_failed(
        self, one: Api, path: str, status: int, times: int
    ) -> None:
        """Also once its statements are prepared."""
        before = seen(one)
        for _ in range(times):
            one.get(
                path,
                status,
                Authorization=bearer("tx_user", sub="secret"),
                Prefer="timezone=Asia/Tokyo",
                Cookie="session=secret",
                X_Secret="secret",
            )
        after = seen(one)
        assert "secret" not in str(after)
        assert after == before

    def test_the_connection_itself_is_left_as_it_was(self, one: Api, uri: str) -> None:
        """No transaction stays open, and no setting outlives its own."""
        one.get("/broken", 400, Authorization=bearer("tx_user"))
        with psycopg.connect(uri) as connection:
            states = connection.execute(
                "select state from pg_stat_activity where usename = 'tx_login'"
                " and datname = current_database() and application_name like 'pgrest_wsgi%'"
            ).fetchall()
        assert set(states) == {("idle",)}


class TestReplacedFunctions:
    """What was prepared with a function that is another one now: nobody is told of it."""

    @pytest.mark.parametrize("preference", ["", "tx=rollback"])
    def test_of_another_type(
        self, open_api: OpenApi, login: str, uri: str, preference: str
    ) -> None:
        execute(uri, b"create function public.before() returns int language sql as 'select 1'")
        api = open_api(
            db_uri=login,
            db_anon_role="tx_anon",
            db_pool=1,
            db_pre_request="before",
            db_tx_end="commit-allow-override",
        )
        for type_name in (b"text", b"bigint"):
            assert {self.call(api, preference) for _ in range(3)} == {5}
            execute(uri, b"drop function public.before")
            script = b"create function public.before() returns %s language sql as 'select 2'"
            execute(uri, script % type_name)
            assert {self.call(api, preference) for _ in range(3)} == {5}
        execute(uri, b"drop function public.before")

    def call(self, api: Api, preference: str) -> Any:
        return api.get("/rpc/five", method="POST", Prefer=preference).get_json()
