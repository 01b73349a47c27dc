"""`plan_action`: what a shape asks, against configuration and catalog."""

from __future__ import annotations

from pgrest_wsgi.api.shape import Action, Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.errors import INVALID_PREFERENCES
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import ReadAction, ReadPlan
from pgrest_wsgi.plan.negotiate import Handler, negotiate
from pgrest_wsgi.plan.read import plan_read


def plan_action(shape: Shape, config: Config, catalog: Catalog) -> ReadAction:
    """Plan a request. A pure function, for its result is cached by the shape.

    Raises PGRST107, 108, 118, 122, 123, 127, 200, 201, 205 where the request cannot be met.
    """
    table = catalog.find_table(QualifiedName(shape.schema, shape.target))
    read = plan_read(shape, config, catalog, ReadPlan(table.name))
    media_type, handler = negotiate(shape.accept)
    if shape.preferences.invalid:
        raise INVALID_PREFERENCES(preferences=", ".join(shape.preferences.invalid))
    return ReadAction(
        read.plan,
        media_type,
        Handler.NOTHING if shape.action is Action.READ_HEADERS else handler,
        shape.preferences.counted or _default_count(config),
        config.db_max_rows,
        read.renamed,
    )


def _default_count(config: Config) -> str | None:
    return None if config.db_default_count == "none" else config.db_default_count
