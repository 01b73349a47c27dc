-- Functions that the API offers under /rpc, computed columns and computed relationships.
create function api.average_stars(film_id integer) returns numeric
    language sql stable
    as $$ select round(avg(stars), 2) from api.reviews where reviews.film_id = $1 $$;
comment on function api.average_stars(integer) is
    'Average of the reviews of a film that you may see';

create function api.search_films(words text) returns setof api.films
    language sql stable
    as $$
        select *
        from api.films
        where search @@ websearch_to_tsquery('english', words)
        order by ts_rank(search, websearch_to_tsquery('english', words)) desc, id
    $$;
comment on function api.search_films(text) is
    'Films whose title or summary has the words, best first';

create function api.films_per_decade() returns table (decade integer, films bigint)
    language sql stable
    as $$ select decade, count(*) from api.films group by decade order by decade $$;
comment on function api.films_per_decade() is 'How many films the archive has of each decade';

create function api.add_review(film_id integer, stars api.stars, body text default null)
    returns api.reviews
    language sql volatile
    as $$
        insert into api.reviews (film_id, stars, body, published)
        values ($1, $2, $3, true)
        returning *
    $$;
comment on function api.add_review(integer, api.stars, text) is
    'Publish a review in the name of the member who asks';

create function api.label(film api.films) returns text
    language sql stable
    as $$ select film.title || ' (' || film.year || ')' $$;
comment on function api.label(api.films) is 'Computed column: title and year';

create function api.latest_screening(film api.films) returns setof api.screenings rows 1
    language sql stable
    as $$
        select *
        from api.screenings
        where film_id = film.id
        order by starts_at desc
        limit 1
    $$;
comment on function api.latest_screening(api.films) is
    'Computed relationship: the last time a film was shown';
