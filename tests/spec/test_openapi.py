"""The root: an OpenAPI 2.0 document about what the role may use.

https://docs.postgrest.org/en/v16/references/api/openapi.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pgrest_wsgi.demo.postgres import change_uri
from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi

OPENAPI = "application/openapi+json; charset=utf-8"

SCRIPT = """
do $$ declare r text; begin
  foreach r in array array['oa_guest', 'oa_clerk', 'oa_owner'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then
      execute format('create role %I nologin', r);
    end if;
  end loop;
  if not exists (select from pg_catalog.pg_roles where rolname = 'oa_login') then
    create role oa_login login noinherit password 'oa';
  end if;
end $$;
grant oa_guest, oa_clerk, oa_owner to oa_login;
create schema api;
create schema "Old Port";
create schema types;
grant usage on schema api, "Old Port", types to oa_guest, oa_clerk;
comment on schema "Old Port" is 'Quays of old';
create type api.kind as enum ('tug', 'ferry');
create type types.flag as enum ('red', 'white');

create table api.open (id int primary key);
create table api.part (id int primary key, shown text, hidden text);
create table api.fed (id int);
create table api.owned (id int);
create table api.closed (id int);
create table api.tree (id int) partition by list (id);
create table api.leaf partition of api.tree for values in (1);
create table "Old Port".quays (id int);
grant select on api.open, "Old Port".quays to oa_guest;
grant select (shown) on api.part to oa_guest;
grant insert on api.fed to oa_guest;
grant select on api.closed, api.tree, api.leaf to oa_clerk;
alter table api.owned owner to oa_owner;

alter default privileges revoke execute on functions from public;
create function api.toll(kind api.kind, flag types.flag) returns int language sql as 'select 1';
create function api.wages(clerk int) returns int language sql as 'select 1';
create function api.fee() returns int language sql as 'select 1';
create function api.fee(ship int) returns int language sql as 'select 1';
grant execute on function api.toll, api.fee() to oa_guest;
grant execute on function api.wages, api.fee(int) to oa_clerk;
create function api.gate() returns void language plpgsql as $$ begin
  if current_setting('request.headers')::json ->> 'x-late' is not null then
    raise insufficient_privilege using message = 'too late';
  elsif current_setting('request.headers')::json ->> 'x-clerk' is not null then
    set local role oa_clerk;
  end if;
  perform set_config('response.status', '418', true);
end $$;
create function api.gate_sign() returns json language sql stable as
  $$ select json_build_object('swagger', 'ours') $$;
grant execute on function api.gate_sign to oa_guest;
grant execute on function api.gate to oa_guest, oa_clerk;
"""


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


PortOf = Callable[..., Api]


@pytest.fixture(scope="module")
def open_port(open_api: OpenApi, uri: str) -> PortOf:
    """Call it with settings: an application on the harbour's database."""

    def create(**settings: object) -> Api:
        login = change_uri(uri, user="oa_login", password="oa")
        return open_api(**{"db_uri": login, "db_anon_role": "oa_guest", **settings})

    return create


@pytest.fixture(scope="module")
def port(open_port: PortOf) -> Api:
    return open_port()


@pytest.fixture(scope="module")
def two(open_port: PortOf) -> Api:
    """The same with two schemas."""
    return open_port(db_schemas=["api", "Old Port"])


@pytest.fixture(scope="module")
def demo(api: Api) -> Any:
    """The demo's document."""
    return document(api)


def document(api: Api, **headers: Any) -> Any:
    """The document that the root answers."""
    response = api.get("/", **headers)
    assert response.headers["Content-Type"] == OPENAPI
    assert response.headers["Vary"] == "Accept, Prefer, Range"
    return response.get_json(force=True)


def paths(api: Api, **headers: str) -> set[str]:
    return set(document(api, **headers)["paths"]) - {"/"}


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from references(value)


class TestAnswer:
    @pytest.mark.parametrize(
        "accept",
        [
            "application/openapi+json",
            "application/json",
            "*/*",
            "text/html, application/json;q=0.1",
            "application/json;nulls=stripped",
        ],
    )
    def test_it_is_openapi_for_those_who_take_json(self, api: Api, accept: str) -> None:
        assert document(api, Accept=accept)["swagger"] == "2.0"

    @pytest.mark.parametrize(
        "accept", ["text/csv", "application/vnd.pgrst.object+json", "text/html", ""]
    )
    def test_others_are_refused(self, api: Api, accept: str) -> None:
        body = api.refuse("/", 406, "PGRST107", Accept=accept)
        assert body["message"] == f"None of these media types are available: {accept}"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
    def test_it_is_only_read(self, api: Api, method: str) -> None:
        body = api.refuse("/", 405, "PGRST117", method=method)
        assert body["message"] == f"Unsupported HTTP method: {method}"

    def test_its_head_tells_no_length(self, api: Api) -> None:
        response = api.get("/", method="HEAD")
        assert (response.data, response.headers["Content-Type"]) == (b"", OPENAPI)
        assert "Content-Length" not in response.headers

    def test_parameters_and_preferences_must_be_right_but_change_nothing(self, api: Api) -> None:
        expected = document(api)
        assert document(api, Prefer="handling=strict, x=y, count=exact") == expected
        answered = api.get("/?id=eq.1&select=a&order=b&limit=1")
        assert answered.get_json(force=True) == expected
        assert "Preference-Applied" not in answered.headers
        api.refuse("/?id=nonsense", 400, "PGRST100")
        api.refuse("/?limit=-1", 416, "PGRST103")

    def test_it_may_be_disabled(self, open_api: OpenApi) -> None:
        disabled = open_api(openapi_mode="disabled")
        for method in ("GET", "OPTIONS", "DELETE"):
            disabled.refuse("/", 404, "PGRST126", method=method)
        assert disabled.get("/", 404, method="HEAD").data == b""
        disabled.get("/films?limit=1")

    def test_a_function_may_take_its_place(self, open_port: PortOf) -> None:
        own = open_port(db_root_spec="gate_sign")
        assert own.rows("/") == {"swagger": "ours"}
        own.refuse("/", 406, "PGRST107", Accept="application/openapi+json")

    @pytest.mark.parametrize("active", [True, False])
    def test_it_says_how_to_send_a_token_where_that_is_wanted(
        self, open_api: OpenApi, active: bool
    ) -> None:
        found = document(open_api(openapi_security_active=active))
        assert ("security" in found, "securityDefinitions" in found) == (active, active)


class TestPrivileges:
    def test_a_role_sees_what_it_may_use_in_any_way(self, port: Api) -> None:
        """A single column or the right to insert is enough; partitions are never shown."""
        functions = {"/rpc/toll", "/rpc/fee", "/rpc/gate", "/rpc/gate_sign"}
        expected = {"/open", "/part", "/fed", *functions}
        assert paths(port) == expected
        assert document(port)["definitions"].keys() == {"open", "part", "fed"}

    def test_each_role_sees_its_own(self, port: Api) -> None:
        clerk = {"Authorization": bearer("oa_clerk")}
        expected = {"/closed", "/tree", "/rpc/wages", "/rpc/fee", "/rpc/gate"}
        assert paths(port, **clerk) == expected
        assert "/owned" in paths(port, Authorization=bearer("oa_owner"))

    def test_overloaded_functions_are_told_as_the_role_may_call_them(self, port: Api) -> None:
        def arguments(**headers: str) -> object:
            post = document(port, **headers)["paths"]["/rpc/fee"]["post"]
            return post["parameters"][0]["schema"].get("required")

        assert arguments() is None
        assert arguments(Authorization=bearer("oa_clerk")) == ["ship"]

    def test_privileges_are_those_of_the_moment(self, port: Api, uri: str) -> None:
        """They are asked for at every request; the catalog is older."""
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("grant select on api.closed to oa_guest")
            shown = paths(port)
            connection.execute("revoke select on api.closed from oa_guest")
        assert "/closed" in shown
        assert "/closed" not in paths(port)

    def test_they_may_be_ignored(self, open_port: PortOf) -> None:
        everything = paths(open_port(openapi_mode="ignore-privileges"))
        tables = {"/open", "/part", "/fed", "/owned", "/closed", "/tree"}
        names = ("toll", "wages", "fee", "gate", "gate_sign")
        assert everything == tables | {f"/rpc/{name}" for name in names}

    def test_types_are_written_as_the_role_finds_them(self, open_port: PortOf, port: Api) -> None:
        """By the search path of the request; the catalog, which knows none, names all schemas."""

        def formats(api: Api) -> list[str]:
            [body, _] = document(api)["paths"]["/rpc/toll"]["post"]["parameters"]
            return [argument["format"] for argument in body["schema"]["properties"].values()]

        assert formats(port) == ["kind", "types.flag"]
        assert formats(open_port(db_extra_search_path="types")) == ["kind", "flag"]
        assert formats(open_port(openapi_mode="ignore-privileges")) == ["api.kind", "types.flag"]


class TestTransaction:
    @pytest.mark.parametrize("mode", ["follow-privileges", "ignore-privileges"])
    def test_the_pre_request_function_may_refuse_it(self, open_port: PortOf, mode: str) -> None:
        gated = open_port(db_pre_request="api.gate", openapi_mode=mode)
        body = gated.refuse("/", 401, "42501", X_Late="yes")
        assert body["message"] == "too late"
        assert gated.get("/", 401, method="HEAD", X_Late="yes").data == b""

    def test_the_role_is_the_one_that_the_pre_request_function_leaves(
        self, open_port: PortOf
    ) -> None:
        gated = open_port(db_pre_request="api.gate")
        assert "/closed" in paths(gated, X_Clerk="yes")
        assert "/closed" not in paths(gated)

    def test_functions_do_not_change_its_status(self, open_port: PortOf) -> None:
        """So in v16.2; `document` wants 200."""
        document(open_port(db_pre_request="api.gate"))
        open_port(db_pre_request="api.gate").get("/open", 418)

    def test_a_role_that_does_not_exist_is_refused(self, port: Api) -> None:
        port.refuse("/", 401, "22023", Authorization=bearer("oa_nobody"))


class TestSchemas:
    def test_a_profile_chooses_the_schema(self, two: Api) -> None:
        assert paths(two, Accept_Profile="Old Port") == {"/quays"}
        assert "/quays" not in paths(two)
        assert two.get("/", Accept_Profile="Old Port").headers["Content-Profile"] == "Old Port"
        two.refuse("/", 406, "PGRST106", Accept_Profile="types")

    def test_the_comment_of_the_schema_is_title_and_description(self, two: Api) -> None:
        info = {"version": "16.2", "title": "Quays of old", "description": ""}
        assert document(two, Accept_Profile="Old Port")["info"] == info
        assert document(two)["info"]["title"] == "PostgREST API"

    def test_all_of_one_schema_is_nothing_of_the_other(self, open_port: PortOf) -> None:
        mode = {"openapi_mode": "ignore-privileges"}
        two = open_port(db_schemas=["api", "Old Port"], **mode)
        assert paths(two, Accept_Profile="Old Port") == {"/quays"}


class TestAddress:
    def test_it_is_the_servers_own(self, api: Api) -> None:
        found = document(api)
        assert (found["schemes"], found["host"]) == (["http"], "localhost:80")
        assert found["basePath"] == "/"

    def test_the_mount_point_is_the_base_path(self, api: Api) -> None:
        response = api.client.get("/", base_url="https://cinema.example/archive")
        found: Any = response.get_json(force=True)
        assert (found["schemes"], found["basePath"]) == (["https"], "/archive")

    def test_a_proxy_has_its_own(self, open_api: OpenApi) -> None:
        proxied = open_api(openapi_server_proxy_uri="https://cinema.example/archive")
        found = document(proxied)
        assert (found["schemes"], found["host"]) == (["https"], "cinema.example:443")
        assert found["basePath"] == "/archive"


class TestDemo:
    def test_the_society_has_a_title(self, demo: Any) -> None:
        assert demo["info"]["title"] == "The archive of a film society"

    def test_everything_that_is_referred_to_is_there(self, demo: Any) -> None:
        wanted = set(references(demo))
        assert "#/definitions/films" in wanted
        for reference in wanted:
            _, section, name = reference.split("/", 2)
            assert name in demo[section]

    @pytest.mark.parametrize(
        ("table", "column", "schema"),
        [
            (
                "films",
                "id",
                {
                    "type": "integer",
                    "format": "int32",
                    "description": "Note:\nThis is a Primary Key.<pk/>",
                },
            ),
            (
                "films",
                "genre",
                {
                    "type": "string",
                    "format": "api.genre",
                    "enum": ["comedy", "crime", "documentary", "drama", "fantasy", "western"],
                },
            ),
            (
                "films",
                "sequel_of",
                {
                    "type": "integer",
                    "format": "int32",
                    "description": "The film that this one continues\n\nNote:\n"
                    "This is a Foreign Key to `films.id`.<fk table='films' column='id'/>",
                },
            ),
            (  # a domain over a built-in type is that type
                "films",
                "runtime",
                {"type": "integer", "format": "int32", "description": "Length in minutes"},
            ),
            ("films", "tags", {"type": "array", "format": "text[]", "items": {"type": "string"}}),
            ("reviews", "published", {"type": "boolean", "format": "boolean", "default": False}),
            (
                "reviews",
                "written_at",
                {"type": "string", "format": "timestamp with time zone", "default": "now()"},
            ),
        ],
    )
    def test_columns_are_described(
        self, demo: Any, table: str, column: str, schema: dict[str, Any]
    ) -> None:
        assert demo["definitions"][table]["properties"][column] == schema

    def test_a_one_to_one_relationship_is_noted_where_its_key_is(self, demo: Any) -> None:
        """`film_id` of `box_office` is both keys; nothing is said at the film."""
        described = demo["definitions"]["box_office"]["properties"]["film_id"]["description"]
        assert described == (
            "Note:\nThis is a Primary Key.<pk/>\n"
            "This is a Foreign Key to `films.id`.<fk table='films' column='id'/>"
        )

    def test_keys_are_noted_where_a_view_shows_them(self, demo: Any) -> None:
        credits = demo["definitions"]["credits"]
        assert "required" not in credits
        note = "Note:\nThis is a Primary Key.<pk/>"
        assert credits["properties"]["person_id"]["description"] == note

    def test_members_see_one_function_more(self, api: Api) -> None:
        """`label` takes a row and is a computed column, but v16.2 tells it as a function too."""
        public = paths(api)
        assert "/rpc/search_films" in public
        member = paths(api, Authorization=bearer("demo_member"))
        assert member - public == {"/rpc/add_review"}
