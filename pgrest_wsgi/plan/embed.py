"""How an embedded resource is related to its parent, and what is joined for it.

Upstream: https://docs.postgrest.org/en/v16/references/api/resource_embedding.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgrest_wsgi.api.select import SelectedField, SelectedRelation, SelectItem
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.missing import RelationshipNotFoundError
from pgrest_wsgi.catalog.relationship import (
    Cardinality,
    ComputedRelationship,
    Junction,
    Relationship,
)
from pgrest_wsgi.errors import AMBIGUOUS_RELATIONSHIP, NO_RELATIONSHIP, PgrestError
from pgrest_wsgi.hints import FuzzyNames
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import Form, JoinedColumns, ReadPlan, RowFunction

AnyRelationship = Relationship | ComputedRelationship


def find_relationship(
    catalog: Catalog, origin: QualifiedName, wanted: SelectedRelation
) -> AnyRelationship:
    """The relationship that a resource is embedded by. Raises PGRST200, PGRST201."""
    known = catalog.relationships.get((origin, origin.schema), ())
    found = [relationship for relationship in known if _is_wanted(relationship, wanted)]
    if not found and wanted.by_beginning:
        found = [relationship for relationship in known if _is_begun(relationship, wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(origin.name, wanted.name, found)
    raise _missing(catalog, origin, wanted)


# -- what a name or a hint may mean ---------------------------------------------------------------


def _is_wanted(relationship: AnyRelationship, wanted: SelectedRelation) -> bool:
    if isinstance(relationship, ComputedRelationship):
        return relationship.function.name == wanted.name
    if relationship.is_self:
        return _is_wanted_self(relationship, wanted)
    is_target = relationship.foreign_table.name == wanted.name
    if wanted.hint is not None:
        return is_target and wanted.hint in _hints(relationship)
    if relationship.foreign_table_is_view or relationship.junction is not None:
        return is_target
    return is_target or wanted.name in (relationship.constraint, _own_column(relationship))


def _is_wanted_self(relationship: Relationship, wanted: SelectedRelation) -> bool:
    """Of a table's two ways to itself, its name means the many, a column of its key the one."""
    if relationship.cardinality is Cardinality.ONE_TO_MANY:
        is_target = relationship.foreign_table.name == wanted.name
        return is_target and wanted.hint in (None, _foreign_column(relationship))
    if relationship.cardinality is Cardinality.MANY_TO_ONE:
        return wanted.hint is None and wanted.name == _own_column(relationship)
    return False


def _hints(relationship: Relationship) -> tuple[str | None, ...]:
    if relationship.junction is not None:
        return (relationship.junction.table.name,)
    return relationship.constraint, _own_column(relationship), _foreign_column(relationship)


def _own_column(relationship: Relationship) -> str | None:
    """The column of the origin, where the foreign key has only one."""
    return relationship.columns[0][0] if len(relationship.columns) == 1 else None


def _foreign_column(relationship: Relationship) -> str | None:
    return relationship.columns[0][1] if len(relationship.columns) == 1 else None


def _is_begun(relationship: AnyRelationship, wanted: SelectedRelation) -> bool:
    """Whether the name is a column of a key less its ``_id``, ``Fk`` and the like."""
    if isinstance(relationship, ComputedRelationship) or not relationship.is_to_one:
        return False
    column = _own_column(relationship)
    if column is None or not column.startswith(wanted.name):
        return False
    rest = column.removeprefix(wanted.name).removeprefix("_").lower()
    return rest in ("", "id", "fk") and _is_wanted(relationship, wanted._replace(name=column))


# -- what is told where there is none -------------------------------------------------------------


def _missing(
    catalog: Catalog, origin: QualifiedName, wanted: SelectedRelation
) -> RelationshipNotFoundError:
    using = f" using the hint '{wanted.hint}'" if wanted.hint is not None else ""
    error = NO_RELATIONSHIP(
        parent=origin.name, child=wanted.name, using=using, schema=origin.schema
    )
    known = catalog.relationships.get((origin, origin.schema))
    if known is None:
        wrong, similar = origin.name, catalog.find_related(origin)
    else:
        wrong, similar = wanted.name, _similar_target(known, wanted.name)
    name = similar and similar.name
    return RelationshipNotFoundError(error, similar, f"'{name}' instead of '{wrong}'.")


def _similar_target(known: Sequence[AnyRelationship], wrong: str) -> QualifiedName | None:
    """The table that the name is most like; none where it is right, and the hint is wrong."""
    tables = {relationship.foreign_table.name: relationship.foreign_table for relationship in known}
    found = FuzzyNames(tables).nearest(wrong)
    return tables[found] if found and found.lower() != wrong.lower() else None


# -- what is told where there are several ---------------------------------------------------------


def _ambiguous(origin: str, target: str, found: Sequence[AnyRelationship]) -> PgrestError:
    detected = [each for each in found if isinstance(each, Relationship)]
    return AMBIGUOUS_RELATIONSHIP(
        parent=origin,
        child=target,
        choices=", ".join(map(_choice, detected)),
        details=[_description(relationship) for relationship in detected],
    )


def _choice(relationship: Relationship) -> str:
    junction = relationship.junction
    hint = relationship.constraint if junction is None else junction.table.name
    return f"'{relationship.foreign_table.name}!{hint}'"


def _description(relationship: Relationship) -> dict[str, str]:
    table, foreign_table = relationship.table.name, relationship.foreign_table.name
    junction = relationship.junction
    if junction is None:
        own = _listed(own for own, _ in relationship.columns)
        foreign = _listed(foreign for _, foreign in relationship.columns)
        way = f"{relationship.constraint} using {table}{own} and {foreign_table}{foreign}"
    else:
        way = _junction_description(junction)
    return {
        "cardinality": relationship.cardinality.value,
        "embedding": f"{table} with {foreign_table}",
        "relationship": way,
    }


def _junction_description(junction: Junction) -> str:
    to_origin = junction.constraints[0] + _listed(own for _, own in junction.origin_columns)
    to_target = junction.constraints[1] + _listed(own for _, own in junction.target_columns)
    return f"{junction.table.name} using {to_origin} and {to_target}"


def _listed(names: Iterable[str]) -> str:
    return f"({', '.join(names)})"


# -- what is joined -------------------------------------------------------------------------------


def related_rows(relationship: AnyRelationship, parent: ReadPlan, depth: int) -> ReadPlan:
    """The rows that are related to a row of `parent`, with nothing selected of them yet.

    They go by the names that v16.2 gives them, which PostgreSQL's errors tell.
    """
    table = relationship.foreign_table
    alias = f"{table.name}_{depth}"
    if isinstance(relationship, ComputedRelationship):
        function = RowFunction(relationship.function, parent.rows.name, relationship.table)
        return ReadPlan(table, alias, function=function)
    if relationship.junction is None:
        own, foreign = parent.rows, QualifiedName("", alias)
        pairs = relationship.columns
        joined = tuple(JoinedColumns((foreign, theirs), (own, ours)) for ours, theirs in pairs)
        return ReadPlan(table, alias, joined=joined)
    return ReadPlan(
        table,
        junction=relationship.junction.table,
        joined=tuple(_junction_columns(relationship.junction, table, parent.rows)),
    )


def _junction_columns(
    junction: Junction, target: QualifiedName, origin: QualifiedName
) -> Iterable[JoinedColumns]:
    for column, own in junction.target_columns:
        yield JoinedColumns((junction.table, own), (target, column))
    for column, own in junction.origin_columns:
        yield JoinedColumns((junction.table, own), (origin, column))


def form_of(relationship: AnyRelationship, *, is_spread: bool) -> Form:
    """What becomes of the related rows."""
    if is_spread:
        return Form.COLUMNS if relationship.is_to_one else Form.COLUMN_ARRAYS
    return Form.OBJECT if relationship.is_to_one else Form.ARRAY


def is_shown(items: Sequence[SelectItem]) -> bool:
    """Whether anything is selected, here or further down."""
    return any(isinstance(item, SelectedField) or is_shown(item.items) for item in items)
