"""How rows of one relation belong to rows of another, as plain values.

https://docs.postgrest.org/en/stable/references/api/resource_embedding.html. How relationships are
found out is in `relations`; how a request names one is the planner's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, TypeAlias

from pgrest_wsgi.names import QualifiedName

ColumnPairs: TypeAlias = tuple[tuple[str, str], ...]


class Cardinality(Enum):
    """How many rows belong to how many; the values are the words of PGRST201."""

    ONE_TO_MANY = "one-to-many"
    MANY_TO_ONE = "many-to-one"
    ONE_TO_ONE = "one-to-one"
    MANY_TO_MANY = "many-to-many"


class Junction(NamedTuple):
    """The table or view between the two others of a many-to-many relationship.

    `constraints` are the foreign keys that lead from it to the origin and to the target.
    `origin_columns` pair a column of the origin with one of the junction, `target_columns` a
    column of the target with one of the junction.
    """

    table: QualifiedName
    constraints: tuple[str, str]
    origin_columns: ColumnPairs
    target_columns: ColumnPairs


class Relationship(NamedTuple):
    """What a foreign key makes of its two tables, or of views that show its columns.

    `table` is the origin and `foreign_table` the target; `columns` pair a column of the former
    with one of the latter. Many-to-many has a `junction` instead, and neither `constraint` nor
    `columns`. `is_inverse` is true of a relationship that leads against its foreign key.
    """

    table: QualifiedName
    foreign_table: QualifiedName
    cardinality: Cardinality
    constraint: str
    columns: ColumnPairs
    junction: Junction | None
    is_self: bool
    table_is_view: bool
    foreign_table_is_view: bool
    is_inverse: bool = False

    @property
    def is_to_one(self) -> bool:
        """Tell whether a row of the origin has at most one row of the target."""
        return self.cardinality in (Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_ONE)


class ComputedRelationship(NamedTuple):
    """A function from a row of `table` to rows of `foreign_table`.

    https://docs.postgrest.org/en/stable/references/api/resource_embedding.html#computed-relationships
    """

    function: QualifiedName
    table: QualifiedName
    foreign_table: QualifiedName
    is_to_one: bool
    is_self: bool


Relationships: TypeAlias = Mapping[
    tuple[QualifiedName, str], tuple[Relationship | ComputedRelationship, ...]
]
"""By origin and schema of the target (of the function, where one computes the relationship)."""
