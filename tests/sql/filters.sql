-- Filters: every operator. The operand is a parameter and never more than that.

-- GET /films?year=eq.1984
-- $1 = 1984
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" = $1)
  (…);

-- GET /films?year=neq.1984&year=gt.1980&year=gte.1981&year=lt.1990&year=lte.1991
-- $1 = 1984
-- $2 = 1980
-- $3 = 1981
-- $4 = 1990
-- $5 = 1991
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" <> $1 AND "api"."films"."year" > $2 AND "api"."films"."year" >= $3 AND "api"."films"."year" < $4 AND "api"."films"."year" <= $5)
  (…);

-- GET /films?title=like.The*&title=ilike.*SEA*
-- $1 = The%
-- $2 = %SEA%
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."title" LIKE $1 AND "api"."films"."title" ILIKE $2)
  (…);

-- GET /films?title=match.^The&title=imatch.tide$
-- $1 = ^The
-- $2 = tide$
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."title" ~ $1 AND "api"."films"."title" ~* $2)
  (…);

-- GET /films?title=eq(any).{Tide,Border}&year=gt(all).{1950,1960}&title=like(any).{A*,B*}
-- $1 = {Tide,Border}
-- $2 = {1950,1960}
-- $3 = {A%,B%}
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."title" = ANY($1) AND "api"."films"."year" > ALL ($2) AND "api"."films"."title" LIKE ANY($3))
  (…);

-- GET /films?year=in.(1984,1999)&title=in.("Paper, Tide","say \"so\"",plain)&id=in.()
-- $1 = {"1984","1999"}
-- $2 = {"Paper, Tide","say \"so\"","plain"}
-- $3 = {}
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."year" = ANY($1) AND "api"."films"."title" = ANY($2) AND "api"."films"."id" = ANY($3))
  (…);

-- GET /films?tags=cs.{restored}&tags=cd.{tense,funny}&tags=ov.{bleak}
-- $1 = {restored}
-- $2 = {tense,funny}
-- $3 = {bleak}
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."tags" @> $1 AND "api"."films"."tags" <@ $2 AND "api"."films"."tags" && $3)
  (…);

-- GET /films?licensed=sl.[2030-01-01,)&licensed=sr.(,2020-01-01)&licensed=adj.[2024-01-01,2025-01-01)
-- $1 = [2030-01-01,)
-- $2 = (,2020-01-01)
-- $3 = [2024-01-01,2025-01-01)
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."licensed" << $1 AND "api"."films"."licensed" >> $2 AND "api"."films"."licensed" -|- $3)
  (…);

-- GET /films?licensed=nxr.(,2027-01-01)&licensed=nxl.[2021-01-01,)
-- $1 = (,2027-01-01)
-- $2 = [2021-01-01,)
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."licensed" &< $1 AND "api"."films"."licensed" &> $2)
  (…);

-- GET /films?summary=is.null&title=is.not_null&writer_id=not.is.null
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."summary" IS NULL AND "api"."films"."title" IS NOT NULL AND NOT ("api"."films"."writer_id" IS NULL))
  (…);

-- GET /reviews?published=is.true&published=not.is.false&published=is.unknown
WITH "pgrst_source" AS (SELECT "api"."reviews".*
  FROM "api"."reviews"
  WHERE "api"."reviews"."published" IS TRUE AND NOT ("api"."reviews"."published" IS FALSE) AND "api"."reviews"."published" IS UNKNOWN)
  (…);

-- GET /films?summary=isdistinct.nothing
-- $1 = nothing
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."summary" IS DISTINCT FROM $1)
  (…);

-- GET /films?search=fts.sea&title=plfts.quiet tide&summary=phfts(english).the sea&summary=wfts(german).meer
-- $1 = sea
-- $2 = quiet tide
-- $3 = the sea
-- $4 = meer
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."search" @@ to_tsquery($1) AND to_tsvector("api"."films"."title") @@ plainto_tsquery($2) AND to_tsvector('english', "api"."films"."summary") @@ phraseto_tsquery('english', $3) AND to_tsvector('german', "api"."films"."summary") @@ websearch_to_tsquery('german', $4))
  (…);

-- GET /films?year=not.eq.1984&title=not.in.(Tide,Border)&title=not.fts.sea
-- $1 = 1984
-- $2 = {"Tide","Border"}
-- $3 = sea
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE NOT ("api"."films"."year" = $1) AND NOT ("api"."films"."title" = ANY($2)) AND NOT (to_tsvector("api"."films"."title") @@ to_tsquery($3)))
  (…);

-- GET /films?facts->>format=eq.digital&facts->restoration->>year=gt.2010&facts->>"it's"=eq.x
-- $1 = digital
-- $2 = 2010
-- $3 = x
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE ("api"."films"."facts" ->> 'format') = $1 AND ("api"."films"."facts" -> 'restoration' ->> 'year') > $2 AND ("api"."films"."facts" ->> 'it''s') = $3)
  (…);

-- GET /films?tags->>0=eq.restored
-- $1 = restored
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE (to_jsonb("api"."films"."tags") ->> 0) = $1)
  (…);

-- GET /films?label=like.*(1984)
-- $1 = %(1984)
WITH "pgrst_source" AS (SELECT "api"."films".*
  FROM "api"."films"
  WHERE "api"."films"."label" LIKE $1)
  (…);
