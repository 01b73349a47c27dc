-- Logic trees. Filters stand before them, whatever the order in the URL.

-- GET /films?or=(year.lt.1950,year.gt.2020)
-- $1 = 1950
-- $2 = 2020
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE ("api"."films"."year" < $1 OR "api"."films"."year" > $2))
  (…);

-- GET /films?or=(genre.eq.crime,and(year.gte.1960,year.lt.1970,title.like.The*))&runtime=lt.100
-- $1 = 100
-- $2 = crime
-- $3 = 1960
-- $4 = 1970
-- $5 = The%
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."runtime" < $1 AND ("api"."films"."genre" = $2 OR ("api"."films"."year" >= $3 AND "api"."films"."year" < $4 AND "api"."films"."title" LIKE $5)))
  (…);

-- GET /films?not.and=(year.eq.1984,not.or(genre.eq.crime,genre.eq.drama),title.not.eq.Tide)
-- $1 = 1984
-- $2 = crime
-- $3 = drama
-- $4 = Tide
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE NOT ("api"."films"."year" = $1 AND NOT ("api"."films"."genre" = $2 OR "api"."films"."genre" = $3) AND NOT ("api"."films"."title" = $4)))
  (…);

-- GET /films?and=(facts->>format.eq.digital)&not.or=(year.eq.1984)
-- $1 = digital
-- $2 = 1984
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE ("api"."films"."facts" ->> 'format') = $1 AND NOT ("api"."films"."year" = $2))
  (…);

-- GET /films?or=(title.in.(Tide,"a,b"),tags.ov.{tense,funny},summary.is.null,search.fts(english).sea)
-- $1 = {"Tide","a,b"}
-- $2 = {tense,funny}
-- $3 = sea
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE ("api"."films"."title" = ANY($1) OR "api"."films"."tags" && $2 OR "api"."films"."summary" IS NULL OR "api"."films"."search" @@ to_tsquery('english', $3)))
  (…);
