-- Calls: the function stands in WITH, and what it gives is read like a table.

-- GET /rpc/average_stars?film_id=3
-- $1 = 3
WITH "pgrst_source" AS (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT "api"."average_stars"("film_id" := CAST($1 AS integer)) AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null') AS "body",
  (…)
  FROM (SELECT "average_stars".*
  FROM "pgrst_source" AS "average_stars") AS "pgrst_page";

-- HEAD /rpc/average_stars?film_id=3
-- $1 = 3
WITH "pgrst_source" AS MATERIALIZED (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT "api"."average_stars"("film_id" := CAST($1 AS integer)) AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  '' AS "body",
  (…)
  FROM (SELECT "average_stars".*
  FROM "pgrst_source" AS "average_stars") AS "pgrst_page";

-- POST /rpc/average_stars
-- {"film_id": 3}
-- $1 = {"film_id": 3}
WITH "pgrst_source" AS (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT *
  FROM json_to_record($1) AS "pgrst_body"("film_id" integer)
  LIMIT 1) AS "pgrst_body", LATERAL (SELECT "api"."average_stars"("film_id" := "pgrst_body"."film_id") AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null') AS "body",
  (…)
  FROM (SELECT "average_stars".*
  FROM "pgrst_source" AS "average_stars") AS "pgrst_page";

-- POST /rpc/average_stars
-- [{"film_id": 3}]
-- $1 = [{"film_id": 3}]
WITH "pgrst_source" AS (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT *
  FROM json_to_recordset($1) AS "pgrst_body"("film_id" integer)
  LIMIT 1) AS "pgrst_body", LATERAL (SELECT "api"."average_stars"("film_id" := "pgrst_body"."film_id") AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null') AS "body",
  (…)
  FROM (SELECT "average_stars".*
  FROM "pgrst_source" AS "average_stars") AS "pgrst_page";

-- GET /rpc/films_per_decade?order=decade.desc&limit=3
-- Prefer: count=exact
WITH "pgrst_source" AS (SELECT "pgrst_call".*
  FROM "api"."films_per_decade"() AS "pgrst_call"),
  "pgrst_source_count" AS (SELECT 1
  FROM "pgrst_source" AS "record")
  SELECT (SELECT count(*)
  FROM "pgrst_source_count") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM (SELECT "record".*
  FROM "pgrst_source" AS "record"
  ORDER BY "record"."decade" DESC
  LIMIT 3) AS "pgrst_page";

-- GET /rpc/search_films?words=harbour&year=gte.1980&select=title,year&order=year&offset=2
-- $1 = harbour
-- $2 = 1980
-- $3 = 2
WITH "pgrst_source" AS (SELECT "pgrst_call"."title", "pgrst_call"."year"
  FROM "api"."search_films"("words" := CAST($1 AS text)) AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM (SELECT "films"."title", "films"."year"
  FROM "pgrst_source" AS "films"
  WHERE "films"."year" >= $2
  ORDER BY "films"."year" ASC
  OFFSET $3) AS "pgrst_page";

-- POST /rpc/search_films?select=title,director:people!director_id(name)
-- {"words": "harbour"}
-- $1 = {"words": "harbour"}
WITH "pgrst_source" AS (SELECT "pgrst_call"."director_id", "pgrst_call"."title"
  FROM (SELECT *
  FROM json_to_record($1) AS "pgrst_body"("words" text)
  LIMIT 1) AS "pgrst_body", LATERAL "api"."search_films"("words" := "pgrst_body"."words") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM (SELECT "films"."title", row_to_json("films_director_1".*) AS "director"
  FROM "pgrst_source" AS "films"
  LEFT JOIN LATERAL (SELECT "people_1"."name"
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "films"."director_id") AS "films_director_1" ON TRUE) AS "pgrst_page";

-- POST /rpc/add_review?select=id
-- {"film_id": 3, "stars": 5}
-- $1 = {"film_id": 3, "stars": 5}
WITH "pgrst_source" AS (SELECT "pgrst_call"."id"
  FROM (SELECT *
  FROM json_to_record($1) AS "pgrst_body"("film_id" integer, "stars" api.stars)
  LIMIT 1) AS "pgrst_body", LATERAL "api"."add_review"("film_id" := "pgrst_body"."film_id", "stars" := "pgrst_body"."stars") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  COALESCE(json_agg("pgrst_page") -> 0, 'null') AS "body",
  (…)
  FROM (SELECT "reviews"."id"
  FROM "pgrst_source" AS "reviews") AS "pgrst_page";
