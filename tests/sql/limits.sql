-- Limits are literals, offsets are parameters.

-- GET /films?limit=10
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  LIMIT 10)
  (…);

-- GET /films?limit=10&offset=20&year=gt.1980
-- $1 = 1980
-- $2 = 20
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" > $1
  LIMIT 10
  OFFSET $2)
  (…);

-- GET /films?offset=20
-- $1 = 20
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  OFFSET $1)
  (…);

-- GET /films?limit=0
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  LIMIT 0)
  (…);

-- GET /films
-- Range: 10-29
-- $1 = 10
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  LIMIT 20
  OFFSET $1)
  (…);

-- GET /films?limit=500
-- db-max-rows = 100
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  LIMIT 100)
  (…);
