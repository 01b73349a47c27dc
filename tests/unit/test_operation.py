"""The central promise: values never decide SQL, and each one arrives at its own parameter.

Requests are made from a small grammar, each with two sets of values. Every operand begins with a
mark that no SQL may contain, and every condition has a column of its own, by which its parameter
is found in the SQL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.operators import BY_NAME, OPERATORS, Encoding, Kind
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.catalog.model import RoleSettings
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.operation import compile_operation
from pgrest_wsgi.snapshot import Snapshot
from tests.unit.plan.harbour import CATALOG, CONFIG, ask, make_config

MARK = "mrk"
ANONYMOUS = Identity("deckhand", authenticated=False)

# -- the grammar ----------------------------------------------------------------------------------


class Leaf(NamedTuple):
    """A condition: the operator as it is written, quantifier included."""

    operator: str
    negated: bool

    @property
    def encoding(self) -> Encoding | None:
        """How its operand is encoded; None where it has none."""
        row = BY_NAME[self.operator.partition("(")[0]]
        return None if row.kind is Kind.KEYWORD else row.encoding


class Group(NamedTuple):
    """Conditions joined by ``and``, ``or``, or the negation of one."""

    operator: str
    items: Sequence[Leaf | Group]


class Form(NamedTuple):
    """A request without its values; all conditions are on the resource at a path."""

    path: str
    filters: Sequence[Leaf]
    tree: Group | None
    select: str
    order: str
    limit: int | None
    has_offset: bool


class Filling(NamedTuple):
    """Its values: a text or a list of them for each leaf, and the others."""

    operands: Sequence[Sequence[str]]
    offset: int
    role: str
    timezone: str


NAMES = [row.name for row in OPERATORS] + ["eq(any)", "like(all)", "fts(english)"]
LEAVES = st.builds(Leaf, st.sampled_from(NAMES), st.booleans())
TREES = st.recursive(
    LEAVES,
    lambda items: st.builds(
        Group,
        st.sampled_from(("and", "or", "not.and", "not.or")),
        st.lists(items, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
FORMS = st.builds(
    Form,
    st.sampled_from(("", "home.", "logs.", "logs.ships.", "crews.")),
    st.lists(LEAVES, max_size=3),
    st.none() | TREES.filter(lambda tree: isinstance(tree, Group)),
    st.sampled_from(("*", "", "id,name", "x:papers->a->>0::text")),
    st.sampled_from(("", "name", "id.desc.nullslast,papers->>a")),
    st.none() | st.integers(1, 99),
    st.booleans(),
)
EMBEDDED = ",home:harbours!home_port(*),logs(id,ships!inner(id)),...crews(id)"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda text: MARK + text)


def leaves_of(form: Form) -> Iterator[Leaf]:
    """All conditions in the order in which they are written."""
    yield from form.filters
    if form.tree is not None:
        yield from leaves_below(form.tree)


def leaves_below(node: Leaf | Group) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for item in node.items:
            yield from leaves_below(item)


def fillings(form: Form) -> st.SearchStrategy[Filling]:
    """Values for a form: lists have several texts, the others one."""
    sizes = [3 if leaf.encoding is Encoding.LIST else 1 for leaf in leaves_of(form)]
    operands = st.tuples(*(st.lists(TEXTS, min_size=1, max_size=size) for size in sizes))
    return st.builds(Filling, operands, st.integers(0, 2**70), TEXTS, TEXTS.filter(is_timezone))


def is_timezone(text: str) -> bool:
    """Whether a text is one token of a header."""
    return text.isascii() and "," not in text and text == text.strip()


# -- writing requests -----------------------------------------------------------------------------


def in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_leaf(leaf: Leaf, operand: Sequence[str], *, quoted: bool) -> str:
    if leaf.encoding is None:
        written = "null"
    elif leaf.encoding is Encoding.LIST:
        written = f"({','.join(map(in_quotes, operand))})"
    else:
        written = in_quotes(operand[0]) if quoted else operand[0]
    return f"{'not.' if leaf.negated else ''}{leaf.operator}.{written}"


def write_tree(node: Leaf | Group, numbered: Iterator[tuple[int, Sequence[str]]]) -> str:
    if isinstance(node, Leaf):
        number, operand = next(numbered)
        return f"c{number}.{write_leaf(node, operand, quoted=True)}"
    return f"{node.operator}({','.join(write_tree(item, numbered) for item in node.items)})"


def write(form: Form, filling: Filling) -> Call:
    """The request: condition number n is on the column ``cn``."""
    numbered = iter(enumerate(filling.operands))
    pairs = [("select", f"{form.select or '*'}{EMBEDDED}" if form.path else form.select)]
    for leaf in form.filters:
        number, operand = next(numbered)
        pairs.append((f"{form.path}c{number}", write_leaf(leaf, operand, quoted=False)))
    if form.tree is not None:
        name, bracket, rest = write_tree(form.tree, numbered).partition("(")
        pairs.append((form.path + name, bracket + rest))
    if form.order:
        pairs.append((f"{form.path}order", form.order))
    if form.limit is not None:
        pairs.append((f"{form.path}limit", str(form.limit)))
    if form.has_offset:
        pairs.append((f"{form.path}offset", str(filling.offset)))
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    return ask(query, HTTP_PREFER=f"timezone={filling.timezone}")


# -- the promise ----------------------------------------------------------------------------------


def expected(leaf: Leaf, operand: Sequence[str]) -> bytes:
    """What an operand is as a parameter. Texts in arrays are quoted as in JSON."""
    if leaf.encoding is Encoding.LIST:
        return f"{{{','.join(json.dumps(item, ensure_ascii=False) for item in operand)}}}".encode()
    text = operand[0].replace("*", "%") if leaf.encoding is Encoding.PATTERN else operand[0]
    return text.encode()


def parameter_after(place: str, sql: str, parameters: Sequence[bytes | None]) -> bytes | None:
    """The first parameter behind some text in the SQL."""
    found = re.search(rf"{re.escape(place)}.*?\$(\d+)", sql)
    assert found is not None
    return parameters[int(found[1]) - 1]


@given(data=st.data(), form=FORMS)
def test_values_decide_no_sql_and_arrive_at_their_own_parameters(
    data: st.DataObject, form: Form
) -> None:
    snapshot = Snapshot(CONFIG, CATALOG)
    operations, texts = [], []
    for filling in (data.draw(fillings(form)), data.draw(fillings(form))):
        call = write(form, filling)
        operation = snapshot.operation(call.shape, len(call.values.request.query))
        work = operation.bind(call.values, Identity(filling.role))
        operations.append(operation)
        texts.append([step.sql for step in work.steps])
        assert all(MARK.encode() not in step.sql for step in work.steps)
        sql, parameters = work.steps[work.main]
        for number, leaf in enumerate(leaves_of(form)):
            if leaf.encoding is not None:
                found = parameter_after(f'"c{number}"', sql.decode(), parameters)
                assert found == expected(leaf, filling.operands[number])
        if form.has_offset:
            found = parameter_after("OFFSET", sql.decode(), parameters)
            assert found == str(filling.offset).encode()
        opening, facts = work.steps[0]
        assert parameter_after("'role'", opening.decode(), facts) == filling.role.encode()
        assert parameter_after("'timezone'", opening.decode(), facts) == filling.timezone.encode()
    assert operations[0] is operations[1]
    assert texts[0] == texts[1]
    assert snapshot.compiled_count() == 1


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("id=eq.1", "id=neq.1"),
        ("id=eq.1", "id=not.eq.1"),
        ("id=eq.1", "name=eq.1"),
        ("id=eq(any).1", "id=eq(all).1"),
        ("id=is.null", "id=is.true"),
        ("name=fts.a", "name=fts(english).a"),
        ("papers->a=eq.1", "papers->b=eq.1"),
        ("papers->0=eq.1", 'papers->"0"=eq.1'),
        ("or=(id.eq.1,id.eq.2)", "and=(id.eq.1,id.eq.2)"),
        ("select=id", "select=name"),
        ("select=id::text", "select=id::int"),
        ("order=id", "order=id.desc"),
        ("limit=1", "limit=2"),
        ("limit=1", "limit=1&offset=0"),
        ("select=logs(id)", "select=logs(day)"),
        ("select=logs(id)", "select=x:logs(id)"),
        ("select=logs(id)", "select=logs!inner(id)"),
        ("select=logs(id)", "select=...logs(id)"),
        ("select=id,logs(id)", "select=id,logs()"),
        ("select=harbours!home(id)", "select=harbours!last(id)"),
        ("select=logs(id)&id=eq.1", "select=logs(id)&logs.id=eq.1"),
        ("select=logs(id)&logs=is.null", "select=logs(id)&logs=not.is.null"),
        ("select=logs(id)&limit=1", "select=logs(id)&logs.limit=1"),
        ("select=permits(fee)&order=id", "select=permits(fee)&order=permits(fee)"),
    ],
)
def test_what_is_no_value_decides_sql(query: str, other: str) -> None:
    """The other half of the cut: nothing that changes the SQL is missing in a shape."""
    shapes = ask(query).shape, ask(other).shape
    first, second = (compile_operation(shape, CONFIG, CATALOG) for shape in shapes)
    assert shapes[0] != shapes[1]
    assert first.templates[first.main].sql != second.templates[second.main].sql


def test_compiling_is_deterministic() -> None:
    """One shape has one text, in every process: statements are prepared by their text."""
    shape = ask(
        "select=id,papers->a&or=(id.eq.1,id.eq.2)&order=id", HTTP_PREFER="count=exact"
    ).shape
    sql = [
        [template.sql for template in compile_operation(shape, CONFIG, CATALOG).templates]
        for _ in range(2)
    ]
    assert sql[0] == sql[1]


# -- particular parameters ------------------------------------------------------------------------


def parameters_of(query: str) -> tuple[bytes | None, ...]:
    call = ask(query)
    work = compile_operation(call.shape, CONFIG, CATALOG).bind(call.values, ANONYMOUS)
    return work.steps[work.main].parameters


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("name=eq.", (b"",)),
        ("name=eq.a*b", (b"a*b",)),
        ("name=like.a*b%25", (b"a%b%",)),
        ("id=in.()", (b"{}",)),
        ('id=in.("")', (b"{}",)),
        ("id=in.(,)", (b'{"",""}',)),
        ("id=in.(null,{a})", (b'{"null","{a}"}',)),
        ('name=in.("a\\"b","c\\\\d")', (b'{"a\\"b","c\\\\d"}',)),
        ("name=eq.%E8%88%B9", ("船".encode(),)),
        ("offset=18446744073709551616", (b"18446744073709551616",)),
    ],
)
def test_encodings(query: str, parameters: tuple[bytes, ...]) -> None:
    assert parameters_of(query) == parameters


@pytest.mark.parametrize("query", ["name=eq.a%00b", "name=like.%00", "name=in.(a,%00)"])
def test_nul_is_refused_in_postgresqls_words(query: str) -> None:
    """PostgreSQL's texts end at NUL, so it would be cut off without a word."""
    with pytest.raises(PgrestError) as caught:
        parameters_of(query)
    assert (caught.value.code, caught.value.status) == ("22021", 400)


def test_claims_go_with_the_role_that_was_chosen() -> None:
    call = ask()
    operation = compile_operation(call.shape, CONFIG, CATALOG)
    identity = Identity("captain", {"sub": "Åse", "role": "stowaway"})
    opening = operation.bind(call.values, identity).steps[0]
    claims = parameter_after("'request.jwt.claims'", opening.sql.decode(), opening.parameters)
    assert claims == '{"sub": "Åse", "role": "captain"}'.encode()


def test_a_pre_request_runs_between_the_opening_and_the_main_statement() -> None:
    config = make_config(db_pre_request="port.check")
    call = ask(config=config)
    work = compile_operation(call.shape, config, CATALOG).bind(call.values, ANONYMOUS)
    assert [step.sql.split(b"(")[0] for step in work.steps] == [
        b"SELECT set_config",
        b'SELECT "port"."check"',
        b'WITH "pgrst_source" AS ',
    ]
    assert work.main == 2


def test_the_settings_of_a_role_go_before_all_else() -> None:
    """They are bound as two arrays: neither names nor values get into the SQL."""
    settings = RoleSettings((("statement_timeout", "5s"), ("app.motto", 'a"b')), "serializable")
    call = ask()
    catalog = replace(CATALOG, role_settings={"captain": settings})
    operation = compile_operation(call.shape, CONFIG, catalog)
    usual, special = (operation.bind(call.values, Identity(role)) for role in ("mate", "captain"))
    assert (usual.main, usual.isolation) == (1, None)
    assert (special.main, special.isolation) == (2, "serializable")
    assert special.steps[0].parameters == (b'{"statement_timeout","app.motto"}', b'{"5s","a\\"b"}')
    assert [step.sql for step in special.steps[1:]] == [step.sql for step in usual.steps]


def test_the_role_none_is_refused() -> None:
    """PostgreSQL would take it for the role that logged in, which may become any other."""
    call = ask()
    operation = compile_operation(call.shape, CONFIG, CATALOG)
    with pytest.raises(PgrestError) as caught:
        operation.bind(call.values, Identity("none"))
    assert (caught.value.code, caught.value.status) == ("22023", 401)
