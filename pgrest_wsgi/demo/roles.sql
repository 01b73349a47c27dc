-- Roles belong to the whole server: a second database finds them there.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['demo_anon', 'demo_member', 'demo_editor'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
    if not exists (select from pg_roles where rolname = 'demo_authenticator') then
        create role demo_authenticator login noinherit;
        grant demo_anon, demo_member, demo_editor to demo_authenticator;
    end if;
end
$$;

comment on role demo_authenticator is 'Logs in for the API and becomes one of the other demo roles';
comment on role demo_anon is 'Who asks without a token: reads what is public';
comment on role demo_member is 'A member of the society: also writes reviews';
comment on role demo_editor is 'Keeps the archive: reads and writes everything in it';
