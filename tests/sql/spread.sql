-- Spread columns are columns of the join: of the one row, or arrays of those of all rows.

-- GET /films?select=title,...people!director_id(director:name,born)
WITH "pgrst_source" AS (SELECT "api"."films"."title", "films_people_1"."director", "films_people_1"."born"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "people_1"."name" AS "director", "people_1"."born"
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "api"."films"."director_id") AS "films_people_1" ON TRUE)
  (…);

-- GET /films?select=title,...reviews(stars,body)&reviews.order=written_at
WITH "pgrst_source" AS (SELECT "api"."films"."title", "films_reviews_1"."stars", "films_reviews_1"."body"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT CAST(json_agg("films_reviews_1") AS jsonb) AS "films_reviews_1", CAST(COALESCE(json_agg("films_reviews_1"."stars"), '[]') AS jsonb) AS "stars", CAST(COALESCE(json_agg("films_reviews_1"."body"), '[]') AS jsonb) AS "body"
  FROM (SELECT "reviews_1"."stars", "reviews_1"."body"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id"
  ORDER BY "reviews_1"."written_at" ASC) AS "films_reviews_1") AS "films_reviews_1" ON TRUE)
  (…);

-- GET /members?select=name,...reviews(stars,...films(title))
WITH "pgrst_source" AS (SELECT "api"."members"."name", "members_reviews_1"."stars", "members_reviews_1"."title"
  FROM "api"."members"
  LEFT JOIN LATERAL (SELECT CAST(json_agg("members_reviews_1") AS jsonb) AS "members_reviews_1", CAST(COALESCE(json_agg("members_reviews_1"."stars"), '[]') AS jsonb) AS "stars", CAST(COALESCE(json_agg("members_reviews_1"."title"), '[]') AS jsonb) AS "title"
  FROM (SELECT "reviews_1"."stars", "reviews_films_2"."title"
  FROM "api"."reviews" AS "reviews_1"
  LEFT JOIN LATERAL (SELECT "films_2"."title"
  FROM "api"."films" AS "films_2"
  WHERE "films_2"."id" = "reviews_1"."film_id") AS "reviews_films_2" ON TRUE
  WHERE "reviews_1"."member_id" = "api"."members"."id") AS "members_reviews_1") AS "members_reviews_1" ON TRUE)
  (…);

-- GET /films?select=title,...people!roles!inner(cast:name)
WITH "pgrst_source" AS (SELECT "api"."films"."title", "films_people_1"."cast"
  FROM "api"."films"
  INNER JOIN LATERAL (SELECT CAST(json_agg("films_people_1") AS jsonb) AS "films_people_1", CAST(COALESCE(json_agg("films_people_1"."cast"), '[]') AS jsonb) AS "cast"
  FROM (SELECT "api"."people"."name" AS "cast"
  FROM "api"."people", "api"."roles"
  WHERE "api"."roles"."person_id" = "api"."people"."id" AND "api"."roles"."film_id" = "api"."films"."id") AS "films_people_1") AS "films_people_1" ON "films_people_1" IS NOT NULL)
  (…);
