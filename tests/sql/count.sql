-- Counts of all rows: on the page where it holds them all, apart where it does not, by the planner.

-- GET /films?year=gt.1980
-- Prefer: count=exact
-- $1 = 1980
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1)
  SELECT count("pgrst_page") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?year=gt.1980&limit=10&offset=30
-- Prefer: count=exact
-- $1 = 1980
-- $2 = 30
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1
  LIMIT 10
  OFFSET $2),
  "pgrst_source_count" AS (SELECT 1
  FROM "api"."films"
  WHERE "api"."films"."year" > $1)
  SELECT (SELECT count(*)
  FROM "pgrst_source_count") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?year=gt.1980&limit=10
-- Prefer: count=planned
-- $1 = 1980
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1
  LIMIT 10)
  (…);
-- $1 = 1980
EXPLAIN (FORMAT JSON)
  SELECT 1
  FROM "api"."films"
  WHERE "api"."films"."year" > $1;

-- GET /films?year=gt.1980
-- Prefer: count=estimated
-- db-max-rows = 100
-- $1 = 1980
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1
  LIMIT 100),
  "pgrst_source_count" AS (SELECT 1
  FROM "api"."films"
  WHERE "api"."films"."year" > $1
  LIMIT 101)
  SELECT (SELECT count(*)
  FROM "pgrst_source_count") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";
-- $1 = 1980
EXPLAIN (FORMAT JSON)
  SELECT 1
  FROM "api"."films"
  WHERE "api"."films"."year" > $1;

-- GET /films
-- db-default-count = exact
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films")
  SELECT count("pgrst_page") AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM "pgrst_source" AS "pgrst_page";
