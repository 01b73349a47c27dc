-- order: PostgreSQL's own places of nulls, unless they are asked for.

-- GET /films?order=year.desc,title
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  ORDER BY "api"."films"."year" DESC, "api"."films"."title" ASC)
  (…);

-- GET /films?order=runtime.asc.nullsfirst,summary.nullslast,writer_id.desc.nullslast,id.desc.nullsfirst
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  ORDER BY "api"."films"."runtime" ASC NULLS FIRST, "api"."films"."summary" ASC, "api"."films"."writer_id" DESC NULLS LAST, "api"."films"."id" DESC)
  (…);

-- GET /films?order=facts->>format,tags->0.desc
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  ORDER BY ("api"."films"."facts" ->> 'format') ASC, (to_jsonb("api"."films"."tags") -> 0) DESC)
  (…);

-- GET /films?order=label&order=year
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  ORDER BY "api"."films"."label" ASC)
  (…);
