-- Media types: who makes the body. Elsewhere (…) stands for the outer SELECT of the first one.

-- GET /films
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title
-- Accept: application/vnd.pgrst.object+json
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page") -> 0, 'null') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title
-- Accept: application/vnd.pgrst.object+json;nulls=stripped
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_strip_nulls(json_agg("pgrst_page") -> 0), 'null') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title
-- Accept: application/vnd.pgrst.array+json;nulls=stripped
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_strip_nulls(json_agg("pgrst_page")), '[]') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /films?select=title,year
-- Accept: text/csv
WITH "pgrst_source" AS (SELECT "api"."films"."title", "api"."films"."year"
  FROM "api"."films"), "pgrst_page" AS (SELECT "pgrst_page".*
  FROM "pgrst_source" AS "pgrst_page")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  (SELECT COALESCE(string_agg("name", ','), '')
  FROM (SELECT json_object_keys("json") AS "name"
  FROM (SELECT row_to_json("pgrst_page") AS "json"
  FROM "pgrst_page"
  LIMIT 1) AS "first") AS "names") || '
' || COALESCE(string_agg(substring(CAST("pgrst_page" AS text), 2, length(CAST("pgrst_page" AS text)) - 2), '
'), '') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_page";

-- HEAD /films?year=gt.1980
-- Prefer: count=exact
-- $1 = 1980
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1)
  SELECT count("pgrst_page") AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /screenings?room=eq.Cellar
-- Accept: text/calendar
-- $1 = Cellar
WITH "pgrst_source" AS (SELECT "api"."screenings".*
  FROM "api"."screenings"
  WHERE "api"."screenings"."room" = $1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  CAST("api"."calendar"(CAST("pgrst_page" AS "api"."screenings")) AS text) AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_source" AS "pgrst_page";

-- GET /rpc/poster?film_id=3
-- Accept: image/svg+xml
-- $1 = 3
WITH "pgrst_source" AS (SELECT "pgrst_call"."pgrst_scalar"
  FROM (SELECT "api"."poster"("film_id" := CAST($1 AS integer)) AS "pgrst_scalar") AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  CAST(1 AS bigint) AS "page_total",
  CAST("pgrst_page"."pgrst_scalar" AS text) AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM (SELECT "poster".*
  FROM "pgrst_source" AS "poster") AS "pgrst_page";

-- GET /rpc/films_per_decade
-- Accept: text/csv
WITH "pgrst_source" AS (SELECT "pgrst_call".*
  FROM "api"."films_per_decade"() AS "pgrst_call"), "pgrst_page" AS (SELECT "pgrst_page".*
  FROM (SELECT "record".*
  FROM "pgrst_source" AS "record") AS "pgrst_page")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  (SELECT COALESCE(string_agg("name", ','), '')
  FROM (SELECT json_object_keys("json") AS "name"
  FROM (SELECT row_to_json("pgrst_page") AS "json"
  FROM "pgrst_page"
  LIMIT 1) AS "first") AS "names") || '
' || COALESCE(string_agg(substring(CAST("pgrst_page" AS text), 2, length(CAST("pgrst_page" AS text)) - 2), '
'), '') AS "body",
  nullif(current_setting('response.headers', true), '') AS "headers",
  nullif(current_setting('response.status', true), '') AS "status"
  FROM "pgrst_page";
