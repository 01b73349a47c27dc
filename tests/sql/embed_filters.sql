-- Filters, orders and limits stand where the resource is; inner joins and null filters look at it.
-- What counts all rows asks with EXISTS, and computes nothing.

-- GET /films?select=title,reviews(stars)&reviews.stars=gte.4&reviews.order=written_at.desc&reviews.limit=3&reviews.offset=1
-- $1 = 4
-- $2 = 1
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."stars" >= $1 AND "reviews_1"."film_id" = "api"."films"."id"
  ORDER BY "reviews_1"."written_at" DESC
  LIMIT 3
  OFFSET $2) AS "films_reviews_1") AS "films_reviews_1" ON TRUE)
  (…);

-- GET /members?select=name,reviews(films(title))&reviews.films.or=(year.lt.1960,genre.eq.crime)
-- $1 = 1960
-- $2 = crime
WITH "pgrst_source" AS (SELECT "api"."members"."name", COALESCE("members_reviews_1"."members_reviews_1", '[]') AS "reviews"
  FROM "api"."members"
  LEFT JOIN LATERAL (SELECT json_agg("members_reviews_1") AS "members_reviews_1"
  FROM (SELECT row_to_json("reviews_films_2".*) AS "films"
  FROM "api"."reviews" AS "reviews_1"
  LEFT JOIN LATERAL (SELECT "films_2"."title"
  FROM "api"."films" AS "films_2"
  WHERE ("films_2"."year" < $1 OR "films_2"."genre" = $2) AND "films_2"."id" = "reviews_1"."film_id") AS "reviews_films_2" ON TRUE
  WHERE "reviews_1"."member_id" = "api"."members"."id") AS "members_reviews_1") AS "members_reviews_1" ON TRUE)
  (…);

-- GET /films?select=title,reviews!inner(stars)&reviews.stars=eq.5
-- Prefer: count=exact
-- $1 = 5
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "api"."films"
  INNER JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."stars" = $1 AND "reviews_1"."film_id" = "api"."films"."id") AS "films_reviews_1") AS "films_reviews_1" ON "films_reviews_1" IS NOT NULL)
  SELECT count("pgrst_page") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title,reviews!inner(stars)&reviews.stars=eq.5&limit=10
-- Prefer: count=exact
-- $1 = 5
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "api"."films"
  INNER JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."stars" = $1 AND "reviews_1"."film_id" = "api"."films"."id") AS "films_reviews_1") AS "films_reviews_1" ON "films_reviews_1" IS NOT NULL
  LIMIT 10),
  "pgrst_source_count" AS (SELECT 1
  FROM "api"."films"
  WHERE EXISTS(SELECT 1
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."stars" = $1 AND "reviews_1"."film_id" = "api"."films"."id"))
  SELECT (SELECT count(*)
  FROM "pgrst_source_count") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title,people!director_id!inner()
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films"
  INNER JOIN LATERAL (SELECT "people_1".*
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "api"."films"."director_id") AS "films_people_1" ON TRUE)
  (…);

-- GET /films?select=title,reviews(),box_office()&or=(reviews.not.is.null,box_office.is.null)&limit=10
-- Prefer: count=exact
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1".*
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id") AS "films_reviews_1") AS "films_reviews_1" ON TRUE
  LEFT JOIN LATERAL (SELECT "box_office_1".*
  FROM "api"."box_office" AS "box_office_1"
  WHERE "box_office_1"."film_id" = "api"."films"."id") AS "films_box_office_1" ON TRUE
  WHERE ("films_reviews_1" IS DISTINCT FROM NULL OR "films_box_office_1" IS NOT DISTINCT FROM NULL)
  LIMIT 10),
  "pgrst_source_count" AS (SELECT 1
  FROM "api"."films"
  WHERE (EXISTS(SELECT 1
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id") OR NOT (EXISTS(SELECT 1
  FROM "api"."box_office" AS "box_office_1"
  WHERE "box_office_1"."film_id" = "api"."films"."id"))))
  SELECT (SELECT count(*)
  FROM "pgrst_source_count") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title,reviews(stars)
-- db-max-rows = 100
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id"
  LIMIT 100) AS "films_reviews_1") AS "films_reviews_1" ON TRUE
  LIMIT 100)
  (…);

-- GET /films?select=title,box_office(takings)&order=box_office(takings).desc.nullslast,title
WITH "pgrst_source" AS (SELECT "api"."films"."title", row_to_json("films_box_office_1".*) AS "box_office"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "box_office_1"."takings"
  FROM "api"."box_office" AS "box_office_1"
  WHERE "box_office_1"."film_id" = "api"."films"."id") AS "films_box_office_1" ON TRUE
  ORDER BY "films_box_office_1"."takings" DESC NULLS LAST, "api"."films"."title" ASC)
  (…);
