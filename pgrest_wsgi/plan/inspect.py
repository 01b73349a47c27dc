"""What is told of the API itself: its document, and the methods that a target knows.

Upstream: https://docs.postgrest.org/en/v16/references/api/openapi.html, options.html.
"""

from __future__ import annotations

from pgrest_wsgi.api.media_types import JSON
from pgrest_wsgi.api.shape import Shape
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import Table
from pgrest_wsgi.catalog.routine import Routine, Volatility
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.model import DescriptionPlan, InspectPlan, MethodsPlan

READING = ("OPTIONS", "GET", "HEAD")


def plan_inspection(shape: Shape, config: Config) -> InspectPlan:
    """Plan the document that the root answers."""
    [media_type] = shape.accept
    return InspectPlan(shape.schema, media_type, config.openapi_mode == "follow-privileges")


def plan_description(shape: Shape, config: Config, catalog: Catalog) -> DescriptionPlan:
    """Plan the description of a table. Raises PGRST205."""
    table = catalog.find_table(QualifiedName(shape.schema, shape.target))
    follows = config.openapi_mode == "follow-privileges"
    return DescriptionPlan(
        table, InspectPlan(shape.schema, JSON, follows), MethodsPlan(table_methods(table))
    )


def table_methods(table: Table) -> tuple[str, ...]:
    """By what the relation can do at all, never by what a role is allowed to do."""
    able = {
        "POST": table.insertable,
        "PUT": table.insertable and table.updatable and bool(table.primary_key),
        "PATCH": table.updatable,
        "DELETE": table.deletable,
    }
    return (*READING, *(method for method, is_able in able.items() if is_able))


def routine_methods(routine: Routine) -> tuple[str, ...]:
    """POST, and the methods that read where the function does nothing else."""
    if routine.volatility is Volatility.VOLATILE:
        return ("OPTIONS", "POST")
    return (*READING, "POST")
