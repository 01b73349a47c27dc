-- A box office beside the demo's archive: functions of every kind, and what answers for them.
create type api.seat as (line text, number integer);
create domain api.seats as integer check (value between 1 and 9);
create domain api.best_place as api.seat;

-- arguments of every kind; each is told as PostgreSQL understood it
create function api.booking(
    seats api.seats default 1, place api.seat default null, names text[] default null,
    extras jsonb default null, note json default null, genre api.genre default null,
    days daterange default null, code character(3) default null, flags bit default null,
    stamp bytea default null, fee numeric default null, "at night" boolean default null
) returns jsonb
    language sql stable
    return jsonb_strip_nulls(jsonb_build_object(
        'seats', seats::text, 'place', place::text, 'line', place.line, 'names', names::text,
        'extras', extras::text, 'note', note::text, 'genre', genre::text, 'days', days::text,
        'code', code::text, 'flags', flags::text, 'stamp', stamp::text, 'fee', fee::text,
        'at night', "at night"::text
    ));
create function api.price(seats integer, fee numeric default 9.50) returns numeric
    language sql immutable return seats * fee;
create function api.guests(separator text, variadic names text[]) returns text
    language sql immutable return array_to_string(names, separator);
create function api.count_guests(variadic numbers integer[] default '{}') returns integer
    language sql immutable return cardinality(numbers);

-- one argument without a name: the body
create function api.note_json(json) returns text language sql immutable return $1::text;
create function api.note_jsonb(jsonb) returns text language sql immutable return $1::text;
create function api.note_text(text) returns text language sql immutable return $1;
create function api.note_xml(xml) returns text language sql immutable return $1::text;
create function api.note_bytes(bytea) returns text language sql immutable return encode($1, 'hex');
create function api.delivery(json) returns text language sql immutable return 'json';
create function api.delivery(bytea) returns text language sql immutable return 'bytes';
create function api.delivery(text) returns text language sql immutable return 'text';
create function api.delivery(day date) returns text language sql immutable return 'day';

-- overloads
create function api.fine(seats integer) returns text language sql immutable return 'a number';
create function api.fine(seats text) returns text language sql immutable return 'a text';
create function api.refund(seats integer) returns text language sql immutable return 'by seats';
create function api.refund(name text) returns text language sql immutable return 'by name';
create function api.refund(seats integer, name text) returns text
    language sql immutable return 'by both';
create function api.audit(year integer) returns text language sql immutable return 'done';
create function api.audit(year text) returns text language sql immutable return 'done';

-- results of every kind
create function api.ring() returns void language sql as '';
create function api.nothing() returns text language sql immutable return null::text;
create function api.opens() returns time language sql immutable return time '18:00';
create function api.length() returns api.minutes language sql immutable return 90;
create function api.doors() returns text[] language sql immutable return array['north', null];
create function api.house() returns json language sql immutable return '{"seats" : 120}'::json;
create function api.genres() returns setof api.genre
    language sql immutable as 'select unnest(enum_range(null::api.genre))';
create function api.seat_at(number integer) returns api.seat
    language sql immutable as 'select row(''A'', number)::api.seat where number > 0';
create function api.row_of(size integer) returns setof api.seat
    language sql immutable
    as 'select ''B'', nullif(n, 2) from generate_series(1, size) as n';
create function api.favourite() returns api.best_place
    language sql immutable return row('C', 7)::api.best_place;
create function api.film(film_id integer) returns api.films
    language sql stable as 'select * from api.films where id = film_id';
create function api.films_of(decade integer) returns setof api.films
    language sql stable as 'select * from api.films where films.decade = $1 order by id';
create function api.last_shown(film_id integer) returns api.screenings
    language sql stable
    as 'select * from api.screenings where film_id = $1 order by starts_at desc limit 1';
create function api.totals(out films bigint, out people bigint)
    language sql stable
    as 'select (select count(*) from api.films), (select count(*) from api.people)';
create function api.next_seat(inout number integer)
    language sql immutable as 'select number + 1';
create function api.seat_names(size integer) returns table (name text)
    language sql immutable as 'select ''D'' || n from generate_series(1, size) as n';
create function api.any_row() returns record language sql immutable as 'select 1 as a, 2 as b';

-- settings and transactions
create view api.state as
    select current_user::text as role, name, current_setting(name, true) as value
    from unnest(array[
        'statement_timeout', 'transaction_isolation', 'transaction_read_only', 'work_mem'
    ]) as name;
create function api.mood(film api.films) returns text
    language sql stable return current_setting('work_mem');
create function api.slow_films() returns setof api.films
    language sql stable set work_mem = '7MB' as 'select * from api.films order by id limit 1';
create function api.isolation() returns text
    language plpgsql set default_transaction_isolation = 'repeatable read'
    as 'begin return current_setting(''transaction_isolation''); end';
create function api.timed() returns setof api.state
    language sql stable set statement_timeout = '4321ms' as 'select * from api.state';
create function api.sell(title text) returns text
    language sql as $$
        insert into api.films (title, year, genre, director_id) values ($1, 2000, 'crime', 1)
        returning films.title
    $$;
create function api.sell_quietly(title text) returns text
    language sql stable as 'select api.sell(title)';
create function api.sell_all() returns setof api.films
    language sql as 'update api.films set runtime = 100 where id < 4 returning *';

-- what an answer is told
create function api.answer(status text default '', headers text default '') returns text
    language plpgsql stable as $$ begin
        perform set_config('response.status', status, true);
        perform set_config('response.headers', headers, true);
        return 'told';
    end $$;
create function api.fail(state text, message text, detail text default '', hint text default '')
    returns integer
    language plpgsql stable as $$ begin
        raise exception using errcode = state, message = message, detail = detail, hint = hint;
    end $$;

-- media types
create domain api."text/plain" as text;
create domain api."text/csv" as text;
create domain api."application/octet-stream" as bytea;
create domain api."application/vnd.seats+json" as jsonb;
create domain api."text/vnd.number" as integer;
create domain api."*/*" as bytea;
create domain api."text/vnd.rows" as text;
create function api.greeting() returns api."text/plain"
    language sql immutable return 'Welcome, Åsa';
create function api.key() returns api."application/octet-stream"
    language sql immutable return '\x00ff10'::bytea;
create function api.plan_of_seats() returns api."application/vnd.seats+json"
    language sql immutable return '{"rows": 3}'::jsonb;
create function api.door_number() returns api."text/vnd.number" language sql immutable return 1234;
create function api.anything(type text default null) returns api."*/*"
    language plpgsql stable as $$ begin
        if type is not null then
            perform set_config('response.headers', format('[{"Content-Type": %s}]', to_json(type)), true);
        end if;
        return convert_to(current_setting('request.headers')::json ->> 'accept', 'utf8');
    end $$;
create function studio.add_line(lines text, item anyelement) returns text
    language sql immutable as 'select lines || item::text || chr(10)';
create function studio.end_lines(lines text) returns api."text/vnd.rows"
    language sql immutable return lines;
create aggregate api.lines(anyelement) (
    sfunc = studio.add_line, stype = text, initcond = '', finalfunc = studio.end_lines);
create function studio.add_member(lines text, member api.members) returns text
    language sql immutable return lines || member.id || E'\r\n';
create function studio.end_members(lines text) returns api."text/csv"
    language sql immutable return E'\uFEFFid\r\n' || lines;
create aggregate api.members_csv(api.members) (
    sfunc = studio.add_member, stype = text, initcond = '', finalfunc = studio.end_members);

-- for db-root-spec and db-pre-request
create function api.welcome() returns json
    language sql stable
    return json_build_object('path', current_setting('request.path'), 'api', 'box office');
create function studio.check_request() returns void
    language plpgsql as $$ begin
        case current_setting('request.headers')::json ->> 'x-ticket'
            when 'none' then raise sqlstate 'PT402' using message = 'Buy a ticket first';
            when 'member' then set local role demo_member;
            when 'stamped' then
                perform set_config('response.headers', '[{"X-Stamp": "seen"}]', true);
                perform set_config('response.status', '203', true);
            else null;
        end case;
    end $$;

revoke execute on all functions in schema api from public;
grant execute on all functions in schema api to demo_anon, demo_member, demo_editor;
revoke execute on function api.audit(integer), api.audit(text) from demo_anon;
grant usage on schema studio to demo_anon, demo_member, demo_editor;
grant select on api.state to demo_anon, demo_member;
grant insert, update on api.films to demo_anon;
