-- The server's version as a number, such as 150004 for 15.4.
select pg_catalog.current_setting('server_version_num')
