-- Who may do what; which reviews a role sees is said by the policies in schema.sql.
revoke execute on all functions in schema api from public;

grant usage on schema api to demo_anon, demo_member, demo_editor;
grant select on all tables in schema api to demo_anon, demo_member, demo_editor;
grant execute on all functions in schema api to demo_member, demo_editor;
grant execute on function
    api.average_stars, api.search_films, api.films_per_decade, api.label, api.latest_screening,
    api.programme, api.poster, api.calendar
    to demo_anon;

grant insert, update, delete on api.reviews to demo_member;
grant insert, update, delete on all tables in schema api to demo_editor;
