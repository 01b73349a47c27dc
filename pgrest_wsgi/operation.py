"""Operations: what a shape compiles to, and how a request's values run through it.

``Shape × Config × Catalog → Operation`` is pure and cached (`snapshot`); a run is
``Operation × Values × Identity → Work → Result → Response``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from pgrest_wsgi.api.filters import Operand
from pgrest_wsgi.api.operators import Encoding
from pgrest_wsgi.api.shape import Shape, Values
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.plan.action import plan_action
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.recipe import ReadRecipe, read_recipe, render_read
from pgrest_wsgi.sql.envelope import explain_statement, read_statement
from pgrest_wsgi.sql.session import Fact, SessionStatement, call_statement, session_statement
from pgrest_wsgi.sql.statement import Slot, Source, Statement
from pgrest_wsgi.work import Parameter, Result, Step, Work


class Operation(NamedTuple):
    """A compiled shape."""

    session: SessionStatement
    before: tuple[Step, ...]  # between the opening and the main statement
    main: Statement
    explain: Statement | None
    recipe: ReadRecipe

    def bind(self, values: Values, identity: Identity) -> Work:
        """Fill the parameters with the values of one request."""
        opening = Step(self.session.sql, bind_facts(self.session, values, identity))
        main = Step(self.main.sql, bind_slots(self.main, values))
        steps = (opening, *self.before, main)
        if self.explain is not None:
            steps += (Step(self.explain.sql, bind_slots(self.explain, values)),)
        return Work(steps, 1 + len(self.before), identity.authenticated, self.explain is not None)

    def render(self, result: Result, values: Values) -> Response:
        """Make the answer of what the database answered."""
        return render_read(self.recipe, result, values)


def compile_operation(shape: Shape, config: Config, catalog: Catalog) -> Operation:
    """Compile a shape. No value of any request is in reach here.

    Raises PgrestError where the request cannot be met.
    """
    action = plan_action(shape, config, catalog)
    session = session_statement(
        config, shape.schema, read_only=True, timezone=shape.preferences.timezone
    )
    pre_request = config.db_pre_request
    return Operation(
        session,
        () if pre_request is None else (Step(call_statement(pre_request)),),
        read_statement(action),
        explain_statement(action),
        read_recipe(shape, action, config),
    )


# -- values to parameters -------------------------------------------------------------------------


def bind_slots(statement: Statement, values: Values) -> tuple[Parameter, ...]:
    """The parameters of a statement, each value in the encoding its slot asks for."""
    return tuple([bind_slot(slot, values) for slot in statement.slots])


def bind_slot(slot: Slot, values: Values) -> Parameter:
    if slot.source is Source.OFFSET:
        return str(values.offsets[slot.place]).encode()
    return ENCODERS[slot.encoding](values.operands[slot.place])


def encode_text(operand: Operand) -> bytes:
    """A text as PostgreSQL takes it. Raises its own 22021 for NUL, which it cannot hold."""
    text = operand if isinstance(operand, str) else "".join(operand)
    if "\0" in text:
        message = 'invalid byte sequence for encoding "UTF8": 0x00'
        raise PgrestError("22021", 400, message)
    return text.encode()


def encode_pattern(operand: Operand) -> bytes:
    return encode_text(operand).replace(b"*", b"%")


def encode_list(operand: Operand) -> bytes:
    """An array literal; a list of one empty text is the empty list, as in v16.2."""
    if operand == ("",):
        return b"{}"
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in operand)
    return encode_text('{"' + '","'.join(quoted) + '"}')


ENCODERS: dict[Encoding, Callable[[Operand], bytes]] = {
    Encoding.TEXT: encode_text,
    Encoding.PATTERN: encode_pattern,
    Encoding.LIST: encode_list,
}


def bind_facts(
    session: SessionStatement, values: Values, identity: Identity
) -> tuple[Parameter, ...]:
    """The parameters of the opening statement."""
    return tuple(
        [
            encode_text(parameter)
            if isinstance(parameter, str)
            else FACTS[parameter](values, identity)
            for parameter in session.parameters
        ]
    )


FACTS: dict[Fact, Callable[[Values, Identity], bytes]] = {
    Fact.ROLE: lambda values, identity: encode_text(identity.role),
    Fact.CLAIMS: lambda values, identity: claims_json(identity),
    Fact.METHOD: lambda values, identity: values.request.method.encode(),
    Fact.PATH: lambda values, identity: values.request.quoted_path.encode(),
    Fact.HEADERS: lambda values, identity: encode_text(values.request.headers_json()),
    Fact.COOKIES: lambda values, identity: encode_text(values.request.cookies_json()),
    Fact.TIMEZONE: lambda values, identity: encode_text(values.preferences.timezone or ""),
}


def claims_json(identity: Identity) -> bytes:
    """The claims as ``request.jwt.claims`` has them: with the role, and as one JSON object."""
    return json.dumps({**identity.claims, "role": identity.role}, ensure_ascii=False).encode()
