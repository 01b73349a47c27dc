"""A small vocabulary for SQL trees; the teeth of sqlglot are hidden here.

Everything that a client or the catalog names comes in as a quoted identifier, a literal text or a
checked type; nothing is parsed, and nothing is formatted into a text. Node classes are used
directly, six times cheaper than sqlglot's fluent functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres

from pgrest_wsgi.names import QualifiedName

Node = exp.Expr

INFIXES: dict[str, type[exp.Expr]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
    "LIKE": exp.Like,
    "ILIKE": exp.ILike,
    "~": exp.RegexpLike,
    "~*": exp.RegexpILike,
    "@>": exp.ArrayContainsAll,
    "<@": exp.ArrayContainedBy,
    "&&": exp.ArrayOverlaps,
    "<<": exp.BitwiseLeftShift,
    ">>": exp.BitwiseRightShift,
    "&<": exp.ExtendsLeft,
    "&>": exp.ExtendsRight,
    "-|-": exp.Adjacent,
    "IS": exp.Is,
    "IS DISTINCT FROM": exp.NullSafeNEQ,
    "IS NOT DISTINCT FROM": exp.NullSafeEQ,
    "->": exp.JSONExtract,
    "->>": exp.JSONExtractScalar,
    "||": exp.DPipe,
    "-": exp.Sub,
    "+": exp.Add,
}


def render(node: Node) -> str:
    """Print a tree. Function names keep their case, or quoted ones would change it."""
    return Postgres().generate(node, copy=False, normalize_functions=False)


def printed(node: Node) -> Node:
    """A tree as a leaf, for what nests: the recursive printer has a stack of limited height."""
    return exp.Var(this=render(node))


# -- names and constants --------------------------------------------------------------------------


def identifier(name: str) -> Node:
    return exp.Identifier(this=name, quoted=True)


def column(relation: QualifiedName, name: str) -> Node:
    """A column of a relation; ``*`` is all of them."""
    return exp.Column(
        this=exp.Star() if name == "*" else identifier(name),
        table=identifier(relation.name),
        db=identifier(relation.schema) if relation.schema else None,
    )


def keyword(text: str) -> Node:
    """A word of SQL's own. Never a client's."""
    return exp.Var(this=text)


def text(value: str) -> Node:
    """A literal text, read alike whatever ``standard_conforming_strings`` says."""
    if "\\" in value:
        escaped = value.replace("\\", "\\\\").replace("'", "''")
        return exp.Var(this=f"E'{escaped}'")
    return exp.Literal.string(value)


def number(value: int) -> Node:
    return exp.Literal.number(value)


def null() -> Node:
    return exp.Null()


def parameter(place: int) -> Node:
    return exp.Parameter(this=exp.Literal.number(place))


# -- expressions ----------------------------------------------------------------------------------


def call(name: str, *arguments: Node) -> Node:
    """Call a function of PostgreSQL's own."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def call_named(name: QualifiedName, *arguments: Node) -> Node:
    """Call a function by its quoted name."""
    function = exp.Anonymous(this=identifier(name.name), expressions=list(arguments))
    if not name.schema:
        return function
    return exp.Dot(this=identifier(name.schema), expression=function)


def named_argument(name: str, value: Node, *, variadic: bool) -> Node:
    """``"name" := value``; the array of a variadic argument is given as a whole."""
    target = identifier(name)
    return exp.PropertyEQ(this=exp.Variadic(this=target) if variadic else target, expression=value)


def infix(left: Node, symbol: str, right: Node) -> Node:
    """``left symbol right``; operands that are infix themselves are the caller's to group."""
    return INFIXES[symbol](this=left, expression=right)


def matches(left: Node, query: Node) -> Node:
    """``left @@ query``."""
    return exp.MatchAgainst(this=query, expressions=[left])


def any_of(value: Node) -> Node:
    return exp.Any(this=exp.Paren(this=value))


def any_of_texts(value: Node, texts: Sequence[str]) -> Node:
    """Whether a value is one of some texts."""
    return exp.In(this=value, expressions=[text(each) for each in texts])


def all_of(value: Node) -> Node:
    return exp.All(this=exp.Paren(this=value))


def negate(condition: Node) -> Node:
    return exp.Not(this=condition if isinstance(condition, exp.Paren) else group(condition))


def not_null(value: Node) -> Node:
    return infix(value, "IS", keyword("NOT NULL"))


def exists(query: Node) -> Node:
    return exp.Exists(this=printed(query))


def join(operator: str, conditions: Sequence[Node]) -> Node:
    """Conditions with ``and`` or ``or`` between them, in brackets where there are several."""
    joined = _chain(exp.And if operator == "and" else exp.Or, conditions)
    return exp.Paren(this=printed(joined)) if len(conditions) > 1 else joined


def cast(value: Node, type_name: str) -> Node:
    """A cast to a type whose name was checked (`sql.types`)."""
    return exp.Cast(this=value, to=exp.Var(this=type_name))


def coalesce(value: Node, otherwise: Node) -> Node:
    return exp.Coalesce(this=value, expressions=[otherwise])


def group(value: Node) -> Node:
    return exp.Paren(this=value)


# -- queries --------------------------------------------------------------------------------------


def alias(value: Node, name: str) -> Node:
    return exp.Alias(this=value, alias=identifier(name))


def relation(name: QualifiedName, alias_name: str | None = None) -> Node:
    return exp.Table(
        this=identifier(name.name),
        db=identifier(name.schema) if name.schema else None,
        alias=exp.TableAlias(this=identifier(alias_name)) if alias_name else None,
    )


def subquery(query: Node, alias_name: str | None = None) -> Node:
    name = exp.TableAlias(this=identifier(alias_name)) if alias_name else None
    return exp.Subquery(this=query, alias=name)


def function_rows(name: QualifiedName, arguments: Sequence[Node], alias_name: str) -> Node:
    """The rows of a function, for FROM."""
    return alias(call_named(name, *arguments), alias_name)


def lateral_source(source: Node) -> Node:
    """A function or query in FROM that looks at what stands before it."""
    return exp.Lateral(this=source)


def cross_join(source: Node) -> Node:
    """Another relation in FROM, behind a comma."""
    return exp.Join(this=source)


def lateral(query: Node, alias_name: str, condition: Node | None = None, *, is_inner: bool) -> Node:
    """A join with the rows that `query` gives for each row so far."""
    source = subquery(printed(query))
    rows = exp.Lateral(this=source, alias=exp.TableAlias(this=identifier(alias_name)))
    kind = {"kind": "INNER"} if is_inner else {"side": "LEFT"}
    return exp.Join(this=rows, on=condition or keyword("TRUE"), **kind)


def ordered(value: Node, direction: str | None, nulls: str | None) -> Node:
    """A term of ORDER BY. Unless told, nulls count as larger than all, as in PostgreSQL."""
    descending = direction == "desc"
    nulls_first = nulls == "nullsfirst" if nulls else descending
    return exp.Ordered(this=value, desc=descending, nulls_first=nulls_first)


def select(
    outputs: Sequence[Node],
    source: Node | None = None,
    *,
    joins: Sequence[Node] = (),
    where: Sequence[Node] = (),
    group: Sequence[Node] = (),
    order: Sequence[Node] = (),
    limit: Node | None = None,
    offset: Node | None = None,
    common: Sequence[tuple[str, Node]] = (),
    materialized: bool = False,
) -> Node:
    """A SELECT; `common` are the queries of its WITH, by name.

    Where they are `materialized`, PostgreSQL computes also what nothing reads.
    """
    tables = [
        exp.CTE(
            this=query,
            alias=exp.TableAlias(this=identifier(name)),
            materialized=materialized or None,
        )
        for name, query in common
    ]
    return exp.Select(
        with_=exp.With(expressions=tables) if tables else None,
        expressions=list(outputs),
        from_=exp.From(this=source) if source else None,
        joins=list(joins),
        where=exp.Where(this=_chain(exp.And, where)) if where else None,
        group=exp.Group(expressions=list(group)) if group else None,
        order=exp.Order(expressions=list(order)) if order else None,
        limit=exp.Limit(expression=limit) if limit else None,
        offset=exp.Offset(expression=offset) if offset else None,
    )


def record_rows(function: Node, alias_name: str, types: Sequence[tuple[str, str]]) -> Node:
    """The rows of a function that gives records, whose columns and types must be told."""
    columns = [
        exp.ColumnDef(this=identifier(name), kind=keyword(type_name)) for name, type_name in types
    ]
    named = exp.TableAlias(this=identifier(alias_name), columns=columns)
    return exp.Table(this=function, alias=named)


# -- writing --------------------------------------------------------------------------------------


def insert(
    table: QualifiedName,
    names: Sequence[str],
    rows: Node,
    conflict: Node | None,
    returning: Sequence[Node],
) -> Node:
    """An INSERT of the rows of a query; without `names` all columns get their defaults."""
    target = relation(table)
    if names:
        target = exp.Schema(this=target, expressions=[identifier(name) for name in names])
    return exp.Insert(
        this=target,
        expression=rows,
        conflict=conflict,
        returning=exp.Returning(expressions=list(returning)),
    )


def on_conflict(
    keys: Sequence[str],
    changes: Sequence[tuple[str, Node]] = (),
    condition: Node | None = None,
) -> Node:
    """What an INSERT does with rows whose `keys` exist: changes them, or nothing."""
    return exp.OnConflict(
        conflict_keys=[identifier(key) for key in keys],
        action=keyword("DO UPDATE" if changes else "DO NOTHING"),
        expressions=[_assignment(*change) for change in changes],
        where=exp.Where(this=condition) if condition else None,
    )


def update(
    table: QualifiedName,
    changes: Sequence[tuple[str, Node]],
    source: Node,
    where: Sequence[Node],
    returning: Sequence[Node],
) -> Node:
    """An UPDATE with values of the rows of `source`."""
    return exp.Update(
        this=relation(table),
        expressions=[_assignment(*change) for change in changes],
        from_=exp.From(this=source),
        where=exp.Where(this=_chain(exp.And, where)) if where else None,
        returning=exp.Returning(expressions=list(returning)),
    )


def delete(table: QualifiedName, where: Sequence[Node], returning: Sequence[Node]) -> Node:
    return exp.Delete(
        this=relation(table),
        where=exp.Where(this=_chain(exp.And, where)) if where else None,
        returning=exp.Returning(expressions=list(returning)),
    )


def _assignment(name: str, value: Node) -> Node:
    return exp.EQ(this=identifier(name), expression=value)


def _chain(connector: type[exp.Expr], conditions: Sequence[Node]) -> Node:
    first, *others = conditions
    for other in others:
        first = connector(this=first, expression=other)
    return first
