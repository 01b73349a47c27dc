-- What the benchmarks read: 1,000 clients and 100,000 orders, the same every time.
do $$
begin
    if not exists (select from pg_roles where rolname = 'bench_anon') then
        create role bench_anon nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'bench_authenticator') then
        create role bench_authenticator login noinherit;
        grant bench_anon to bench_authenticator;
    end if;
end
$$;

create schema bench;

create table bench.clients (
    id integer primary key,
    name text not null,
    city text not null,
    since date not null
);

create table bench.orders (
    id integer primary key,
    client_id integer not null references bench.clients,
    status text not null check (status in ('open', 'paid', 'sent')),
    amount numeric(8, 2) not null,
    pieces smallint not null,
    labels text[] not null,
    placed_at timestamptz not null,
    remark text
);

insert into bench.clients
select
    n,
    format('Client %s', n),
    (array['Basel', 'Gdańsk', 'Porto', 'Turku'])[1 + n % 4],
    date '2015-01-01' + n
from generate_series(1, 1000) as n;

insert into bench.orders
select
    n,
    1 + n * 37 % 1000,
    (array['open', 'paid', 'sent'])[1 + n % 3],
    n * 7919 % 500000 / 100.0,
    1 + n % 12,
    array[format('size-%s', n % 5), format('shelf-%s', n % 40)],
    timestamptz '2024-03-01 08:00Z' + n * interval '7 minutes',
    case when n % 4 > 0 then format('Deliver to door %s, ring %s times', n % 90, 1 + n % 3) end
from generate_series(1, 100000) as n;

create index on bench.orders (client_id);
create index on bench.orders (status, placed_at);

grant usage on schema bench to bench_anon;
grant select on all tables in schema bench to bench_anon;
