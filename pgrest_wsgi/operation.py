"""Operations: what a shape compiles to, and how a request's values run through it.

``Shape × Config × Catalog → Operation`` is pure and cached (`snapshot`); a run is
``Operation × Values × Identity → Work → Result → Response``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pgrest_wsgi.api.shape import Shape, Values
from pgrest_wsgi.bind import (
    Template,
    constant_binder,
    role_step,
    session_template,
    statement_template,
)
from pgrest_wsgi.catalog.catalog import Catalog
from pgrest_wsgi.catalog.model import RoleSettings
from pgrest_wsgi.config.model import Config
from pgrest_wsgi.identity import Identity
from pgrest_wsgi.openapi.describe import describer
from pgrest_wsgi.openapi.original import table_describer
from pgrest_wsgi.plan.action import plan_action
from pgrest_wsgi.plan.model import ActionPlan, DescriptionPlan, InspectPlan, MethodsPlan
from pgrest_wsgi.response.answers import render
from pgrest_wsgi.response.model import Response
from pgrest_wsgi.response.recipe import (
    Recipe,
    description_recipe,
    inspect_recipe,
    methods_recipe,
    recipe_for,
)
from pgrest_wsgi.sql.envelope import explain_statement, main_statement
from pgrest_wsgi.sql.inspect import inspect_statement
from pgrest_wsgi.sql.session import call_statement, session_statement
from pgrest_wsgi.work import Result, Work


class Operation(NamedTuple):
    """A compiled shape: the statements of its transaction, and the recipe of its answer.

    `main` is the place of the main statement; one behind it asks the planner for the total. What
    needs no database has no statements.
    `isolation` is the called function's own, and goes before that of the role. `route` is the path
    of the target.
    """

    templates: tuple[Template, ...]
    main: int
    recipe: Recipe
    role_settings: Mapping[str, RoleSettings]
    route: str
    isolation: str | None = None
    rolls_back: bool = False
    writes: bool = False

    def bind(self, values: Values, identity: Identity) -> Work:
        """Fill the parameters with the values of one request."""
        steps = tuple([template.bind(values, identity) for template in self.templates])
        check = self.recipe.check_before_commit(values)
        work = Work(
            steps, self.main, identity.authenticated, self.isolation, check, self.rolls_back,
            self.writes,
        )  # fmt: skip
        role = self.role_settings.get(identity.role)
        if role is None:
            return work
        return work._replace(
            steps=(role_step(role), *steps),
            main=self.main + 1,
            isolation=self.isolation or role.isolation,
        )

    def render(self, result: Result, values: Values) -> Response:
        """Make the answer of what the database answered."""
        return render(self.recipe, result, values)


def compile_operation(shape: Shape, config: Config, catalog: Catalog) -> Operation:
    """Compile a shape. No value of any request is in reach here.

    Raises PgrestError where the request cannot be met.
    """
    plan = plan_action(shape, config, catalog)
    if isinstance(plan, MethodsPlan):
        return Operation((), 0, methods_recipe(shape, plan), {}, shape.route)
    if isinstance(plan, InspectPlan):
        describe = describer(plan.schema, plan.media_type, config, catalog)
        recipe = inspect_recipe(shape, plan, describe)
        return compile_inspection(shape, plan, recipe, config, catalog)
    if isinstance(plan, DescriptionPlan):
        describe = table_describer(plan.table, catalog.relationships)
        recipe = description_recipe(shape, plan, describe)
        return compile_inspection(shape, plan.inspection, recipe, config, catalog)
    opening = opening_templates(
        shape, config, read_only=plan.read_only, function_settings=plan.settings
    )
    statements = [main_statement(plan)]
    explain = explain_statement(plan)
    if explain is not None:
        statements.append(explain)
    return Operation(
        (*opening, *map(statement_template, statements)),
        len(opening),
        recipe_for(shape, plan, config),
        catalog.role_settings,
        shape.route,
        plan.isolation,
        rolls_back(shape, plan, config),
        writes=not plan.read_only,
    )


def compile_inspection(
    shape: Shape, plan: InspectPlan, recipe: Recipe, config: Config, catalog: Catalog
) -> Operation:
    """Compile the question what the role may use, of which the recipe makes the answer."""
    opening = opening_templates(shape, config, read_only=True)
    sql, parameters = inspect_statement(plan)
    question = Template(sql, tuple(map(constant_binder, parameters)))
    return Operation((*opening, question), len(opening), recipe, catalog.role_settings, shape.route)


def opening_templates(
    shape: Shape,
    config: Config,
    *,
    read_only: bool,
    function_settings: tuple[tuple[str, str], ...] = (),
) -> tuple[Template, ...]:
    """What every transaction begins with: its settings, and ``db-pre-request``."""
    session = session_statement(
        config, shape.schema,
        read_only=read_only, timezone=shape.preferences.timezone, settings=function_settings,
    )  # fmt: skip
    if config.db_pre_request is None:
        return (session_template(session),)
    return session_template(session), Template(call_statement(config.db_pre_request))


def rolls_back(shape: Shape, action: ActionPlan, config: Config) -> bool:
    """Whether the transaction ends undone. What only reads ends the same either way."""
    if action.read_only:
        return False
    chosen = shape.preferences.transaction
    return config.db_tx_end.rolls_back if chosen is None else chosen == "rollback"
