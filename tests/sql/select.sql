-- select: columns, JSON paths, casts and aliases. What is no column (label is a function of the
-- row) is left to PostgreSQL.

-- GET /films
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films")
  (…);

-- GET /films?select=
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films")
  (…);

-- GET /films?select=title,year
WITH "pgrst_source" AS (SELECT "api"."films"."title", "api"."films"."year"
  FROM "api"."films")
  (…);

-- GET /films?select=name:title,made:year::text,label
WITH "pgrst_source" AS (SELECT "api"."films"."title" AS "name", CAST("api"."films"."year" AS "text") AS "made", "api"."films"."label"
  FROM "api"."films")
  (…);

-- GET /films?select=runtime::int,year::double precision,id::Numeric,genre::text
WITH "pgrst_source" AS (SELECT CAST("api"."films"."runtime" AS int), CAST("api"."films"."year" AS double precision), CAST("api"."films"."id" AS numeric), CAST("api"."films"."genre" AS "text")
  FROM "api"."films")
  (…);

-- GET /films?select=facts->>format,facts->restoration->>year,facts->reels::int,facts->0->-1
WITH "pgrst_source" AS (SELECT ("api"."films"."facts" ->> 'format') AS "format", ("api"."films"."facts" -> 'restoration' ->> 'year') AS "year", CAST(("api"."films"."facts" -> 'reels') AS int) AS "reels", ("api"."films"."facts" -> 0 -> -1) AS "facts"
  FROM "api"."films")
  (…);

-- GET /films?select=first:tags->>0,tags->0
WITH "pgrst_source" AS (SELECT (to_jsonb("api"."films"."tags") ->> 0) AS "first", (to_jsonb("api"."films"."tags") -> 0) AS "tags"
  FROM "api"."films")
  (…);

-- GET /films?select=facts->"it's",facts->"a\\b","odd \"x":title
WITH "pgrst_source" AS (SELECT ("api"."films"."facts" -> 'it''s') AS "it's", ("api"."films"."facts" -> E'a\\b') AS "a\b", "api"."films"."title" AS "odd ""x"
  FROM "api"."films")
  (…);

-- GET /films?select=*,title
WITH "pgrst_source" AS (SELECT "api"."films".*, "api"."films"."title"
  FROM "api"."films")
  (…);
