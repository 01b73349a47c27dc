-- Rows made by arithmetic: the same in every database. All names are invented.
insert into api.people (name, born, country, languages)
select
    first_names[1 + n % 20] || ' ' || last_names[1 + n * 5 % 12],
    date '1921-03-14' + n * 487,
    countries[1 + n % 7],
    case when n % 3 = 0 then array['en'] else array['en', languages[1 + n % 5]] end
from
    generate_series(0, 59) as n,
    (values (
        array[
            'Ada', 'Bruno', 'Chiara', 'Dario', 'Elin', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas',
            'Keiko', 'Leon', 'Mara', 'Nuno', 'Olga', 'Pavel', 'Rosa', 'Sven', 'Tara', 'Yusuf'
        ],
        array[
            'Albering', 'Brandvold', 'Castellari', 'Duarinho', 'Eriksholm', 'Farouni',
            'Galanides', 'Horvaty', 'Itokawa', 'Janssel', 'Kowalen', 'Lindhag'
        ],
        array['Norway', 'Portugal', 'Italy', 'Egypt', 'Greece', 'Japan', 'Poland'],
        array['no', 'pt', 'it', 'ar', 'ja']
    )) as words (first_names, last_names, countries, languages);

insert into api.films
    (title, year, genre, runtime, tags, facts, licensed, summary, director_id, writer_id)
select
    case n % 3 when 0 then '' else 'The ' end
        || adjectives[1 + n * 3 % 16] || ' ' || nouns[1 + n * 2 % 15],
    1948 + n * 29 % 78,
    (enum_range(null::api.genre))[1 + n * 5 % 6],
    72 + n * 37 % 90,
    case when n % 4 = 0 then array['restored', moods[1 + n % 5]] else array[moods[1 + n % 5]] end,
    jsonb_build_object(
        'format', formats[1 + n % 3],
        'colour', n % 5 <> 0,
        'reels', 3 + n % 6,
        'restoration', case when n % 4 = 0 then jsonb_build_object('year', 2008 + n % 15) end
    ),
    case when n % 6 <> 0 then daterange(date '2022-01-01' + n * 3, date '2026-01-01' + n * 5) end,
    case when n % 10 <> 7 then
        'A ' || heroes[1 + n % 8] || ' finds ' || finds[1 + n * 3 % 7] || ' and has to '
            || tasks[1 + n * 5 % 9] || '.'
    end,
    1 + n * 7 % 60,
    case when n % 9 <> 4 then 1 + n * 11 % 60 end
from
    generate_series(0, 159) as n,
    (values (
        array[
            'Quiet', 'Amber', 'Borrowed', 'Crooked', 'Distant', 'Electric', 'Forgotten', 'Glass',
            'Hollow', 'Indigo', 'Last', 'Midnight', 'Northern', 'Paper', 'Second', 'Winter'
        ],
        array[
            'Harbour', 'Lantern', 'Orchard', 'Railway', 'Ballroom', 'Meridian', 'Garden', 'Ferry',
            'Snowfall', 'Observatory', 'Violin', 'Staircase', 'Carnival', 'Border', 'Tide'
        ],
        array['tender', 'bleak', 'funny', 'dreamlike', 'tense'],
        array['35 mm', '16 mm', 'digital'],
        array[
            'lighthouse keeper', 'young pianist', 'retired judge', 'bus driver', 'map maker',
            'night nurse', 'travelling baker', 'stubborn widow'
        ],
        array[
            'an unsigned letter', 'a key without a lock', 'a stranger at the harbour',
            'an old photograph', 'a suitcase full of money', 'a hidden garden', 'a stray dog'
        ],
        array[
            'cross the border before winter', 'choose between two families',
            'keep a promise made long ago', 'win a case that cannot be won',
            'learn to trust a rival', 'leave the island for the first time',
            'save the village orchestra', 'tell the truth at last', 'face the sea alone'
        ]
    )) as words (adjectives, nouns, moods, formats, heroes, finds, tasks);

insert into api.films
    (title, year, genre, runtime, tags, summary, director_id, writer_id, sequel_of)
select
    title || ' Returns',
    year + 3,
    genre,
    runtime + 9,
    tags || array['sequel'],
    'The story goes on: ' || lower(left(summary, 1)) || substr(summary, 2),
    director_id,
    1 + (director_id + 20) % 60,
    id
from api.films
where id % 17 = 5 and year <= 2020
order by id;

insert into api.box_office (film_id, budget, takings)
select id, 120000 + id * 7919 % 900000, 40000.50 + id * 104729 % 3000000
from api.films
where id % 4 <> 0;

insert into api.roles (film_id, person_id, job, character)
select
    film.id,
    1 + (film.id * 13 + part.shift) % 60,
    part.job,
    case when part.job = 'actor' then characters[1 + (film.id * 3 + part.shift) % 12] end
from
    api.films as film,
    (values
        (0, 'actor'::api.job), (17, 'actor'), (31, 'camera'), (44, 'editor')
    ) as part (shift, job),
    (values (
        array[
            'Captain Voss', 'Aunt Delphine', 'the Stranger', 'Inspector Marek', 'Little Tom',
            'Doctor Ohm', 'the Innkeeper', 'Signora Belli', 'Professor Quist', 'Anya', 'Old Sam',
            'the Conductor'
        ]
    )) as words (characters);

insert into api.roles (film_id, person_id, job)
select id, 1 + id * 19 % 60, 'composer'
from api.films
where id % 3 = 0;

insert into api.festivals (code, year, name, city, held)
select code, year, name, city, daterange(make_date(year, month, 5), make_date(year, month, 10))
from
    generate_series(2022, 2025) as year,
    (values
        ('lumen', 'Lumen Days', 'Ghent', 3),
        ('tidewater', 'Tidewater Film Week', 'Aveiro', 6),
        ('reels', 'Northern Reels', 'Tromsø', 11)
    ) as festival (code, name, city, month);

insert into api.screenings (room, starts_at, film_id, festival_code, festival_year, seats_sold)
select
    (array['Blue Room', 'Cellar', 'Great Hall'])[1 + n % 3],
    (lower(held) + n / 3 + time '18:30') at time zone 'UTC',
    1 + (year * 45 + extract(month from lower(held))::integer * 15 + n * 7) % 160,
    code,
    year,
    20 + n * 17 % 90
from api.festivals, generate_series(0, 14) as n;

insert into api.screenings (room, starts_at, film_id, seats_sold)
select
    'Cellar',
    timestamptz '2025-01-06 19:00+00' + n * interval '7 days',
    1 + n * 3,
    5 + n * 11 % 40
from generate_series(0, 51) as n;

insert into api.members (id, name, joined)
select
    lower(first_name),
    first_name || ' ' || (array['Ashdown', 'Birkeland', 'Corvo'])[1 + n % 3],
    date '2015-09-01' + n::integer * 211
from unnest(array[
    'Alba', 'Bert', 'Cleo', 'Dana', 'Emil', 'Faye', 'Gus', 'Hana', 'Ivo', 'June', 'Kit', 'Lars'
]) with ordinality as member (first_name, n);

insert into studio.contacts (member_id, email)
select id, id || '@filmsociety.example' from api.members;

insert into api.reviews (film_id, member_id, stars, body, published, written_at)
select
    1 + (n * 11 + position * 5) % 160,
    id,
    1 + (n * 3 + position * 2) % 5,
    (array[
        'I would see it again tomorrow.', 'Half an hour too long.', 'The music carries it.',
        'Everybody in the room wept.', 'Not for me.', 'Look at the light in the last scene!', null
    ])[1 + (n + position) % 7],
    (n + position) % 6 <> 0,
    timestamptz '2023-02-01 20:00+00' + (n * 31 + position * 5) * interval '9 hours'
from
    (select id, row_number() over (order by id)::integer as position from api.members) as member,
    generate_series(0, 19) as n;

refresh materialized view api.ratings;
analyze api.people, api.films, api.box_office, api.roles, api.festivals, api.screenings,
    api.members, api.reviews, api.ratings;
