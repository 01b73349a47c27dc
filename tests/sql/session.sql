-- What goes before the main statement: the role, and what functions may ask about the request.

-- GET /films?title=eq.Tide
-- X-Request-Id: 7
-- Cookie: lang=pt
-- $1 = "api", "public"
-- $2 = demo_anon
-- $3 = {"role": "demo_anon"}
-- $4 = GET
-- $5 = /films
-- $6 = {"x-request-id": "7"}
-- $7 = {"lang": "pt"}
SELECT set_config('transaction_read_only', 'on', true),
  set_config('search_path', $1, true),
  set_config('role', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.method', $4, true),
  set_config('request.path', $5, true),
  set_config('request.headers', $6, true),
  set_config('request.cookies', $7, true);

-- GET /films
-- Prefer: timezone=Europe/Lisbon
-- $1 = "api", "public"
-- $2 = demo_anon
-- $3 = {"role": "demo_anon"}
-- $4 = GET
-- $5 = /films
-- $6 = {"prefer": "timezone=Europe/Lisbon"}
-- $7 = {}
-- $8 = Europe/Lisbon
SELECT set_config('transaction_read_only', 'on', true),
  set_config('search_path', $1, true),
  set_config('role', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.method', $4, true),
  set_config('request.path', $5, true),
  set_config('request.headers', $6, true),
  set_config('request.cookies', $7, true),
  set_config('timezone', $8, true);

-- GET /films
-- Accept-Profile: api
-- db-schemas = public, api
-- db-extra-search-path = studio, Odd "name"
-- $1 = "api", "studio", "Odd ""name"""
-- $2 = demo_anon
-- $3 = {"role": "demo_anon"}
-- $4 = GET
-- $5 = /films
-- $6 = {"accept-profile": "api"}
-- $7 = {}
SELECT set_config('transaction_read_only', 'on', true),
  set_config('search_path', $1, true),
  set_config('role', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.method', $4, true),
  set_config('request.path', $5, true),
  set_config('request.headers', $6, true),
  set_config('request.cookies', $7, true);

-- GET /films
-- db-extra-search-path =
-- db-pre-request = api.films_per_decade
-- $1 = "api"
-- $2 = demo_anon
-- $3 = {"role": "demo_anon"}
-- $4 = GET
-- $5 = /films
-- $6 = {}
-- $7 = {}
SELECT set_config('transaction_read_only', 'on', true),
  set_config('search_path', $1, true),
  set_config('role', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.method', $4, true),
  set_config('request.path', $5, true),
  set_config('request.headers', $6, true),
  set_config('request.cookies', $7, true);
SELECT "api"."films_per_decade"();
