"""Generated requests that embed, spread, aggregate and order by what is embedded.

Names and relationships are right and their combination is left to chance, so that most requests
are answered; those of test_generated.py mostly are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.api import Api
from tests.spec.conftest import OpenApi

WAYS: dict[str, dict[str, str]] = {
    "films": {
        "people!director_id": "people",
        "writer_id": "people",
        "people!roles": "people",
        "films": "films",
        "sequel_of": "films",
        "box_office": "box_office",
        "reviews": "reviews",
        "roles": "roles",
        "screenings": "screenings",
        "latest_screening": "screenings",
        "ratings": "ratings",
    },
    "people": {"films!director_id": "films", "films!roles": "films", "roles": "roles"},
    "roles": {"films": "films", "people": "people"},
    "reviews": {"films": "films", "members": "members"},
    "members": {"reviews": "reviews"},
    "screenings": {"films": "films", "festivals": "festivals"},
    "festivals": {"screenings": "screenings"},
    "box_office": {"films": "films"},
    "ratings": {"films": "films"},
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "films": ("id", "title", "year", "facts->>format", "facts", "tags", "label", "licensed"),
    "people": ("id", "name", "born", "languages->0"),
    "roles": ("film_id", "person_id", "job", "character"),
    "reviews": ("id", "stars", "body", "written_at"),
    "members": ("id", "joined"),
    "screenings": ("room", "starts_at", "seats_sold"),
    "festivals": ("code", "year", "held"),
    "box_office": ("film_id", "budget", "takings"),
    "ratings": ("film_id", "stars"),
}
TO_ONE = ("people!director_id", "writer_id", "sequel_of", "box_office", "latest_screening")


class Ask(NamedTuple):
    """What is selected of a resource, and the parameters for it and what is embedded in it."""

    select: str
    parameters: tuple[str, ...]


@st.composite
def asks(draw: st.DrawFn, table: str, path: str = "", depth: int = 0) -> Ask:
    columns = draw(st.lists(st.sampled_from(COLUMNS[table]), max_size=3))
    items = [column_text(draw, column) for column in columns]
    parameters = [f"{path}{each}" for each in draw(st.lists(conditions(table), max_size=2))]
    if draw(st.booleans()) and columns:
        parameters.append(f"{path}order={columns[0]}.desc")
    if draw(st.booleans()):
        parameters.append(f"{path}limit={draw(st.integers(0, 3))}")
    ways = st.lists(st.sampled_from(sorted(WAYS[table])), max_size=2 if depth < 3 else 0)
    for way in draw(ways):
        alias = f"e{len(items)}"
        front = draw(st.sampled_from(("", f"{alias}:", "...")))
        name = alias if front == f"{alias}:" else way.partition("!")[0]
        below = draw(asks(WAYS[table][way], f"{path}{name}.", depth + 1))
        items.append(f"{front}{way}{draw(st.sampled_from(('', '!inner')))}({below.select})")
        parameters += below.parameters
        parameters += draw(st.sampled_from(((), (), (f"{path}{name}=is.null",))))
        if way in TO_ONE and draw(st.booleans()):
            parameters.append(f"{path}order={name}({COLUMNS[WAYS[table][way]][0]})")
    if draw(st.integers(0, 5)) == 0:
        items.append("count()")
    return Ask(",".join(items), tuple(parameters))


def column_text(draw: st.DrawFn, column: str) -> str:
    """A column, here and there with an alias, a cast, an aggregate."""
    alias = draw(st.sampled_from(("", "", "", "a:", "b:")))
    cast = draw(st.sampled_from(("", "", "::text")))
    aggregate = draw(st.sampled_from((*[""] * 8, ".max()", ".count()")))
    return f"{alias}{column}{cast}{aggregate}"


def conditions(table: str) -> st.SearchStrategy[str]:
    column = st.sampled_from(COLUMNS[table])
    return st.one_of(
        st.builds("{}=not.is.null".format, column),
        st.builds("or=({}.is.null,not.and({}.is.null,{}.is.null))".format, column, column, column),
    )


def test_answers_are_rows_or_refusals_and_never_a_syntax_error(open_api: OpenApi) -> None:
    api = open_api(db_aggregates_enabled=True, url_use_legacy_target_names=False)
    statuses: Counter[int] = Counter()
    whole = st.sampled_from(sorted(WAYS)).flatmap(
        lambda table: st.tuples(st.just(table), asks(table))
    )

    @settings(max_examples=600)
    @given(asked=whole, prefer=st.sampled_from(("", "count=exact", "count=planned")))
    def ask(asked: tuple[str, Ask], prefer: str) -> None:
        table, (select, parameters) = asked
        statuses[
            answer(api, f"/{table}?{'&'.join((f'select={select}', *parameters))}", prefer)
        ] += 1

    run: Callable[[], None] = ask
    run()
    assert statuses[200] + statuses[206] > 200, statuses


def answer(api: Api, path: str, prefer: str) -> int:
    """The status of an answer, which must be no failure of ours."""
    response = api.client.get(path, headers={"Prefer": prefer})
    assert response.status_code < 500, (path, response.text)
    assert "error=42601" not in response.headers.get("Proxy-Status", ""), (path, response.text)
    return response.status_code
