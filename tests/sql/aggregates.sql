-- What is not aggregated is grouped by. Aggregates of a to-one spread are made by the parent.

-- GET /films?select=genre,count(),year.max(),facts->reels::int.avg()::numeric
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT "api"."films"."genre", count(*), max("api"."films"."year"), CAST(avg(CAST(("api"."films"."facts" -> 'reels') AS int)) AS numeric)
  FROM "api"."films"
  GROUP BY "api"."films"."genre")
  (…);

-- GET /films?select=count(),director:people!director_id(country)
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT count(*), CAST(row_to_json("films_director_1".*) AS jsonb) AS "director"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "people_1"."country"
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "api"."films"."director_id") AS "films_director_1" ON TRUE
  GROUP BY "director")
  (…);

-- GET /people?select=name,films!director_id(genre,count())
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT "api"."people"."name", COALESCE("people_films_1"."people_films_1", '[]') AS "films"
  FROM "api"."people"
  LEFT JOIN LATERAL (SELECT CAST(json_agg("people_films_1") AS jsonb) AS "people_films_1"
  FROM (SELECT "films_1"."genre", count(*)
  FROM "api"."films" AS "films_1"
  WHERE "films_1"."director_id" = "api"."people"."id"
  GROUP BY "films_1"."genre") AS "people_films_1") AS "people_films_1" ON TRUE)
  (…);

-- GET /films?select=genre,...box_office(takings.sum(),known:count()::text)
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT "api"."films"."genre", sum("films_box_office_1"."sum") AS "sum", CAST(count("films_box_office_1"."known") AS "text") AS "known"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "box_office_1"."takings" AS "sum", "box_office_1" AS "known"
  FROM "api"."box_office" AS "box_office_1"
  WHERE "box_office_1"."film_id" = "api"."films"."id") AS "films_box_office_1" ON TRUE
  GROUP BY "api"."films"."genre")
  (…);

-- GET /members?select=*,count()
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT "api"."members"."id", "api"."members"."name", "api"."members"."joined", count(*)
  FROM "api"."members"
  GROUP BY "api"."members"."id", "api"."members"."name", "api"."members"."joined")
  (…);

-- GET /reviews?select=...films(genre,...box_office(takings.max()))
-- db-aggregates-enabled = true
WITH "pgrst_source" AS (SELECT "reviews_films_1"."genre", max("reviews_films_1"."max") AS "max"
  FROM "api"."reviews"
  LEFT JOIN LATERAL (SELECT "films_1"."genre", "films_box_office_2"."max"
  FROM "api"."films" AS "films_1"
  LEFT JOIN LATERAL (SELECT "box_office_2"."takings" AS "max"
  FROM "api"."box_office" AS "box_office_2"
  WHERE "box_office_2"."film_id" = "films_1"."id") AS "films_box_office_2" ON TRUE
  WHERE "films_1"."id" = "api"."reviews"."film_id") AS "reviews_films_1" ON TRUE
  GROUP BY "reviews_films_1"."genre")
  (…);
