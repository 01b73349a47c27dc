-- Settings of the roles that this login may become, as far as it may set them itself.
-- Gives the role, the setting's name and its value.
select distinct r.rolname, s.option_name, s.option_value
from pg_catalog.pg_auth_members m
join pg_catalog.pg_roles r on r.oid = m.roleid
join pg_catalog.pg_roles login on login.oid = m.member and login.rolname = current_user
cross join lateral pg_catalog.pg_options_to_table(r.rolconfig) s
join pg_catalog.pg_settings p on p.name = s.option_name
where p.context = 'user' or pg_catalog.has_parameter_privilege(current_user, p.name, 'set')
order by r.rolname, s.option_name
