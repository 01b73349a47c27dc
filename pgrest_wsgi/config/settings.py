"""The table of settings: all that PostgREST v16.2 has, and some of our own.

One row each: adding a setting is a row here and a field in `model.Config`, in the same place.
The summaries are what docs/configuration.md prints. Not here: ``app.settings.*``, which is a
family of names and no setting of ours, and where texts come from (`sources`).

Source: docs/references/configuration.rst and src/library/PostgREST/Config.hs of PostgREST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pgrest_wsgi.config import parsers
from pgrest_wsgi.config.parsers import boolean, one_of, optional, whole_number
from pgrest_wsgi.names import parse_qualified_name

APP_SETTINGS = "app.settings."  # prefix of the names that are handed on to the database
ENVIRONMENT = "PGRST_"
DATABASE = "pgrst."


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` is a text as in a file; where both are empty it is unset.

    `aliases` are older keys, `from_database` says whether the database may set it, `reloadable`
    whether it may change while the server runs. An empty text means the default, except where it
    is a value of its own (`may_be_empty`). What is `secret` never shows up in a message.
    """

    key: str
    parse: Callable[[str], object]
    default: str
    summary: str
    reloadable: bool = True
    from_database: bool = False
    aliases: tuple[str, ...] = ()
    secret: bool = False
    may_be_empty: bool = False
    ours: bool = False

    @property
    def environment_name(self) -> str:
        """The name of its environment variable, such as ``PGRST_DB_ANON_ROLE``."""
        return environment_name(self.key)

    @property
    def keyword(self) -> str:
        """The name as a keyword, a field and in the database, such as ``db_anon_role``."""
        return keyword(self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """The key and its aliases; the first one that is given counts."""
        return (self.key, *self.aliases)


class Dependency(NamedTuple):
    """A setting that is settled only when it is seen together with another one.

    `settle` gets both values and returns the final one of `key`, or raises ValueError.
    """

    key: str
    other: str
    settle: Callable[[Any, Any], object]


def environment_name(key: str) -> str:
    """The environment variable of a key or an alias."""
    return ENVIRONMENT + keyword(key).upper()


def keyword(key: str) -> str:
    """The Python name of a key or an alias."""
    return key.replace("-", "_")


SETTINGS = (
    Setting(
        "admin-server-host",
        str,
        "",
        "Address of the admin server; by default that of `server-host`.",
        reloadable=False,
    ),
    Setting(
        "admin-server-port",
        optional(parsers.port),
        "",
        "Port of the admin server, which runs only where this or its socket is set; not the same "
        "as `server-port`.",
        reloadable=False,
    ),
    Setting(
        "admin-server-unix-socket",
        optional(str),
        "",
        "Path of a Unix socket for the admin server, instead of the port. "
        "`pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "admin-server-unix-socket-mode",
        parsers.socket_mode,
        "660",
        "File mode of that socket, octal, 600 to 777. `pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "client-error-verbosity",
        one_of("verbose", "minimal"),
        "verbose",
        "`verbose`: errors have code, message, details and hint; `minimal`: code and message.",
        from_database=True,
    ),
    Setting(
        "db-aggregates-enabled",
        boolean,
        "false",
        "Allow aggregate functions in `select`. They can make a request expensive.",
        from_database=True,
    ),
    Setting(
        "db-anon-role",
        optional(str),
        "",
        "Role of requests that carry no token. Unset: such requests are refused.",
        from_database=True,
    ),
    Setting("db-channel", str, "pgrst", "Channel whose notifications trigger reloads."),
    Setting(
        "db-channel-enabled",
        boolean,
        "true",
        "Listen to that channel. Switch it off behind a pooler in transaction mode.",
    ),
    Setting("db-config", boolean, "true", "Read settings from the database too."),
    Setting(
        "db-default-count",
        one_of("none", "exact", "planned", "estimated"),
        "none",
        "Count of rows where a request has no `Prefer: count`: `none`, `exact`, `planned` or "
        "`estimated`.",
        from_database=True,
        ours=True,
    ),
    Setting(
        "db-extra-search-path",
        parsers.names,
        "public",
        "Schemas, separated by commas, that are on the search path of every request without "
        "being exposed. May be empty.",
        from_database=True,
        may_be_empty=True,
    ),
    Setting(
        "db-hoisted-tx-settings",
        parsers.names,
        "statement_timeout, plan_filter.statement_cost_limit, default_transaction_isolation",
        "Settings of a function (`CREATE FUNCTION … SET`) that apply to the whole transaction "
        "calling it.",
        from_database=True,
    ),
    Setting(
        "db-max-rows",
        optional(whole_number()),
        "",
        "Most rows that one answer has. Unset: no limit.",
        from_database=True,
        aliases=("max-rows",),
    ),
    Setting(
        "db-plan-enabled",
        boolean,
        "false",
        "Answer `Accept: application/vnd.pgrst.plan` with the query plan. Not for production.",
        from_database=True,
    ),
    Setting(
        "db-pool",
        whole_number(lowest=1),
        "10",
        "Most connections to the database, per worker process.",
        reloadable=False,
    ),
    Setting(
        "db-pool-acquisition-timeout",
        whole_number(),
        "10",
        "Seconds that a request waits for a free connection.",
        reloadable=False,
    ),
    Setting(
        "db-pool-automatic-recovery",
        boolean,
        "true",
        "Connect again after the connection was lost.",
    ),
    Setting(
        "db-pool-max-idletime",
        whole_number(),
        "30",
        "Seconds after which an unused connection is closed.",
        reloadable=False,
        aliases=("db-pool-timeout",),
    ),
    Setting(
        "db-pool-max-lifetime",
        whole_number(),
        "1800",
        "Seconds after which a connection is replaced.",
        reloadable=False,
    ),
    Setting(
        "db-pre-config",
        optional(parse_qualified_name),
        "",
        "Function that sets settings (`pgrst.…`) before they are read from the database.",
        from_database=True,
    ),
    Setting(
        "db-pre-request",
        optional(parse_qualified_name),
        "",
        "Function that is called in each transaction before the request's own statement.",
        from_database=True,
        aliases=("pre-request",),
    ),
    Setting(
        "db-prepared-statements",
        boolean,
        "true",
        "Prepare statements. Switch it off behind a pooler that cannot keep them.",
        from_database=True,
    ),
    Setting(
        "db-protect-writes",
        boolean,
        "false",
        "Refuse PATCH and DELETE without a filter, unless `Prefer: max-affected` is given.",
        from_database=True,
        ours=True,
    ),
    Setting(
        "db-root-spec",
        optional(parse_qualified_name),
        "",
        "Function that answers requests to `/` in place of the OpenAPI document.",
        from_database=True,
        aliases=("root-spec",),
    ),
    Setting(
        "db-schemas",
        parsers.exposed_schemas,
        "public",
        "Schemas to expose, separated by commas; the first one is used where a request names none.",
        from_database=True,
        aliases=("db-schema",),
    ),
    Setting(
        "db-tx-end",
        parsers.transaction_end,
        "commit",
        "End of transactions: `commit` or `rollback`; with `-allow-override` appended, "
        "`Prefer: tx=…` may choose.",
        from_database=True,
    ),
    Setting(
        "db-uri",
        parsers.connection_string,
        "postgresql://",
        "Connection string, as URI or as keywords; what it leaves out comes from libpq's own "
        "variables (`PGHOST` …). `@path` reads it from a file.",
        reloadable=False,
        secret=True,
    ),
    Setting(
        "jwt-aud",
        optional(parsers.audience),
        "",
        "Audience that tokens must be for. With a colon in it, it must be a URI.",
        from_database=True,
    ),
    Setting(
        "jwt-cache-max-entries",
        whole_number(),
        "1000",
        "Most verified tokens that a worker remembers; 0: none.",
        from_database=True,
    ),
    Setting(
        "jwt-cookie-name",
        optional(parsers.cookie_name),
        "",
        "Cookie that holds the token where the header `Authorization` has none; writes from pages "
        "of other sites are refused. Unset: cookies are not looked at.",
        from_database=True,
        ours=True,
    ),
    Setting(
        "jwt-role-claim-key",
        str,
        "$.role",
        "JSON path (RFC 9535) of the role within the claims.",
        from_database=True,
        aliases=("role-claim-key",),
    ),
    Setting(
        "jwt-secret",
        parsers.secret,
        "",
        "Secret of at least 32 bytes, JSON Web Key or JSON Web Key Set that tokens are verified "
        "with. `@path` reads it from a file. Unset: tokens are refused. Ours: the URL of a set, or "
        "the issuers whose keys are fetched.",
        from_database=True,
        secret=True,
    ),
    Setting(
        "jwt-secret-is-base64",
        boolean,
        "false",
        "The secret is base64.",
        from_database=True,
        aliases=("secret-is-base64",),
    ),
    Setting(
        "log-format",
        one_of("text", "json"),
        "text",
        "Form of the lines of the log: `text`, or `json` objects. Not where the host logs.",
        reloadable=False,
        ours=True,
    ),
    Setting(
        "log-level",
        one_of("crit", "error", "warn", "info", "debug"),
        "error",
        "What is logged: `crit`, `error` (answers 5xx), `warn` (also 4xx), `info` (all requests) "
        "or `debug`.",
    ),
    Setting("log-query", boolean, "false", "Log the SQL of the requests that are logged."),
    Setting(
        "openapi-docs-path",
        optional(parsers.url_path),
        "",
        "Path of a page in the browser that shows the OpenAPI document and sends requests, such as "
        "`/docs`. Unset: none.",
        from_database=True,
        ours=True,
    ),
    Setting(
        "openapi-mode",
        one_of("follow-privileges", "ignore-privileges", "disabled"),
        "follow-privileges",
        "OpenAPI document at `/`: what the role may use, all (`ignore-privileges`), or none "
        "(`disabled`).",
        from_database=True,
    ),
    Setting(
        "openapi-security-active",
        boolean,
        "false",
        "Describe the authentication in the OpenAPI document.",
        from_database=True,
    ),
    Setting(
        "openapi-server-proxy-uri",
        optional(parsers.proxy_uri),
        "",
        "Address of the API in the OpenAPI document, where it differs from the server's own.",
        from_database=True,
    ),
    Setting(
        "server-cors-allowed-origins",
        parsers.names,
        "",
        "Origins, separated by commas, whose pages may use the API. Unset: all.",
        from_database=True,
    ),
    Setting(
        "server-host",
        str,
        "!4",
        "Address to serve at; `*`, `*4`, `!4`, `*6` and `!6` stand for all of a kind. "
        "`pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "server-port",
        parsers.port,
        "3000",
        "Port to serve at; 0: any free one. `pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "server-reuseport",
        boolean,
        "false",
        "Let several servers listen at the same port. `pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "server-timing-enabled",
        boolean,
        "false",
        "Send the header `Server-Timing`.",
        from_database=True,
    ),
    Setting(
        "server-trace-header",
        optional(parsers.header_name),
        "",
        "Request header that is copied to the answer, such as `X-Request-Id`.",
        from_database=True,
    ),
    Setting(
        "server-unix-socket",
        optional(str),
        "",
        "Path of a Unix socket to serve at, instead of the port. `pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "server-unix-socket-mode",
        parsers.socket_mode,
        "660",
        "File mode of that socket, octal, 600 to 777. `pgrest-wsgi serve` only.",
        reloadable=False,
    ),
    Setting(
        "url-use-legacy-syntax",
        boolean,
        "true",
        "Understand the URLs of PostgREST 0.3 too, such as `select=id,firms{name}`.",
        from_database=True,
        ours=True,
    ),
    Setting(
        "url-use-legacy-target-names",
        boolean,
        "true",
        "Let filters, order and limit name an embedded table that has an alias by its own name.",
        from_database=True,
    ),
)

DEPENDENCIES = (
    Dependency("admin-server-host", "server-host", lambda admin, server: admin or server),
    Dependency("admin-server-port", "server-port", parsers.distinct_port),
    Dependency("jwt-secret", "jwt-secret-is-base64", parsers.usable_secret),
)
