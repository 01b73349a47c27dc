"""Fields and conditions as SQL. Operands are parameters, always; nothing here sees a value."""

from __future__ import annotations

from collections.abc import Callable

from pgrest_wsgi.api.filters import Condition
from pgrest_wsgi.api.operators import BY_NAME, IS_KEYWORDS, Kind
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import EmbedFilter, PlannedField, PlannedFilter, PlannedNode
from pgrest_wsgi.sql import nodes
from pgrest_wsgi.sql.nodes import Node
from pgrest_wsgi.sql.statement import Slot, Slots, Source

Embedded = Callable[[EmbedFilter], Node]

QUANTIFIERS = {"any": nodes.any_of, "all": nodes.all_of}


def field_sql(relation: QualifiedName, field: PlannedField) -> Node:
    """A column, and the way into it. Keys are literals, so that indexes on expressions apply."""
    if field.is_row:
        return nodes.identifier(relation.name)
    value = nodes.column(relation, field.name)
    if field.to_json:
        value = nodes.call("to_jsonb", value)
    for step in field.path:
        key = _index_sql(step.key) if step.is_index else nodes.text(step.key)
        value = nodes.infix(value, "->>" if step.as_text else "->", key)
    return nodes.group(value) if field.path else value


def _index_sql(index: str) -> Node:
    """An array index. One too large goes out as a text, for PostgreSQL to refuse as in v16.2."""
    if len(index) < 10:
        return nodes.number(int(index))
    return nodes.cast(nodes.text(index if index.startswith("-") else f"+{index}"), "int")


def is_joined(node: EmbedFilter) -> Node:
    """Whether the join of an embedded resource found no row, or, negated, any."""
    symbol = "IS DISTINCT FROM" if node.negated else "IS NOT DISTINCT FROM"
    return nodes.infix(nodes.identifier(node.embed), symbol, nodes.null())


def condition_sql(
    relation: QualifiedName, node: PlannedNode, slots: Slots, embedded: Embedded = is_joined
) -> Node:
    """A condition or a tree of them; `embedded` makes those on the rows of embedded resources."""
    if isinstance(node, EmbedFilter):
        return embedded(node)
    if isinstance(node, PlannedFilter):
        condition = _filter_sql(relation, node, slots)
        return nodes.negate(condition) if node.condition.negated else condition
    joined = nodes.join(
        node.operator, [condition_sql(relation, item, slots, embedded) for item in node.items]
    )
    return nodes.negate(joined) if node.negated else joined


def _filter_sql(relation: QualifiedName, node: PlannedFilter, slots: Slots) -> Node:
    operator = BY_NAME[node.condition.operator]
    left = field_sql(relation, node.field)
    if operator.kind is Kind.KEYWORD:
        keyword = IS_KEYWORDS[node.condition.keyword or ""]
        return nodes.infix(left, operator.symbol, nodes.keyword(keyword))
    operand = slots.parameter(Slot(Source.OPERAND, node.operand, operator.encoding))
    if operator.kind is Kind.TEXT_SEARCH:
        return _search_sql(left, operator.symbol, operand, node)
    if node.reader is not None:
        operand = _read_sql(operand, node.reader, operator.kind)
    if operator.kind is Kind.LIST:
        operand = nodes.any_of(operand)
    elif node.condition.quantifier is not None:
        operand = QUANTIFIERS[node.condition.quantifier](operand)
    return nodes.infix(left, operator.symbol, operand)


def _read_sql(operand: Node, reader: QualifiedName, kind: Kind) -> Node:
    """An operand as the function reads it; of a list each element."""
    if kind is not Kind.LIST:
        return nodes.call_named(reader, operand)
    elements = nodes.call("unnest", nodes.cast(operand, "text[]"))
    return nodes.subquery(nodes.select([nodes.call_named(reader, elements)]))


def _search_sql(left: Node, function: str, operand: Node, node: PlannedFilter) -> Node:
    words = nodes.call("to_tsvector", *_language(node.condition), left)
    query = nodes.call(function, *_language(node.condition), operand)
    return nodes.matches(words if node.field.to_words else left, query)


def _language(condition: Condition) -> tuple[Node, ...]:
    return () if condition.language is None else (nodes.text(condition.language),)
