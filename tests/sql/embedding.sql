-- An embedded resource is a lateral join that gives one row: an object, or all rows as an array.

-- GET /films?select=title,director:people!director_id(name)
WITH "pgrst_source" AS (SELECT "api"."films"."title", row_to_json("films_director_1".*) AS "director"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "people_1"."name"
  FROM "api"."people" AS "people_1"
  WHERE "people_1"."id" = "api"."films"."director_id") AS "films_director_1" ON TRUE)
  (…);

-- GET /films?select=title,reviews(stars)
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id") AS "films_reviews_1") AS "films_reviews_1" ON TRUE)
  (…);

-- GET /films?select=title,box_office(*)
WITH "pgrst_source" AS (SELECT "api"."films"."title", row_to_json("films_box_office_1".*) AS "box_office"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "box_office_1".*
  FROM "api"."box_office" AS "box_office_1"
  WHERE "box_office_1"."film_id" = "api"."films"."id") AS "films_box_office_1" ON TRUE)
  (…);

-- GET /films?select=title,people!roles(name)
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_people_1"."films_people_1", '[]') AS "people"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_people_1") AS "films_people_1"
  FROM (SELECT "api"."people"."name"
  FROM "api"."people", "api"."roles"
  WHERE "api"."roles"."person_id" = "api"."people"."id" AND "api"."roles"."film_id" = "api"."films"."id") AS "films_people_1") AS "films_people_1" ON TRUE)
  (…);

-- GET /screenings?select=room,festivals(name)
WITH "pgrst_source" AS (SELECT "api"."screenings"."room", row_to_json("screenings_festivals_1".*) AS "festivals"
  FROM "api"."screenings"
  LEFT JOIN LATERAL (SELECT "festivals_1"."name"
  FROM "api"."festivals" AS "festivals_1"
  WHERE "festivals_1"."code" = "api"."screenings"."festival_code" AND "festivals_1"."year" = "api"."screenings"."festival_year") AS "screenings_festivals_1" ON TRUE)
  (…);

-- GET /films?select=title,sequel_of(title)
WITH "pgrst_source" AS (SELECT "api"."films"."title", row_to_json("films_sequel_of_1".*) AS "sequel_of"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "films_1"."title"
  FROM "api"."films" AS "films_1"
  WHERE "films_1"."id" = "api"."films"."sequel_of") AS "films_sequel_of_1" ON TRUE)
  (…);

-- GET /films?select=title,films(title)
WITH "pgrst_source" AS (SELECT "api"."films"."title", COALESCE("films_films_1"."films_films_1", '[]') AS "films"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_films_1") AS "films_films_1"
  FROM (SELECT "films_1"."title"
  FROM "api"."films" AS "films_1"
  WHERE "films_1"."sequel_of" = "api"."films"."id") AS "films_films_1") AS "films_films_1" ON TRUE)
  (…);

-- GET /films?select=title,latest_screening(room)
WITH "pgrst_source" AS (SELECT "api"."films"."title", row_to_json("films_latest_screening_1".*) AS "latest_screening"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT "screenings_1"."room"
  FROM "api"."latest_screening"(CAST("films" AS "api"."films")) AS "screenings_1") AS "films_latest_screening_1" ON TRUE)
  (…);

-- GET /ratings?select=stars,films(title)
WITH "pgrst_source" AS (SELECT "api"."ratings"."stars", row_to_json("ratings_films_1".*) AS "films"
  FROM "api"."ratings"
  LEFT JOIN LATERAL (SELECT "films_1"."title"
  FROM "api"."films" AS "films_1"
  WHERE "films_1"."id" = "api"."ratings"."film_id") AS "ratings_films_1" ON TRUE)
  (…);

-- GET /members?select=name,reviews(stars,films(title))
WITH "pgrst_source" AS (SELECT "api"."members"."name", COALESCE("members_reviews_1"."members_reviews_1", '[]') AS "reviews"
  FROM "api"."members"
  LEFT JOIN LATERAL (SELECT json_agg("members_reviews_1") AS "members_reviews_1"
  FROM (SELECT "reviews_1"."stars", row_to_json("reviews_films_2".*) AS "films"
  FROM "api"."reviews" AS "reviews_1"
  LEFT JOIN LATERAL (SELECT "films_2"."title"
  FROM "api"."films" AS "films_2"
  WHERE "films_2"."id" = "reviews_1"."film_id") AS "reviews_films_2" ON TRUE
  WHERE "reviews_1"."member_id" = "api"."members"."id") AS "members_reviews_1") AS "members_reviews_1" ON TRUE)
  (…);

-- GET /films?select=title,reviews()
WITH "pgrst_source" AS (SELECT "api"."films"."title"
  FROM "api"."films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1".*
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "api"."films"."id") AS "films_reviews_1") AS "films_reviews_1" ON TRUE)
  (…);

-- GET /rpc/search_films?words=lantern&select=title,reviews(stars)
-- $1 = lantern
WITH "pgrst_source" AS (SELECT "pgrst_call"."id", "pgrst_call"."title"
  FROM "api"."search_films"("words" := CAST($1 AS text)) AS "pgrst_call")
  SELECT CAST(NULL AS bigint) AS "total",
  count("pgrst_page") AS "page_total",
  COALESCE(json_agg("pgrst_page"), '[]') AS "body",
  (…)
  FROM (SELECT "films"."title", COALESCE("films_reviews_1"."films_reviews_1", '[]') AS "reviews"
  FROM "pgrst_source" AS "films"
  LEFT JOIN LATERAL (SELECT json_agg("films_reviews_1") AS "films_reviews_1"
  FROM (SELECT "reviews_1"."stars"
  FROM "api"."reviews" AS "reviews_1"
  WHERE "reviews_1"."film_id" = "films"."id") AS "films_reviews_1") AS "films_reviews_1" ON TRUE) AS "pgrst_page";
