"""Names of types as a client writes them in a cast, checked before they become SQL.

A name goes out quoted, so that no word of it can be anything but a name; only the spellings that
SQL's grammar itself knows (``int``, ``double precision``) go out as they are.
"""

from __future__ import annotations

from pgrest_wsgi.errors import QUERY_PARAMETER
from pgrest_wsgi.sql.nodes import identifier, render

# https://www.postgresql.org/docs/current/datatype.html: names that mean nothing once quoted.
SPELLINGS = frozenset(
    """
    bigint|bit|bit varying|boolean|char|char varying|character|character varying|dec|decimal
    |double precision|float|int|integer|interval|national char|national char varying
    |national character|national character varying|nchar|nchar varying|numeric|real|smallint
    |time|time with time zone|time without time zone|timestamp|timestamp with time zone
    |timestamp without time zone|varchar
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def type_name(text: str) -> str:
    """The SQL of a type's name: unquoted parts in lower case, as PostgreSQL would read them.

    Raises PGRST100 where it is no name of a type.
    """
    lower = text.encode().lower().decode()  # of bytes only ASCII is folded, as in PostgreSQL
    words = " ".join(lower.split())
    if words in SPELLINGS:
        return words
    if not words or " " in words or words[0] in "0123456789$":
        raise QUERY_PARAMETER(
            what=f"failed to parse cast ({text})", where="(line 1, column 1)",
            reason="expecting the name of a type",
        )  # fmt: skip
    return render(identifier(words))
