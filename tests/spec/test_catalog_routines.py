"""What the catalog says about a real database's functions, representations and media handlers."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.load import load_catalog
from pgrest_wsgi.catalog.routine import ANY_ROW, Argument, MediaHandler, Routine, Volatility
from pgrest_wsgi.config import read_config
from pgrest_wsgi.database.introspection import introspect, read_catalog
from pgrest_wsgi.demo.postgres import change_uri
from pgrest_wsgi.names import QualifiedName

SCRIPT = """
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'bake_login') then
    create role bake_login login password 'bake';
  end if;
end $$;
create schema bake;
create schema pantry;
create schema "Odd ""oven\\";

create type bake.grade as enum ('fine', 'coarse');
create type bake.mix as (flour int, salt int);
create domain bake.grams as int;
create domain bake.pinch as bake.grams;
create domain bake.mix_row as bake.mix;
create domain bake.mix_again as bake.mix_row;
create table bake.loaves (id int, name text);
create table pantry.sacks (id int);
create view bake.sold as select * from bake.loaves;
create type pantry."Kind of rye" as enum ('dark');

-- arguments
create function bake.nothing() returns int return 1;
create function bake.knead(flour int, salt int default 2, water int default 3) returns int return 1;
create function bake.weigh("Dough ""ball"" é" numeric(4, 2), "{}" text[]) returns int return 1;
create function bake.cut(
  a bit(3), b bit(3)[], c char(4), d char(4)[], e bit varying(3), f varchar(4), g "char",
  h timestamp(3)
) returns int return 1;
create function bake.mixed(g bake.grade, m bake.mix, l bake.loaves, p bake.pinch,
  k pantry."Kind of rye", ks pantry."Kind of rye"[]) returns int return 1;
create function bake.sum_all(base int, variadic parts int[] default '{}') returns int return 1;
create function bake.split(full_name text, out first text, out last text)
  language sql as 'select 1::text, 2::text';
create function bake.late(out rest int, weight int, inout times int default 2, out left_over int)
  language sql as 'select 1, 2, 3';
create function bake.out_and_variadic(out total int, variadic parts int[])
  language sql as 'select 1';

-- arguments without names
create function bake.whole_json(json) returns int return 1;
create function bake.whole_jsonb(jsonb) returns int return 1;
create function bake.whole_text(text) returns int return 1;
create function bake.whole_xml(xml) returns int return 1;
create function bake.whole_bytes(bytea) returns int return 1;
create function bake.whole_int(int) returns int return 1;
create function bake.whole_domain(bake.grams) returns int return 1;
create function bake.two_whole(json, json) returns int return 1;
create function bake.half_named(int, b int) returns int return 1;
create function bake.computed(bake.loaves) returns text return 'x';

-- what is no function to call
create procedure bake.a_procedure(a int) language sql as 'select 1';
create function bake.a_trigger() returns trigger language plpgsql as 'begin return null; end';
create function bake.add_up(state int, a int) returns int return state + a;
create aggregate bake.an_aggregate(int) (sfunc = bake.add_up, stype = int);
create function bake.a_window() returns bigint language internal window as 'window_row_number';
create function pantry.hidden() returns int return 1;
create function "Odd ""oven\\"."Preheat {0}"() returns int return 1;

-- overloads
create function bake.bake(a int, b int) returns int return 2;
create function bake.bake(a text) returns int return 3;
create function bake.bake() returns int return 0;
create function bake.bake(a int) returns int return 1;
create function bake.bake("B" bigint) returns int return 4;
create function bake.bake(z int, z2 text) returns int return 5;
comment on function bake.bake(int) is 'The usual one';
comment on function bake.bake(int, int) is 'With two';
comment on function bake.knead is E'Kneads {0}\\nand "waits"';

-- what is returned
create function bake.r_domain() returns bake.pinch return 1;
create function bake.r_set() returns setof int language sql as 'select 1';
create function bake.r_array() returns int[] return '{}'::int[];
create function bake.r_void() returns void language sql as '';
create function bake.r_row() returns bake.loaves language sql as 'select null::bake.loaves';
create function bake.r_rows() returns setof bake.loaves language sql as 'select * from bake.loaves';
create function bake.r_sold() returns setof bake.sold language sql as 'select * from bake.sold';
create function bake.r_sacks() returns setof pantry.sacks
  language sql as 'select * from pantry.sacks';
create function bake.r_mix() returns bake.mix language sql as 'select null::bake.mix';
create function bake.r_alias() returns bake.mix_again language sql as 'select null::bake.mix_again';
create function bake.r_table() returns table (a int, b text) language sql as 'select 1, ''x''';
create function bake.r_out(out answer int) language sql as 'select 42';
create function bake.r_inout_set(inout n int) returns setof int language sql as 'select n';
create function bake.r_record() returns record language sql as 'select 1, 2';
create function bake.r_records() returns setof record language sql as 'select 1, 2';

-- volatility and settings
create function bake.v_immutable() returns int language sql immutable as 'select 1';
create function bake.v_stable() returns int language sql stable as 'select 1';
create function bake.careful() returns int language sql set statement_timeout = '4s'
  set work_mem = '7MB' set search_path = 'bake', 'statement_timeout'
  set "oven.heat" = 'a=b,c' as 'select 1';
create function bake.serial() returns int language sql
  set default_transaction_isolation = 'SERIALIZABLE' as 'select 1';
create function bake.repeating() returns int language sql
  set default_transaction_isolation = 'repeatable read' as 'select 1';
create function bake.committed() returns int language sql
  set default_transaction_isolation = 'read committed' as 'select 1';
create function bake.uncommitted() returns int language sql
  set default_transaction_isolation = 'read uncommitted' as 'select 1';

-- representations
create domain pantry.colour as int;
create domain bake."Net ""price"", é" as numeric;
create type pantry.pair as (a int, b int);
create function pantry."to JSON"(pantry.colour) returns json return to_json('#'::text);
create function pantry.to_words(pantry.colour) returns text return 'red';
create function pantry.colour(json) returns pantry.colour return 1;
create function pantry.colour(text) returns pantry.colour return 1;
create function pantry.to_jsonb(pantry.colour) returns jsonb return to_jsonb(1);
create function pantry.to_float(pantry.colour) returns float return 1;
create function bake.price_json(bake."Net ""price"", é") returns json return to_json(1);
create function bake.price_text(bake."Net ""price"", é") returns text return '1';
create function bake.price_of(text) returns bake."Net ""price"", é" return 1;
create function pantry.pair_json(pantry.pair) returns json return to_json(1);
create cast (pantry.colour as json) with function pantry."to JSON"(pantry.colour) as implicit;
create cast (pantry.colour as text) with function pantry.to_words(pantry.colour) as implicit;
create cast (json as pantry.colour) with function pantry.colour(json) as implicit;
create cast (text as pantry.colour) with function pantry.colour(text) as implicit;
create cast (pantry.colour as jsonb) with function pantry.to_jsonb(pantry.colour) as implicit;
create cast (pantry.colour as float) with function pantry.to_float(pantry.colour) as implicit;
create cast (pantry.pair as json) with function pantry.pair_json(pantry.pair) as implicit;
create cast (bake."Net ""price"", é" as json)
  with function bake.price_json(bake."Net ""price"", é") as assignment;
create cast (bake."Net ""price"", é" as text)
  with function bake.price_text(bake."Net ""price"", é") as implicit;
create cast (text as bake."Net ""price"", é") with function bake.price_of(text);
revoke execute on function bake.price_text from public;

-- media handlers
create domain bake."text/html" as text;
create domain bake."Text/CSV" as text;
create domain pantry.markup as xml;
create domain pantry."image/svg+xml" as pantry.markup;
create domain bake."*/*" as bytea;
create domain bake."text/html; level=1" as text;
create domain bake."no media type" as text;
create type bake."text/enum" as enum ('a');
create function bake.page() returns bake."text/html" return 'x';
create function bake.sold_page(bake.sold) returns bake."text/html" return 'x';
create function bake.pages() returns setof bake."text/html" language sql as 'select ''x''::text';
create function bake.picture(a int) returns pantry."image/svg+xml"
  return null::pantry."image/svg+xml";
create function bake.picture() returns int return 1;
create function bake.anything() returns bake."*/*" return ''::bytea;
create function bake.level_page() returns bake."text/html; level=1" return 'x';
create function bake.word() returns bake."no media type" return 'x';
create function bake.choice() returns bake."text/enum" return 'a'::bake."text/enum";
create function pantry.page() returns bake."text/html" return 'x';
create function pantry.step(state text, item anyelement) returns text
  language sql as 'select state';
create function pantry.step(state text, item bake.sold, size int) returns text return state;
create function pantry.html(state text) returns bake."text/html" return state;
create function pantry.csv(state text) returns bake."Text/CSV" return state;
create function pantry.all_of(state text) returns bake."*/*" return state::bytea;
create aggregate bake."html of loaves"(bake.loaves) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.html);
create aggregate bake.html_of_sacks(pantry.sacks) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.html);
create aggregate bake.csv_of_any(anyelement) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.csv);
create aggregate bake.all_of_sold(bake.sold) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.all_of);
create aggregate bake.html_of_mix(bake.mix) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.html);
create aggregate bake.html_of_int(int) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.html);
create aggregate bake.html_of_two(bake.sold, int) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.html);
create aggregate pantry.csv_of_loaves(bake.loaves) (
  sfunc = pantry.step, stype = text, finalfunc = pantry.csv);
"""
ODD_SCHEMA = 'Odd "oven\\'


def load(uri: str, **settings: object) -> Catalog:
    """The catalog as an application with these settings reads it."""
    config = read_config({"db_uri": uri, "db_schemas": "bake", **settings}, {}, None)
    return read_catalog(config)[0]


@pytest.fixture(scope="module")
def uri(new_database: Callable[[str], str]) -> str:
    return new_database(SCRIPT)


@pytest.fixture(scope="module")
def catalog(uri: str) -> Catalog:
    return load(uri)


def overloads(catalog: Catalog, name: str) -> tuple[Routine, ...]:
    return catalog.routines.get(QualifiedName("bake", name), ())


def routine(catalog: Catalog, name: str) -> Routine:
    (found,) = overloads(catalog, name)
    return found


class TestRoutines:
    def test_routines_are_found_by_their_own_names(self, catalog: Catalog) -> None:
        assert all(
            found.name == name for name, group in catalog.routines.items() for found in group
        )

    @pytest.mark.parametrize("name", ["a_procedure", "a_trigger", "an_aggregate", "a_window"])
    def test_what_is_no_plain_function_is_left_out(self, catalog: Catalog, name: str) -> None:
        assert overloads(catalog, name) == ()

    def test_only_exposed_schemas_count(self, uri: str, catalog: Catalog) -> None:
        assert {name.schema for name in catalog.routines} == {"bake"}
        odd = load(uri, db_schemas=ODD_SCHEMA)
        assert list(odd.routines) == [(ODD_SCHEMA, "Preheat {0}")]

    def test_comments(self, catalog: Catalog) -> None:
        assert routine(catalog, "knead").comment == 'Kneads {0}\nand "waits"'
        assert routine(catalog, "nothing").comment is None

    def test_overloads_stand_in_the_order_of_upstream(self, catalog: Catalog) -> None:
        """Fewest arguments, then no comment, then by the text of names and types."""
        assert [
            tuple(f"{argument.name} {argument.type}" for argument in found.arguments)
            for found in overloads(catalog, "bake")
        ] == [
            (),
            ("B bigint",),
            ("a text",),
            ("a integer",),
            ("z integer", "z2 text"),
            ("a integer", "b integer"),
        ]

    @pytest.mark.parametrize(
        ("name", "volatility"),
        [
            ("v_immutable", Volatility.IMMUTABLE),
            ("v_stable", Volatility.STABLE),
            ("nothing", Volatility.VOLATILE),
        ],
    )
    def test_volatility(self, catalog: Catalog, name: str, volatility: Volatility) -> None:
        assert routine(catalog, name).volatility is volatility


class TestArguments:
    def test_a_function_may_have_none(self, catalog: Catalog) -> None:
        assert routine(catalog, "nothing").arguments == ()

    def test_those_with_defaults_are_not_required(self, catalog: Catalog) -> None:
        assert routine(catalog, "knead").arguments == (
            Argument("flour", "integer", "integer", required=True, variadic=False),
            Argument("salt", "integer", "integer", required=False, variadic=False),
            Argument("water", "integer", "integer", required=False, variadic=False),
        )

    def test_names_may_hold_anything(self, catalog: Catalog) -> None:
        arguments = routine(catalog, "weigh").arguments
        assert [argument.name for argument in arguments] == ['Dough "ball" é', "{}"]
        assert [argument.type for argument in arguments] == ["numeric", "text[]"]

    def test_casts_do_not_cut(self, catalog: Catalog) -> None:
        """PostgreSQL knows no modifiers of arguments, and a plain bit is one bit long."""
        assert [
            (argument.type, argument.cast_type) for argument in routine(catalog, "cut").arguments
        ] == [
            ("bit", "bit varying"),
            ("bit[]", "bit varying[]"),
            ("character", "character varying"),
            ("character[]", "character varying[]"),
            ("bit varying", "bit varying"),
            ("character varying", "character varying"),
            ('"char"', '"char"'),
            ("timestamp without time zone", "timestamp without time zone"),
        ]

    def test_types_of_schemas_are_written_with_them(self, catalog: Catalog) -> None:
        arguments = routine(catalog, "mixed").arguments
        assert [argument.type for argument in arguments] == [
            "bake.grade", "bake.mix", "bake.loaves", "bake.pinch",
            'pantry."Kind of rye"', 'pantry."Kind of rye"[]',
        ]  # fmt: skip
        assert all(argument.cast_type == argument.type for argument in arguments)

    def test_variadic(self, catalog: Catalog) -> None:
        assert routine(catalog, "sum_all").arguments == (
            Argument("base", "integer", "integer", required=True, variadic=False),
            Argument("parts", "integer[]", "integer[]", required=False, variadic=True),
        )

    def test_what_is_given_back_is_no_argument(self, catalog: Catalog) -> None:
        assert [a.name for a in routine(catalog, "split").arguments] == ["full_name"]
        assert [a.name for a in routine(catalog, "r_table").arguments] == []

    def test_outputs_before_inputs_shift_nothing(self, catalog: Catalog) -> None:
        """PostgREST gives such inputs the names and modes of the outputs: they cannot be called."""
        assert routine(catalog, "late").arguments == (
            Argument("weight", "integer", "integer", required=True, variadic=False),
            Argument("times", "integer", "integer", required=False, variadic=False),
        )
        assert routine(catalog, "out_and_variadic").arguments == (
            Argument("parts", "integer[]", "integer[]", required=True, variadic=True),
        )

    @pytest.mark.parametrize("type_", ["json", "jsonb", "text", "xml", "bytea"])
    def test_a_whole_body_can_be_an_argument_without_a_name(
        self, catalog: Catalog, type_: str
    ) -> None:
        name = "whole_bytes" if type_ == "bytea" else f"whole_{type_}"
        assert routine(catalog, name).arguments == (Argument("", type_, type_, True, False),)

    @pytest.mark.parametrize("name", ["whole_int", "whole_domain", "two_whole", "computed"])
    def test_without_names_nothing_else_can_be_called(self, catalog: Catalog, name: str) -> None:
        assert overloads(catalog, name) == ()

    def test_one_name_is_enough_to_be_listed(self, catalog: Catalog) -> None:
        assert [a.name for a in routine(catalog, "half_named").arguments] == ["", "b"]


class TestReturns:
    @pytest.mark.parametrize(
        ("name", "returns", "kind"),
        [
            ("nothing", "pg_catalog.int4", "scalar"),
            ("r_domain", "pg_catalog.int4", "scalar"),
            ("r_array", "pg_catalog._int4", "scalar"),
            ("r_void", "pg_catalog.void", "scalar"),
            ("r_record", "pg_catalog.record", "scalar"),
            ("r_set", "pg_catalog.int4", "set of scalar"),
            ("r_records", "pg_catalog.record", "set of scalar"),
            ("pages", "pg_catalog.text", "set of scalar"),
            ("r_row", "bake.loaves", "composite"),
            ("r_mix", "bake.mix", "composite"),
            ("r_alias", "bake.mix", "composite"),
            ("r_out", "pg_catalog.int4", "composite"),
            ("split", "pg_catalog.record", "composite"),
            ("r_rows", "bake.loaves", "set of composite"),
            ("r_sold", "bake.sold", "set of composite"),
            ("r_sacks", "pantry.sacks", "set of composite"),
            ("r_table", "pg_catalog.record", "set of composite"),
            ("r_inout_set", "pg_catalog.int4", "set of composite"),
        ],
    )
    def test_types_and_kinds(self, catalog: Catalog, name: str, returns: str, kind: str) -> None:
        """Below domains; named outputs make a row of any type."""
        found = routine(catalog, name)
        assert str(found.returns) == returns
        set_of = "set of " * found.returns_set
        assert set_of + ("composite" if found.returns_composite else "scalar") == kind

    def test_a_domain_over_rows_is_marked(self, catalog: Catalog) -> None:
        found = [name.name for name, group in catalog.routines.items()
                 if any(routine.returns_composite_alias for routine in group)]  # fmt: skip
        assert found == ["r_alias"]


class TestSettings:
    def test_only_the_settings_that_may_are_hoisted(self, uri: str, catalog: Catalog) -> None:
        """Their names count, whatever their values are."""
        assert routine(catalog, "careful").settings == (("statement_timeout", "4s"),)
        some = load(uri, db_hoisted_tx_settings="work_mem, oven.heat")
        assert routine(some, "careful").settings == (("work_mem", "7MB"), ("oven.heat", "a=b,c"))

    def test_names_that_may_are_patterns(self, uri: str) -> None:
        some = load(uri, db_hoisted_tx_settings="^work|timeout$")
        assert [name for name, _ in routine(some, "careful").settings] == [
            "statement_timeout", "work_mem",
        ]  # fmt: skip

    def test_functions_without_settings_have_none(self, catalog: Catalog) -> None:
        assert (routine(catalog, "nothing").settings, routine(catalog, "nothing").isolation) == (
            (), None,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "isolation"),
        [
            ("serial", "serializable"),
            ("repeating", "repeatable read"),
            ("committed", "read committed"),
            ("uncommitted", "read committed"),
        ],
    )
    def test_isolation(self, uri: str, catalog: Catalog, name: str, isolation: str) -> None:
        """It counts whether it may be hoisted or not."""
        assert routine(catalog, name).isolation == isolation
        assert routine(load(uri, db_hoisted_tx_settings="work_mem"), name).isolation == isolation


class TestRepresentations:
    def test_implicit_casts_between_domains_and_json_or_text(self, catalog: Catalog) -> None:
        """Of any schema; not casts to other types, nor of what is no domain."""
        assert catalog.representations == {
            ("pantry.colour", "json"): ("pantry", "to JSON"),
            ("pantry.colour", "text"): ("pantry", "to_words"),
            ("json", "pantry.colour"): ("pantry", "colour"),
            ("text", "pantry.colour"): ("pantry", "colour"),
            ('bake."Net ""price"", é"', "text"): ("bake", "price_text"),
        }

    def test_functions_that_the_login_may_not_call_do_not_count(self, uri: str) -> None:
        login = load(change_uri(uri, user="bake_login", password="bake"))
        assert ('bake."Net ""price"", é"', "text") not in login.representations
        assert ("pantry.colour", "json") in login.representations


class TestMediaHandlers:
    def test_aggregates_are_for_the_rows_that_they_take(self, catalog: Catalog) -> None:
        """Rows of relations, hidden ones too, and of any; not of other types."""
        aggregates = {
            (str(subject), media_type): (str(handler.aggregate), handler.media_type)
            for (subject, media_type), handler in catalog.media_handlers.items()
            if handler.aggregate is not None
        }
        assert aggregates == {
            ("bake.loaves", "text/html"): ("bake.html of loaves", "text/html"),
            ("pantry.sacks", "text/html"): ("bake.html_of_sacks", "text/html"),
            (str(ANY_ROW), "text/csv"): ("bake.csv_of_any", "Text/CSV"),
            ("bake.sold", "*/*"): ("bake.all_of_sold", "application/octet-stream"),
        }

    def test_functions_are_for_themselves(self, catalog: Catalog) -> None:
        """Neither sets, nor functions of hidden schemas; the domain may be hidden.

        Bytes and XML are raw, also where there are domains between.
        """
        functions = {
            (str(subject), media_type): handler
            for (subject, media_type), handler in catalog.media_handlers.items()
            if handler.aggregate is None
        }
        assert functions == {
            ("bake.page", "text/html"): MediaHandler(None, "text/html", False),
            ("bake.sold_page", "text/html"): MediaHandler(None, "text/html", False),
            ("bake.picture", "image/svg+xml"): MediaHandler(None, "image/svg+xml", True),
            ("bake.anything", "*/*"): MediaHandler(None, "application/octet-stream", True),
        }


def test_objects_named_like_built_in_ones_are_not_mistaken_for_them(
    uri: str, catalog: Catalog
) -> None:
    """Even where the caller's search path puts them first."""
    with psycopg.connect(uri) as connection:
        connection.execute(
            """
            create schema trap;
            create table trap.pg_proc (oid oid);
            create table trap.pg_cast (oid oid);
            create table trap.pg_type (oid oid);
            create table trap.pg_class (oid oid);
            create table trap.pg_namespace (oid oid);
            create table trap.pg_description (oid oid);
            create function trap.unnest(oid[]) returns setof oid return 1::oid;
            create function trap.unnest(text[]) returns setof text return 'wrong=1';
            create function trap.format_type(oid, int) returns text return 'wrong';
            create function trap.strpos(text, text) returns int return 1;
            create function trap.has_function_privilege(oid, text) returns boolean return false;
            create domain trap.regtype as int;
            create domain trap.regnamespace as int;
            """
        )
    config = read_config({"db_uri": uri, "db_schemas": "bake"}, {}, None)
    with introspect(config) as fetch:
        fetch("select pg_catalog.set_config('search_path', 'trap, pg_catalog', true)", ())
        trapped = load_catalog(fetch, ("bake",), (), hoisted_settings=config.db_hoisted_tx_settings)
    assert trapped == catalog
