"""Random small schemas with rows, and joins over them in plain Python.

What is drawn here is known to both sides of a property: PostgreSQL has it as tables, the test as
dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import NamedTuple

Row = dict[str, int | None]
Pairs = tuple[tuple[str, str], ...]

VALUES = (None, 0, 1, 2, 3)


class ForeignKey(NamedTuple):
    """The pairs have a column of the table and the one of the target that it refers to."""

    name: str
    target: str
    pairs: Pairs
    unique: bool = False


class Table(NamedTuple):
    """A table; besides its `key` and foreign keys it has the columns ``v`` and ``w``."""

    name: str
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        own = [column for key in self.foreign_keys for column, _ in key.pairs]
        return tuple(dict.fromkeys((*self.key, *own, "v", "w")))


class Way(NamedTuple):
    """How a request goes from one table to another: `text` is ``name!hint`` or a name."""

    origin: str
    target: str
    text: str
    is_one: bool
    pairs: Pairs
    junction: str | None = None
    far_pairs: Pairs = ()  # of the junction and the target

    @property
    def name(self) -> str:
        return self.text.partition("!")[0]


class Schema(NamedTuple):
    """Tables by name, and all ways between them."""

    name: str
    tables: dict[str, Table]
    ways: tuple[Way, ...]

    def __repr__(self) -> str:
        return self.name

    def follow(self, way: Way, row: Row) -> list[Row]:
        """The rows related to a row."""
        targets = self.tables[way.target].rows
        if way.junction is None:
            return [other for other in targets if match(row, other, way.pairs)]
        between = [each for each in self.tables[way.junction].rows if match(row, each, way.pairs)]
        return [other for each in between for other in targets if match(each, other, way.far_pairs)]


def match(row: Row, other: Row, pairs: Pairs) -> bool:
    """Whether columns are equal, as in SQL: no NULL equals anything."""
    return all(row[ours] is not None and row[ours] == other[theirs] for ours, theirs in pairs)


# -- drawing --------------------------------------------------------------------------------------


def draw_schema(name: str, seed: int) -> Schema:
    """Four tables, some with keys of two columns, and two junctions."""
    random = Random(seed)
    tables: dict[str, Table] = {}
    for number in range(4):
        table = draw_table(f"t{number}", random, tables)
        tables[table.name] = table
    for number in range(2):
        one, other = random.sample([f"t{each}" for each in range(4)], 2)
        tables[f"j{number}"] = draw_junction(f"j{number}", random, tables[one], tables[other])
    return Schema(name, tables, tuple(find_ways(tables)))


def draw_table(name: str, random: Random, known: dict[str, Table]) -> Table:
    key = random.choice((("id",), ("a", "b")))
    targets = [table for table in known.values() if random.random() < 0.7]
    foreign_keys = [
        point_to(name, number, target, unique=random.random() < 0.3)
        for number, target in enumerate([*targets, *random.sample(targets, len(targets) // 2)])
    ]
    rows: list[Row] = []
    for number in range(random.randint(2, 7)):
        values = (number,) if len(key) == 1 else divmod(number, 2)
        row: Row = dict(zip(key, values, strict=True))
        row |= {"v": random.choice(VALUES), "w": random.choice(VALUES)}
        for foreign_key in foreign_keys:
            row |= draw_reference(foreign_key, known[foreign_key.target], rows, random)
        rows.append(row)
    if key == ("id",):
        own = ForeignKey(f"{name}_self", name, (("up", "id"),))
        foreign_keys.append(own)
        for row in rows:
            row["up"] = random.choice([None, *(each["id"] for each in rows)])
    return Table(name, key, tuple(foreign_keys), tuple(rows))


def point_to(origin: str, number: int, target: Table, *, unique: bool) -> ForeignKey:
    pairs = tuple((f"f{number}{column}", column) for column in target.key)
    return ForeignKey(f"{origin}_{number}", target.name, pairs, unique)


def draw_reference(
    foreign_key: ForeignKey, target: Table, so_far: list[Row], random: Random
) -> Row:
    """Values of a foreign key for a new row, now and then none."""
    taken = [tuple(row[column] for column, _ in foreign_key.pairs) for row in so_far]
    free = [
        values
        for values in (tuple(row[column] for _, column in foreign_key.pairs) for row in target.rows)
        if not (foreign_key.unique and values in taken)
    ]
    if not free or random.random() < 0.2:
        return {column: None for column, _ in foreign_key.pairs}
    return dict(zip((column for column, _ in foreign_key.pairs), random.choice(free), strict=True))


def draw_junction(name: str, random: Random, one: Table, other: Table) -> Table:
    keys = (point_to(name, 0, one, unique=False), point_to(name, 1, other, unique=False))
    rows = tuple(
        {ours: left[theirs] for ours, theirs in keys[0].pairs}
        | {ours: right[theirs] for ours, theirs in keys[1].pairs}
        | {"v": random.choice(VALUES), "w": random.choice(VALUES)}
        for left, right in product(one.rows, other.rows)
        if random.random() < 0.4
    )
    return Table(name, tuple(ours for key in keys for ours, _ in key.pairs), keys, rows)


# -- ways -----------------------------------------------------------------------------------------


def find_ways(tables: dict[str, Table]) -> Iterator[Way]:
    for table in tables.values():
        for key in table.foreign_keys:
            yield from ways_of(table.name, key)
        if table.name.startswith("j"):
            one, other = table.foreign_keys
            yield from (through(table.name, one, other), through(table.name, other, one))


def ways_of(origin: str, key: ForeignKey) -> Iterator[Way]:
    """A foreign key there and back; one to its own table has names of its own."""
    back = swap(key.pairs)
    if key.target == origin:
        [(column, _)] = key.pairs
        yield Way(origin, origin, column, True, key.pairs)
        yield Way(origin, origin, f"{origin}!{column}", False, back)
    else:
        yield Way(origin, key.target, f"{key.target}!{key.name}", True, key.pairs)
        yield Way(key.target, origin, f"{origin}!{key.name}", key.unique, back)


def through(junction: str, one: ForeignKey, other: ForeignKey) -> Way:
    text = f"{other.target}!{junction}"
    return Way(one.target, other.target, text, False, swap(one.pairs), junction, other.pairs)


def swap(pairs: Pairs) -> Pairs:
    return tuple((theirs, ours) for ours, theirs in pairs)


# -- SQL ------------------------------------------------------------------------------------------


def script(schema: Schema) -> str:
    """What creates and fills a schema."""
    lines = [f"create schema {schema.name};"]
    for table in schema.tables.values():
        columns = ", ".join(f"{column} int" for column in table.columns)
        lines.append(f"create table {schema.name}.{table.name} ({columns}")
        lines.append(f", primary key ({', '.join(table.key)})")
        lines += [constraint(schema.name, key) for key in table.foreign_keys]
        lines.append(");")
        for row in table.rows:
            values = ", ".join("null" if row[c] is None else str(row[c]) for c in table.columns)
            lines.append(f"insert into {schema.name}.{table.name} values ({values});")
    # Rows may refer to later ones of their own table.
    return "\n".join(lines)


def constraint(schema: str, key: ForeignKey) -> str:
    own, theirs = (", ".join(names) for names in zip(*key.pairs, strict=True))
    unique = f", unique ({own})" if key.unique else ""
    return (
        f", constraint {key.name} foreign key ({own}) references {schema}.{key.target} ({theirs})"
        f" deferrable initially deferred{unique}"
    )
