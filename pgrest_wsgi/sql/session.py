"""The statement that opens every transaction: settings, role and the request's own facts.

Upstream: https://docs.postgrest.org/en/v16/references/transactions.html#transaction-settings.
What a request is told of itself is a member of `Fact`. All is local to the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from pgrest_wsgi.config.model import Config
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.nodes import Node, render


class Fact(Enum):
    """What a transaction is told about its request; each is a parameter of the statement."""

    ROLE = "role"
    CLAIMS = "request.jwt.claims"
    METHOD = "request.method"
    PATH = "request.path"
    HEADERS = "request.headers"
    COOKIES = "request.cookies"
    TIMEZONE = "timezone"


# The role comes before what only the request knows, as in v16.2.
FACTS = (Fact.ROLE, Fact.CLAIMS, Fact.METHOD, Fact.PATH, Fact.HEADERS, Fact.COOKIES)


# Names and values are two arrays, so that one text serves all roles.
ROLE_SETTINGS = (
    b"SELECT pg_catalog.set_config(name, value, true) "
    b"FROM unnest($1::text[], $2::text[]) AS setting(name, value)"
)


class SessionStatement(NamedTuple):
    """SQL whose parameter ``$n`` is `parameters[n - 1]`: a fact, or a text of the configuration."""

    sql: bytes
    parameters: tuple[Fact | str, ...]


def session_statement(
    config: Config,
    schema: str,
    *,
    read_only: bool,
    timezone: bool,
    settings: Iterable[tuple[str, str]] = (),
) -> SessionStatement:
    """The opening statement of requests to a schema; `settings` are a called function's own.

    Texts of the configuration (``app.settings.*`` may be secrets) are bound too: what is in the
    SQL would stand in PostgreSQL's log.
    """
    path = ", ".join(quote(name) for name in (schema, *config.db_extra_search_path))
    bound: list[tuple[str, Fact | str]] = [("search_path", path)]
    bound += [(fact.value, fact) for fact in FACTS]
    bound += [(Fact.TIMEZONE.value, Fact.TIMEZONE)] if timezone else []
    bound += settings
    bound += config.app_settings
    outputs = [_setting("transaction_read_only", nodes.text("on"))] if read_only else []
    outputs += [
        _setting(name, nodes.parameter(place)) for place, (name, _) in enumerate(bound, start=1)
    ]
    sql = render(nodes.select(outputs)).encode()
    return SessionStatement(sql, tuple(value for _, value in bound))


def call_statement(function: QualifiedName) -> bytes:
    """The SQL that calls a function for its effects, such as ``db-pre-request``."""
    return render(nodes.select([nodes.call_named(function)])).encode()


def quote(name: str) -> str:
    """A name quoted for ``search_path``, which is a text of names."""
    return render(nodes.identifier(name))


def _setting(name: str, value: Node) -> Node:
    return nodes.call("set_config", nodes.text(name), value, nodes.keyword("true"))
