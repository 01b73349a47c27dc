"""Spread columns, and where they are aggregated."""

from __future__ import annotations

import pytest

from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.plan.model import Embed, Form, PlannedField, SpreadColumn
from pgrest_wsgi.plan.spread import aggregates
from tests.unit.plan.harbour import make_config, plan

CONFIG = make_config(db_aggregates_enabled=True)


def embed(select: str) -> Embed:
    """The one resource that a request embeds in ships."""
    [found] = plan(f"select=id,{select}", config=CONFIG).read.embeds
    return found


def names(select: str) -> list[str]:
    return [column.name for column in embed(select).columns]


def test_columns_go_by_their_aliases() -> None:
    spread = embed("...permits(fee,paid:fee::text)")
    assert spread.form is Form.COLUMNS
    assert spread.columns == (SpreadColumn("fee"), SpreadColumn("paid"))


def test_a_star_is_written_out_where_columns_become_arrays() -> None:
    assert names("...permits(*)") == ["*"]
    assert names("...logs(*)") == ["id", "ship", "day", "corrects"]
    assert names("...permits(ships(*))") == ["ships"]


def test_embeds_in_a_spread_are_columns_of_it() -> None:
    assert names("...logs(day,corrects(id),...ships(name))") == ["day", "corrects", "name"]
    assert names("...logs(corrects())") == []


def test_aggregates_of_a_to_one_spread_are_the_parents() -> None:
    spread = embed("...permits(fee.max()::text,n:count())")
    assert spread.columns == (
        SpreadColumn("max", "max", "max", "text"),
        SpreadColumn("n", "n", "count"),
    )
    assert [output.aggregate for output in spread.plan.outputs] == [None, None]
    assert spread.plan.outputs[1].field == PlannedField("*", is_row=True)


def test_they_go_up_through_several_spreads() -> None:
    spread = embed("...permits(...ships(name.max()))")
    assert spread.columns == (SpreadColumn("max", "max", "max"),)
    [inner] = spread.plan.embeds
    assert inner.columns == (SpreadColumn("max"),)
    assert not aggregates(spread.plan)


def test_they_stay_in_what_is_no_spread() -> None:
    [inner] = embed("logs(...ships(id.max()))").plan.embeds
    assert inner.columns == (SpreadColumn("max", "max", "max"),)
    assert aggregates(embed("logs(...ships(id.max()))").plan)
    assert aggregates(embed("logs(count())").plan)
    assert not aggregates(embed("logs(id)").plan)


@pytest.mark.parametrize("select", ["...logs(count())", "...crews(...shifts(...ships(id.max())))"])
def test_in_a_to_many_spread_they_are_refused(select: str) -> None:
    with pytest.raises(PgrestError) as caught:
        embed(select)
    assert caught.value.code == "PGRST127"
