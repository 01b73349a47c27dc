-- Writing: INSERT, UPSERT, UPDATE and DELETE. The body is one parameter, whatever is in it.

-- POST /people
-- {"name": "Ida", "country": "Malta"}
-- $1 = {"name": "Ida", "country": "Malta"}
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."name"
  FROM json_to_record($1) AS "pgrst_body"("country" text, "name" text)
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people
-- [{"name": "Ida", "country": "Malta"}, {"name": "Ole", "country": "Norway"}]
-- Prefer: return=representation
-- $1 = [{"name": "Ida", "country": "Malta"}, {"name": "Ole", "country": "Norway"}]
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."name"
  FROM json_to_recordset($1) AS "pgrst_body"("country" text, "name" text)
  RETURNING "api"."people".*)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM (SELECT "people".*
  FROM "pgrst_source" AS "people") AS "pgrst_page";

-- POST /people
-- {"name": "Ida", "country": "Malta"}
-- Prefer: return=headers-only
-- $1 = {"name": "Ida", "country": "Malta"}
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."name"
  FROM json_to_record($1) AS "pgrst_body"("country" text, "name" text)
  RETURNING "api"."people".*)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST((SELECT json_agg(json_build_array("member"."key", "member"."value"))
  FROM json_each_text((SELECT row_to_json("pgrst_source")
  FROM "pgrst_source"
  LIMIT 1)) AS "member"
  WHERE "member"."key" IN ('id')) AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people
-- {}
WITH "pgrst_source" AS (INSERT INTO "api"."people" SELECT
  FROM (SELECT 1) AS "pgrst_body"
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people
-- [{}, {}]
-- $1 = [{}, {}]
WITH "pgrst_source" AS (INSERT INTO "api"."people" SELECT
  FROM json_array_elements($1) AS "pgrst_body"
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people?columns=name,country,languages
-- {"name": "Ida", "country": "Malta"}
-- Prefer: missing=default
-- $1 = {"name": "Ida", "country": "Malta"}
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "languages", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."languages", "pgrst_body"."name"
  FROM jsonb_to_record((jsonb_build_object('languages', '{}'::text[]) || CAST($1 AS jsonb))) AS "pgrst_body"("country" text, "languages" text[], "name" text)
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people?columns=name,country,languages
-- [{"name": "Ida", "country": "Malta"}]
-- Prefer: missing=default
-- $1 = [{"name": "Ida", "country": "Malta"}]
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "languages", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."languages", "pgrst_body"."name"
  FROM jsonb_to_recordset((SELECT jsonb_agg(jsonb_build_object('languages', '{}'::text[]) || "element")
  FROM jsonb_array_elements($1) AS "element")) AS "pgrst_body"("country" text, "languages" text[], "name" text)
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people
-- [{"id": 1, "name": "Ida", "country": "Malta"}]
-- Prefer: resolution=merge-duplicates
-- $1 = [{"id": 1, "name": "Ida", "country": "Malta"}]
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "id", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."id", "pgrst_body"."name"
  FROM json_to_recordset($1) AS "pgrst_body"("country" text, "id" integer, "name" text)
  ON CONFLICT("id") DO UPDATE
  SET "country" = "excluded"."country", "id" = "excluded"."id", "name" = "excluded"."name"
  WHERE set_config('pgrst.updated', CAST((CAST(COALESCE(nullif(current_setting('pgrst.updated', true), ''), '0') AS int) + 1) AS text), true) IS NOT NULL
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  json_array_length($1) - CAST(COALESCE(nullif(current_setting('pgrst.updated', true), ''), '0') AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- POST /people?on_conflict=name
-- [{"name": "Ida", "country": "Malta"}]
-- Prefer: resolution=ignore-duplicates
-- $1 = [{"name": "Ida", "country": "Malta"}]
WITH "pgrst_source" AS (INSERT INTO "api"."people" ("country", "name")
  SELECT "pgrst_body"."country", "pgrst_body"."name"
  FROM json_to_recordset($1) AS "pgrst_body"("country" text, "name" text)
  ON CONFLICT("name") DO NOTHING
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- PUT /festivals?code=eq.lumen&year=eq.2025
-- {"code": "lumen", "year": 2025, "name": "Lumen", "city": "Ghent", "held": "[2025-03-05,2025-03-09)"}
-- Prefer: return=representation
-- $1 = {"code": "lumen", "year": 2025, "name": "Lumen", "city": "Ghent", "held": "[2025-03-05,2025-03-09)"}
-- $2 = lumen
-- $3 = 2025
WITH "pgrst_source" AS (INSERT INTO "api"."festivals" ("city", "code", "held", "name", "year")
  SELECT "pgrst_body"."city", "pgrst_body"."code", "pgrst_body"."held", "pgrst_body"."name", "pgrst_body"."year"
  FROM json_to_record($1) AS "pgrst_body"("city" text, "code" text, "held" daterange, "name" text, "year" integer)
  WHERE "pgrst_body"."code" = $2 AND "pgrst_body"."year" = $3
  ON CONFLICT("code", "year") DO UPDATE
  SET "city" = "excluded"."city", "code" = "excluded"."code", "held" = "excluded"."held", "name" = "excluded"."name", "year" = "excluded"."year"
  WHERE set_config('pgrst.updated', CAST((CAST(COALESCE(nullif(current_setting('pgrst.updated', true), ''), '0') AS int) + 1) AS text), true) IS NOT NULL
  RETURNING "api"."festivals".*)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  1 - CAST(COALESCE(nullif(current_setting('pgrst.updated', true), ''), '0') AS bigint) AS "inserted"
  FROM (SELECT "festivals".*
  FROM "pgrst_source" AS "festivals") AS "pgrst_page";

-- PATCH /films?year=lt.1950&or=(genre.eq.crime,summary.is.null)
-- {"runtime": 90}
-- $1 = {"runtime": 90}
-- $2 = 1950
-- $3 = crime
WITH "pgrst_source" AS (UPDATE "api"."films"
  SET "runtime" = "pgrst_body"."runtime"
  FROM json_to_record($1) AS "pgrst_body"("runtime" api.minutes)
  WHERE "api"."films"."year" < $2 AND ("api"."films"."genre" = $3 OR "api"."films"."summary" IS NULL)
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- PATCH /films?id=eq.1&select=title,director:people!director_id(name)
-- {"runtime": 90}
-- Prefer: return=representation
-- $1 = {"runtime": 90}
-- $2 = 1
WITH "pgrst_source" AS (UPDATE "api"."films"
  SET "runtime" = "pgrst_body"."runtime"
  FROM json_to_record($1) AS "pgrst_body"("runtime" api.minutes)
  WHERE "api"."films"."id" = $2
  RETURNING "api"."films"."director_id", "api"."films"."id", "api"."films"."title")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM (SELECT "films"."title", row_to_json("films_director_1".*) AS "director"
  FROM "pgrst_source" AS "films"
  LEFT JOIN LATERAL (SELECT "people_1"."name"
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "films"."director_id") AS "films_director_1" ON TRUE) AS "pgrst_page";

-- PATCH /films?id=eq.1
-- {}
-- Prefer: return=representation
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE FALSE)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM (SELECT "films".*
  FROM "pgrst_source" AS "films") AS "pgrst_page";

-- DELETE /reviews?stars=lt.2
-- Prefer: count=exact
-- $1 = 2
WITH "pgrst_source" AS (DELETE
  FROM "api"."reviews"
  WHERE "api"."reviews"."stars" < $1
  RETURNING 1)
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  '' AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM "pgrst_source" AS "pgrst_page";

-- DELETE /reviews?id=in.(1,2)&select=id,films(title)&order=stars
-- Prefer: return=representation
-- $1 = {"1","2"}
WITH "pgrst_source" AS (DELETE
  FROM "api"."reviews"
  WHERE "api"."reviews"."id" = ANY($1)
  RETURNING "api"."reviews"."film_id", "api"."reviews"."id", "api"."reviews"."stars")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…),
  CAST(NULL AS text) AS "location",
  CAST(NULL AS bigint) AS "inserted"
  FROM (SELECT "reviews"."id", row_to_json("reviews_films_1".*) AS "films"
  FROM "pgrst_source" AS "reviews"
  LEFT JOIN LATERAL (SELECT "films_1"."title"
  FROM "api"."films" AS "films_1"
  WHERE "films_1"."id" = "reviews"."film_id") AS "reviews_films_1" ON TRUE
  ORDER BY "reviews"."stars" ASC) AS "pgrst_page";
