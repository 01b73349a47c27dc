"""The table of PGRST codes, and the one exception that becomes an error answer.

Here live the wordings and statuses of v16.2, a row per code. What PostgreSQL raises is in
`sqlstates`; bodies and headers of the answer are rendered in `response`, never here.

https://docs.postgrest.org/en/v16/references/errors.html and ``docs/errors.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
Headers: TypeAlias = tuple[tuple[str, str], ...]


class PgrestError(Exception):
    """A failure that the client is told about.

    `details` and `hint` are JSON values. `headers` are added to those of every answer. `reason` is
    the reason phrase of the status line, where a database function chose one. `code` and the
    values in `headers` are free of control characters but may hold any other Unicode character.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        *,
        details: Json = None,
        hint: Json = None,
        headers: Headers = (),
        reason: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.details = details
        self.hint = hint
        self.headers = headers
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A row of the table; the three texts are `str.format` templates.

    Call it to make the exception: ``raise SINGULARITY(rows=2)``.
    """

    code: str
    status: int
    message: str
    details: str | None = None
    hint: str | None = None

    def __call__(
        self,
        *,
        details: Json | EllipsisType = ...,
        hint: Json | EllipsisType = ...,
        headers: Headers = (),
        **fields: object,
    ) -> PgrestError:
        """Fill the templates with `fields`; `details` and `hint` replace those of the row.

        Raises KeyError when a template names a field that is not given.
        """
        return PgrestError(
            self.code,
            self.status,
            self.message.format_map(fields),
            details=_fill(self.details, fields) if isinstance(details, EllipsisType) else details,
            hint=_fill(self.hint, fields) if isinstance(hint, EllipsisType) else hint,
            headers=headers,
        )


def _fill(template: str | None, fields: Mapping[str, object]) -> str | None:
    return template if template is None else template.format_map(fields)


def bearer_challenge(description: str | None = None) -> tuple[str, str]:
    """Return the header that comes with a 401; `description` says why a token was refused.

    RFC 6750, section 3. `description` must be one of our own wordings: it is not escaped.
    """
    if description is None:
        return "WWW-Authenticate", "Bearer"
    cause = f'error="invalid_token", error_description="{description}"'
    return "WWW-Authenticate", f"Bearer {cause}"


# Group 0: the connection to the database.

CONNECTION_FAILED = ErrorCode("PGRST000", 503, "Database connection error.")
CLIENT_FAILED = ErrorCode("PGRST001", 503, "Database client error. Retrying the connection.")
NO_CATALOG = ErrorCode(
    "PGRST002", 503, "Could not query the database for the schema cache. Retrying."
)
ACQUISITION_TIMEOUT = ErrorCode(
    "PGRST003", 504, "Timed out acquiring connection from connection pool."
)

# Group 1: the request.

QUERY_PARAMETER = ErrorCode("PGRST100", 400, '"{what}" {where}', details="{reason}")
INVALID_RPC_METHOD = ErrorCode("PGRST101", 405, "Cannot use the {method} method on RPC")
INVALID_BODY = ErrorCode("PGRST102", 400, "{reason}")
RANGE_NOT_SATISFIABLE = ErrorCode(
    "PGRST103", 416, "Requested range not satisfiable", details="{reason}"
)
INVALID_FILTERS = ErrorCode(
    "PGRST105", 405, "Filters must include all and only primary key columns with 'eq' operators"
)
SCHEMA_NOT_EXPOSED = ErrorCode(
    "PGRST106",
    406,
    "Invalid schema: {schema}",
    hint="Only the following schemas are exposed: {schemas}",
)
MEDIA_TYPE = ErrorCode("PGRST107", 406, "None of these media types are available: {media_types}")
# Where a resource is embedded under an alias, the caller gives details and hint of its own.
NOT_EMBEDDED = ErrorCode(
    "PGRST108",
    400,
    "'{resource}' is not an embedded resource in this request",
    hint="Verify that '{resource}' is included in the 'select' query parameter.",
)
GUC_HEADERS = ErrorCode(
    "PGRST111",
    500,
    "response.headers guc must be a JSON array composed of objects"
    " with a single key and a string value",
)
GUC_STATUS = ErrorCode("PGRST112", 500, "response.status guc must be a valid status code")
PUT_LIMIT = ErrorCode(
    "PGRST114", 400, "limit/offset querystring parameters are not allowed for PUT"
)
PUT_MISMATCH = ErrorCode(
    "PGRST115", 400, "Payload values do not match URL in primary key column(s)"
)
SINGULARITY = ErrorCode(
    "PGRST116",
    406,
    "Cannot coerce the result to a single JSON object",
    details="The result contains {rows} rows",
)
UNSUPPORTED_METHOD = ErrorCode("PGRST117", 405, "Unsupported HTTP method: {method}")
RELATED_ORDER = ErrorCode(
    "PGRST118",
    400,
    "A related order on '{target}' is not possible",
    details="'{origin}' and '{target}' do not form a many-to-one or one-to-one relationship",
)
EMBED_FILTER = ErrorCode(
    "PGRST120",
    400,
    "Bad operator on the '{target}' embedded resource",
    details="Only is null or not is null filters are allowed on embedded resources",
)
INVALID_RAISE = ErrorCode(
    "PGRST121",
    500,
    "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
    details="{reason}",
    hint="{expected}",
)
INVALID_PREFERENCES = ErrorCode(
    "PGRST122",
    400,
    "Invalid preferences given with handling=strict",
    details="Invalid preferences: {preferences}",
)
AGGREGATES_DISABLED = ErrorCode("PGRST123", 400, "Use of aggregate functions is not allowed")
MAX_AFFECTED = ErrorCode(
    "PGRST124",
    400,
    "Query result exceeds max-affected preference constraint",
    details="The query affects {rows} rows",
)
INVALID_PATH = ErrorCode("PGRST125", 404, "Invalid path specified in request URL")
OPENAPI_DISABLED = ErrorCode("PGRST126", 404, "Root endpoint metadata is disabled")
NOT_IMPLEMENTED = ErrorCode("PGRST127", 400, "Feature not implemented", details="{reason}")
MAX_AFFECTED_RPC = ErrorCode(
    "PGRST128",
    400,
    "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
)

# Group 2: the catalog. A suggestion ("Perhaps you meant ...") comes as hint= from the caller.

# `using` is empty, or " using the hint 'x'" with its leading blank.
NO_RELATIONSHIP = ErrorCode(
    "PGRST200",
    400,
    "Could not find a relationship between '{parent}' and '{child}' in the schema cache",
    details="Searched for a foreign key relationship between '{parent}' and '{child}'{using}"
    " in the schema '{schema}', but no matches were found.",
)
# `details` is a list of objects, one per relationship.
AMBIGUOUS_RELATIONSHIP = ErrorCode(
    "PGRST201",
    300,
    "Could not embed because more than one relationship was found for '{parent}' and '{child}'",
    hint="Try changing '{child}' to one of the following: {choices}."
    " Find the desired relationship in the 'details' key.",
)
# `signature` is "(a, b)", " without parameters" or empty; `searched` says the same in words,
# with a leading blank: " with parameters a, b".
NO_FUNCTION = ErrorCode(
    "PGRST202",
    404,
    "Could not find the function {schema}.{function}{signature} in the schema cache",
    details="Searched for the function {schema}.{function}{searched},"
    " but no matches were found in the schema cache.",
)
# `candidates` is " between: a(), b()" with its leading blank, or empty where nobody may know.
AMBIGUOUS_FUNCTION = ErrorCode(
    "PGRST203",
    300,
    "Could not choose the best candidate function{candidates}",
    hint="Try renaming the parameters or the function itself in the database"
    " so function overloading can be resolved",
)
COLUMN_NOT_FOUND = ErrorCode(
    "PGRST204", 400, "Could not find the '{column}' column of '{table}' in the schema cache"
)
TABLE_NOT_FOUND = ErrorCode(
    "PGRST205", 404, "Could not find the table '{schema}.{table}' in the schema cache"
)

# Group 3: the token. The caller adds `bearer_challenge` to all but the first.

JWT_SECRET_MISSING = ErrorCode("PGRST300", 500, "Server lacks JWT secret")
JWT_INVALID = ErrorCode("PGRST301", 401, "{reason}")
JWT_REQUIRED = ErrorCode("PGRST302", 401, "Anonymous access is disabled")
JWT_CLAIMS = ErrorCode("PGRST303", 401, "{reason}")

# Ours, of which PostgREST has none that begin so: fetched keys, tokens in cookies, and what
# `db-protect-writes` refuses.

KEYS_UNAVAILABLE = ErrorCode(
    "PGRSTJ01", 503, "The keys to verify the JWT with could not be fetched yet"
)
CROSS_SITE = ErrorCode(
    "PGRSTJ02",
    403,
    "{method} from another site is refused",
    details="The token came in a cookie, which browsers send for every site.",
    hint="Send the token in the header Authorization.",
)
UNPROTECTED_WRITE = ErrorCode(
    "PGRSTW01",
    400,
    "{method} without a filter is refused",
    details="The setting db-protect-writes is on, and the request would touch all rows.",
    hint="Add a filter, or say how many rows may be touched:"
    " 'Prefer: handling=strict, max-affected=N'.",
)

# Ours: what PostgREST 0.3 answered to ``Prefer: plurality=singular``.
NO_ROW = ErrorCode(
    "PGRSTL01",
    404,
    "There is no such row",
    details="One object was asked for, and the result has no rows.",
)

# Group X: our own bugs. What went wrong is for the log, not for the client.

INTERNAL = ErrorCode("PGRSTX00", 500, "Internal server error")

ERROR_CODES: tuple[ErrorCode, ...] = tuple(
    value for value in tuple(globals().values()) if isinstance(value, ErrorCode)
)
