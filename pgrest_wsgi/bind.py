"""Values to parameters: the one place where what a client sent becomes what PostgreSQL gets.

Which value goes where, and how it is encoded, is decided when a shape is compiled; what is left
for a request is to call the binders one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from pgrest_wsgi.api.filters import Operand
from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.api.shape import Values
from pgrest_wsgi.catalog.model import RoleSettings
from pgrest_wsgi.errors import PgrestError, bearer_challenge
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.sql.session import ROLE_SETTINGS, Fact, SessionStatement
from pgrest_wsgi.sql.statement import Slot, Source, Statement
from pgrest_wsgi.sqlstates import nul_refused
from pgrest_wsgi.work import Step

Binder = Callable[[Values, Identity], bytes]


class Template(NamedTuple):
    """A statement, and what makes each of its parameters."""

    sql: bytes
    binders: tuple[Binder, ...] = ()

    def bind(self, values: Values, identity: Identity) -> Step:
        """The statement with the values of one request. Raises 22021 for a NUL in one."""
        return Step(self.sql, tuple([binder(values, identity) for binder in self.binders]))


def statement_template(statement: Statement) -> Template:
    """The template of a statement whose parameters are slots."""
    return Template(statement.sql, tuple(slot_binder(slot) for slot in statement.slots))


def session_template(session: SessionStatement) -> Template:
    """The template of an opening statement."""
    binders = (
        constant_binder(parameter) if isinstance(parameter, str) else FACTS[parameter]
        for parameter in session.parameters
    )
    return Template(session.sql, tuple(binders))


@lru_cache(maxsize=1024)
def role_step(settings: RoleSettings) -> Step:
    """The statement that gives the transaction what its role was given by ``alter role``.

    It goes before the role itself: the login may be allowed to set what the role may not.
    """
    names = encode_array(name for name, _ in settings.settings)
    values = encode_array(value for _, value in settings.settings)
    return Step(ROLE_SETTINGS, (names, values))


# -- operands and offsets -------------------------------------------------------------------------


def slot_binder(slot: Slot) -> Binder:
    """What reads a slot's value and encodes it."""
    place = slot.place
    if slot.source is Source.OFFSET:
        return lambda values, _: b"%d" % values.offsets[place]
    if slot.source is Source.BODY:
        return lambda values, _: values.body
    encode = ENCODERS[slot.encoding]
    if slot.source is Source.ARGUMENT:
        if slot.encoding is Encoding.ARRAY:
            return lambda values, _: encode(values.arguments[place])
        return lambda values, _: encode(values.arguments[place][-1])  # the last value counts
    return lambda values, _: encode(values.operands[place])


def encode_text(operand: Operand) -> bytes:
    """A text as PostgreSQL takes it. Raises its own 22021 for NUL, which it cannot hold."""
    text = operand if isinstance(operand, str) else "".join(operand)
    if "\0" in text:
        raise nul_refused()
    return text.encode()


def encode_pattern(operand: Operand) -> bytes:
    return encode_text(operand).replace(b"*", b"%")


def encode_list(operand: Operand) -> bytes:
    """An array literal; a list of one empty text is the empty list, as in v16.2."""
    return b"{}" if operand == ("",) else encode_array(operand)


def encode_array(items: Iterable[str]) -> bytes:
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return encode_text("{" + ",".join(f'"{item}"' for item in quoted) + "}")


ENCODERS: dict[Encoding, Callable[[Operand], bytes]] = {
    Encoding.TEXT: encode_text,
    Encoding.PATTERN: encode_pattern,
    Encoding.LIST: encode_list,
    Encoding.ARRAY: encode_array,
}


# -- facts about the request ----------------------------------------------------------------------


def constant_binder(text: str) -> Binder:
    value = encode_text(text)
    return lambda values, identity: value


def encode_role(_: Values, identity: Identity) -> bytes:
    """The role. ``none`` is refused: to PostgreSQL it means the role that logged in."""
    if identity.role == "none":
        message = 'role "none" does not exist'
        raise PgrestError("22023", 401, message, headers=(bearer_challenge(),))
    return encode_text(identity.role)


FACTS: dict[Fact, Binder] = {
    Fact.ROLE: encode_role,
    Fact.CLAIMS: lambda values, identity: identity.claims_json(),
    Fact.METHOD: lambda values, identity: values.request.method.encode(),
    Fact.PATH: lambda values, identity: values.request.quoted_path.encode(),
    Fact.HEADERS: lambda values, identity: values.request.headers_json().encode(),
    Fact.COOKIES: lambda values, identity: values.request.cookies_json().encode(),
    Fact.TIMEZONE: lambda values, identity: encode_text(values.preferences.timezone or ""),
}
