-- What makes other media types than JSON: domains that are called like them, and what returns
-- these.
create domain api."text/html" as text;
create domain api."image/svg+xml" as text;
create domain api."text/calendar" as text;

create function studio.escape(words text) returns text
    language sql immutable
    return replace(replace(replace(replace(
        words, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');
comment on function studio.escape(text) is 'A text as HTML and SVG write it';

create function api.programme(year integer) returns api."text/html"
    language sql stable
    return (
        select
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Festivals of '
            || programme.year || '</title></head><body><h1>Festivals of ' || programme.year
            || '</h1><ul>' || coalesce(
                string_agg(
                    '<li>' || studio.escape(name) || ', ' || studio.escape(city) || ': '
                    || to_char(lower(held), 'DD/MM') || ' to ' || to_char(upper(held) - 1, 'DD/MM')
                    || '</li>',
                    '' order by held
                ),
                '<li>None.</li>'
            ) || '</ul></body></html>'
        from api.festivals
        where festivals.year = programme.year
    );
comment on function api.programme(integer) is 'The festivals of a year as an HTML page';

create function api.poster(film_id integer) returns api."image/svg+xml"
    language sql stable
    return (
        select
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 300" font-family="serif"'
            || ' text-anchor="middle"><rect width="200" height="300" fill="'
            || case genre
                when 'comedy' then 'goldenrod'
                when 'crime' then 'darkslategray'
                when 'western' then 'sienna'
                else 'midnightblue'
            end
            || '"/><text y="90" font-size="24" fill="white">' || (
                select string_agg(
                    '<tspan x="100" dy="1.3em">' || studio.escape(word) || '</tspan>',
                    '' order by place
                )
                from string_to_table(title, ' ') with ordinality as title_word (word, place)
            )
            || '</text><text x="100" y="280" fill="white">' || year || '</text></svg>'
        from api.films
        where id = film_id
    );
comment on function api.poster(integer) is 'A poster of a film, drawn as SVG';

-- An aggregate serves the rows of a table, and of every function that returns them.
create function studio.add_event(events text, screening api.screenings) returns text
    language sql stable
    return events || concat_ws(
        E'\r\n',
        'BEGIN:VEVENT',
        'UID:' || md5(screening.room || extract(epoch from screening.starts_at))
            || '@filmsociety.example',
        'DTSTAMP:' || to_char(screening.starts_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
        'DTSTART:' || to_char(screening.starts_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
        'SUMMARY:' || (
            select regexp_replace(title, '([\\;,])', '\\\1', 'g')
            from api.films
            where id = screening.film_id
        ),
        'LOCATION:' || regexp_replace(screening.room, '([\\;,])', '\\\1', 'g'),
        'END:VEVENT',
        ''
    );
create function studio.end_calendar(events text) returns api."text/calendar"
    language sql immutable
    return concat_ws(
        E'\r\n',
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Film Society//Archive//EN',
        events || 'END:VCALENDAR',
        ''
    );
create aggregate api.calendar(api.screenings) (
    sfunc = studio.add_event,
    stype = text,
    initcond = '',
    finalfunc = studio.end_calendar
);
comment on aggregate api.calendar(api.screenings) is 'Screenings as an iCalendar file';
