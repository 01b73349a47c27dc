"""Settings that the database keeps: what wins over what, and what depends on them.

https://docs.postgrest.org/en/v16/references/configuration.html#in-database-configuration
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from pgrest_wsgi import App, PgrestError, make_app
from pgrest_wsgi.demo.postgres import change_uri, execute
from pgrest_wsgi.observe import CatalogFailed, Event
from tests.spec.api import Api

SECRET = "a-secret-of-this-test-that-is-long-enough"

SCRIPT = """
do $$ declare r text; begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'kept_anon') then
    create role kept_anon nologin;
  end if;
  foreach r in array array['kept_login', 'kept_other'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then
      execute format('create role %I login noinherit password %L', r, 'kept');
      execute format('grant kept_anon to %I', r);
    end if;
  end loop;
end $$;
create schema api;
create schema hidden;
grant usage on schema api to kept_anon, kept_login;
create table api.numbers as select n as id from generate_series(1, 9) as n;
create table hidden.names as select 'x' as name;
grant select on all tables in schema api to kept_anon;
create function public.choose() returns void language sql as $$
  select set_config('pgrst.db_max_rows', '4', true), set_config('pgrst.db_tx_end', 'rollback', true)
$$;
create function api.fail() returns void language plpgsql as $$
  begin raise 'no settings today'; end
$$;
create function api.write() returns void language sql as $$
  insert into api.numbers values (0)
$$;
grant execute on function public.choose(), api.fail(), api.write() to kept_login;
grant insert on api.numbers to kept_login;
create function api.zone() returns text language sql as $$ select current_setting('TimeZone') $$;
"""


@pytest.fixture(scope="module")
def superuser_uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture
def sql(superuser_uri: str) -> Iterator[Callable[[str], None]]:
    """Runs statements as the superuser; what they set for the login is unset afterwards."""
    yield lambda statements: execute(superuser_uri, statements.encode())
    undo = """do $$ begin
      execute format('alter role kept_login in database %I reset all', current_catalog);
      execute format('alter role kept_other in database %I reset all', current_catalog);
      execute format('alter database %I reset all', current_catalog);
      alter role kept_login reset all;
      alter role kept_anon reset all;
    end $$"""
    execute(superuser_uri, undo.encode())


Open = Callable[..., Api]


@pytest.fixture
def open_api(superuser_uri: str) -> Iterator[Open]:
    apps: list[App] = []

    def create(**settings: Any) -> Api:
        defaults = {
            "db_uri": change_uri(superuser_uri, user="kept_login", password="kept"),
            "db_anon_role": "kept_anon",
            "jwt_secret": SECRET,
            "db_pool": 1,
            "db_channel_enabled": False,
        }
        apps.append(make_app(**{**defaults, **settings}))
        return Api(apps[-1])

    yield create
    for app in apps:
        app.close()


@pytest.fixture
def in_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema by the environment: keywords would win over the database."""
    monkeypatch.setenv("PGRST_DB_SCHEMAS", "api")


def count(api: Api) -> int:
    return len(api.rows("/numbers"))


def for_role(setting: str, value: str, role: str = "kept_login") -> str:
    """A statement that sets something for a role in this database only."""
    return f"""do $$ begin execute format(
      'alter role {role} in database %I set {setting} = %L', current_catalog, $v${value}$v$
    ); end $$"""


@pytest.mark.usefixtures("in_api")
class TestRole:
    """``alter role``: https://docs.postgrest.org/en/v16/references/configuration.html#in-db-config"""

    def test_what_is_set_for_the_login_is_in_force(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        sql("alter role kept_login set pgrst.db_max_rows = '3'")
        assert count(open_api()) == 3

    def test_what_is_set_in_this_database_wins(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        sql(for_role("pgrst.db_max_rows", "2"))
        sql("alter role kept_login set pgrst.db_max_rows = '3'")
        assert count(open_api()) == 2

    def test_other_roles_and_the_database_alone_say_nothing(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        sql("alter role kept_anon set pgrst.db_max_rows = '3'")
        sql(for_role("pgrst.db_max_rows", "3", "kept_other"))
        sql("""do $$ begin
          execute format('alter database %I set pgrst.db_max_rows = %L', current_catalog, 3);
        end $$""")
        assert count(open_api()) == 9

    def test_it_wins_over_the_environment_but_not_over_keywords(
        self, open_api: Open, sql: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PGRST_DB_MAX_ROWS", "5")
        sql("alter role kept_login set pgrst.db_max_rows = '3'")
        assert count(open_api()) == 3
        assert count(open_api(db_max_rows=4)) == 4

    def test_nothing_is_read_without_db_config(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        """Not even the settings of the roles that requests take, as in v16.2."""
        sql("alter role kept_login set pgrst.db_max_rows = '3'")
        sql("alter role kept_anon set timezone = 'Asia/Tokyo'")
        api = open_api(db_config=False, db_pre_config="choose")
        assert count(api) == 9
        assert api.rows("/rpc/zone") != "Asia/Tokyo"
        assert open_api().rows("/rpc/zone") == "Asia/Tokyo"

    def test_it_may_name_the_function_that_sets_more(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        sql("alter role kept_login set pgrst.db_pre_config = 'public.choose'")
        assert count(open_api()) == 4


@pytest.mark.usefixtures("in_api")
class TestPreConfig:
    """https://docs.postgrest.org/en/v16/references/configuration.html#db-pre-config"""

    @pytest.mark.parametrize("name", ["choose", "public.choose"])
    def test_what_the_function_sets_is_in_force(self, open_api: Open, name: str) -> None:
        """The function is found on the login's search path."""
        api = open_api(db_pre_config=name)
        assert count(api) == 4
        assert api.app.config.db_tx_end.rolls_back

    def test_the_role_wins_over_it(self, open_api: Open, sql: Callable[[str], None]) -> None:
        sql("alter role kept_login set pgrst.db_max_rows = '3'")
        assert count(open_api(db_pre_config="choose")) == 3

    @pytest.mark.parametrize("name", ["api.fail", "api.write", "api.nope", 'x"; select 1; --'])
    def test_without_what_it_sets_nothing_is_served(self, open_api: Open, name: str) -> None:
        """It fails, writes, does not exist: what it would close must not stay open."""
        events: list[Event] = []
        api = open_api(db_pre_config=name, observers=[events.append])
        api.refuse("/numbers", 503, "PGRST002")
        assert CatalogFailed in map(type, events)

    def test_a_value_that_cannot_be_read_is_told_by_its_name(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        sql("alter role kept_login set pgrst.db_max_rows = 'many'")
        events: list[Event] = []
        open_api(observers=[events.append]).refuse("/numbers", 503, "PGRST002")
        [event] = [event for event in events if isinstance(event, CatalogFailed)]
        assert str(event.error).startswith('pgrst.db_max_rows: "many"')


def bearer(**claims: object) -> str:
    token = jwt.encode({"role": "kept_anon", **claims}, SECRET, "HS256")
    return f"Bearer {token}"


@pytest.mark.usefixtures("in_api")
class TestReload:
    def test_all_that_depends_on_a_setting_follows_it(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        """Operations, verified tokens, the catalog, the form of errors."""
        api = open_api()
        assert count(api) == 9
        api.get("/numbers", Authorization=bearer(aud="other"))
        api.get("/names", 404)
        sql("""
          alter role kept_login set pgrst.db_max_rows = '3';
          alter role kept_login set pgrst.jwt_aud = 'own';
          alter role kept_login set pgrst.db_schemas = 'api, hidden';
          alter role kept_login set pgrst.client_error_verbosity = 'minimal';
        """)
        assert count(api) == 9
        api.app.reload()
        assert count(api) == 3
        api.get("/numbers", 401, Authorization=bearer(aud="other"))
        api.get("/numbers", Authorization=bearer(aud="own"))
        body = api.get("/names", 401, Accept_Profile="hidden").json
        assert body == {"code": "42501", "message": "permission denied for schema hidden"}

    def test_the_file_is_read_again(self, open_api: Open, tmp_path: Path) -> None:
        """But what cannot change while the server runs stays."""
        path = tmp_path / "app.conf"
        path.write_text("db-max-rows = 2\nserver-port = 3005")
        api = open_api(config_file=path)
        assert count(api) == 2
        path.write_text("db-max-rows = 5\nserver-port = 3006")
        api.app.reload()
        assert count(api) == 5
        assert api.app.config.server_port == 3005
        path.unlink()
        with pytest.raises(PgrestError, match="PGRST002"):
            api.app.reload()
        assert count(api) == 5

    def test_what_was_in_force_stays_where_it_cannot_be_read(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        api = open_api(db_pre_config="choose")
        assert count(api) == 4
        sql("alter role kept_login set pgrst.db_max_rows = 'many'")
        with pytest.raises(PgrestError, match="PGRST002"):
            api.app.reload()
        assert count(api) == 4

    def test_tokens_that_were_verified_are_remembered_where_nothing_changed(
        self, open_api: Open, sql: Callable[[str], None]
    ) -> None:
        api = open_api()
        count(api)
        before = api.app._runtime.state().authenticator
        api.app.reload()
        assert api.app._runtime.state().authenticator is before
        sql("alter role kept_login set pgrst.jwt_aud = 'own'")
        api.app.reload()
        assert api.app._runtime.state().authenticator is not before
