"""A snapshot: configuration and catalog in force together, and the operations compiled for them.

What is compiled dies with what it was compiled from: a reload replaces the snapshot.
"""

from __future__ import annotations

from functools import lru_cache

from pgrest_wsgi.api.shape import WITHOUT_ROWS, Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.operation import Operation, compile_operation

OPERATIONS_LIMIT = 1000

# The longest request text whose shape is kept; longer ones are seldom asked twice, and 1,000 of
# them would be a lot of memory (psycopg met the same: a 100 MB cache of long queries).
SHAPE_TEXT_LIMIT = 8192


class Snapshot:
    """One configuration and one catalog. Safe to use from many threads."""

    def __init__(self, config: Config, catalog: Catalog) -> None:
        self.config = config
        self.catalog = catalog
        self._compiled = lru_cache(maxsize=OPERATIONS_LIMIT)(self._compile)

    def operation(self, shape: Shape, text_length: int) -> Operation:
        """The operation of a shape that was cut from `text_length` characters of query.

        Raises PgrestError where the request cannot be met; failures are not kept.
        """
        # What is about no rows keeps nothing of that text, and documents are dear to make.
        if text_length > SHAPE_TEXT_LIMIT and shape.action not in WITHOUT_ROWS:
            return self._compile(shape)
        return self._compiled(shape)

    def compiled_count(self) -> int:
        """How many operations are kept."""
        return self._compiled.cache_info().currsize

    def _compile(self, shape: Shape) -> Operation:
        return compile_operation(shape, self.config, self.catalog)
