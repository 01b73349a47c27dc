-- Execution plans: EXPLAIN of what would be run.

-- GET /films?id=eq.3
-- Accept: application/vnd.pgrst.plan
-- db-plan-enabled = true
-- $1 = 3
EXPLAIN (FORMAT TEXT) WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."id" = $1)
  (…);

-- GET /screenings
-- Accept: application/vnd.pgrst.plan+json; for="text/calendar"; options=analyze|buffers
-- db-plan-enabled = true
EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) WITH "pgrst_source" AS (SELECT "api"."screenings".*
  FROM "api"."screenings")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  CAST("api"."calendar"(CAST("pgrst_page" AS "api"."screenings")) AS text) AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- POST /rpc/average_stars
-- {"film_id": 3}
-- Accept: application/vnd.pgrst.plan+json; options=verbose
-- db-plan-enabled = true
-- $1 = {"film_id": 3}
EXPLAIN (FORMAT JSON, VERBOSE) WITH "pgrst_source" AS (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT *
  FROM json_to_record($1) AS "pgrst_body"("film_id" integer)
  LIMIT 1) AS "pgrst_body", LATERAL (SELECT "api"."average_stars"("film_id" := "pgrst_body"."film_id") AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  COALESCE(json_agg("pgrst_page"."pgrst_scalar") -> 0, 'null') AS "body",
  (…)
  FROM (SELECT "average_stars".*
  FROM "pgrst_source" AS "average_stars") AS "pgrst_page";
