"""The original URL grammar: what it means, and that it takes nothing from today's."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgrest_wsgi.api.call import read_call
from pgrest_wsgi.api.fields import Parsed
from pgrest_wsgi.api.filters import Condition, Operand
from pgrest_wsgi.api.legacy import BOTH, OLD_OPERATORS, OLD_PREFERENCES, TODAYS, round_braces
from pgrest_wsgi.api.operators import IS_KEYWORDS, OPERATORS
from pgrest_wsgi.api.preferences import Preferences
from pgrest_wsgi.api.select import SelectedRelation, SelectItem, parse_select
from pgrest_wsgi.api.shape import Call
from pgrest_wsgi.config import read_config
from pgrest_wsgi.errors import PgrestError
from tests.unit.api.environs import make_request
from tests.unit.api.texts import TEXTS, outcome

CONFIGS = [read_config({"url_use_legacy_syntax": on}, {}) for on in (True, False)]

# -- select ---------------------------------------------------------------------------------------


def as_today(items: tuple[SelectItem, ...]) -> tuple[SelectItem, ...]:
    """Items as if all names of resources were whole; they must have been beginnings."""
    found: list[SelectItem] = []
    for item in items:
        if isinstance(item, SelectedRelation):
            assert item.by_beginning
            item = item._replace(items=as_today(item.items), by_beginning=False)
        found.append(item)
    return tuple(found)


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("id,name,clients{*}", "id,name,clients(*)"),
        ("bar{z,w,baz{*}}", "bar(z,w,baz(*))"),
        ("id, name, clients{ id, name }", "id,name,clients(id,name)"),
        ("clients { * } ,id", "clients(*),id"),
        ("client:client_id{id,n:name::text}", "client:client_id(id,n:name::text)"),
        ("clients!fk!inner{id},...firm{name}", "clients!fk!inner(id),...firm(name)"),
        ("clients{facts->a->>b,id},x", "clients(facts->a->>b,id),x"),
        ("a(b{c},d(e))", "a(b(c),d(e))"),
        ('"a{b"{"c}","\\"}",d->"{"}', '"a{b"("c}","\\"}",d->"{")'),
        ("clients{}", "clients()"),
    ],
)
def test_braces_embed_like_brackets(old: str, today: str) -> None:
    """Nested, renamed, with blanks, beside brackets; within quotes they are characters."""
    select = BOTH.select(old)
    assert as_today(select.value) == parse_select(today).value
    assert select.text == old


@pytest.mark.parametrize(
    "text",
    ["id,a{b", "a{b}}", "a{b)", "a(b}", "a{b,c(d},e)", "a{b}c", "a},b{c}", 'a{"b}', "a{b)}"],
)
def test_what_no_grammar_has_is_refused_in_todays_words(text: str) -> None:
    refusal = outcome(parse_select, text)
    assert isinstance(refusal, tuple)
    assert refusal[0] == "PGRST100"
    assert outcome(BOTH.select, text) == refusal


def test_names_in_round_brackets_are_whole_names() -> None:
    """Today's requests find no resource by the beginning of a column."""
    [item] = BOTH.select("client(*)").value
    assert isinstance(item, SelectedRelation)
    assert not item.by_beginning


# -- filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "condition", "operand"),
    [
        ("in.1,2,3", Condition("in"), ("1", "2", "3")),
        ("in.1", Condition("in"), ("1",)),
        ("in.a b,,c)", Condition("in"), ("a b", "", "c)")),
        ('in."a,b"', Condition("in"), ('"a', 'b"')),
        ("not.in.1,2", Condition("in", negated=True), ("1", "2")),
        ("notin.1,2", Condition("in", negated=True), ("1", "2")),
        ("not.notin.1,2", Condition("in"), ("1", "2")),
        ("notin.(1,2)", Condition("in", negated=True), ("1", "2")),
        ("isnot.null", Condition("is", negated=True, keyword="null"), ""),
        ("isnot.TRUE", Condition("is", negated=True, keyword="true"), ""),
        ("not.isnot.null", Condition("is", keyword="null"), ""),
        ("@@.cat&dog", Condition("fts"), "cat&dog"),
        ("not.@@.cat", Condition("fts", negated=True), "cat"),
        ("@>.{a,b}", Condition("cs"), "{a,b}"),
        ("<@.{1,\n2}", Condition("cd"), "{1,\n2}"),
        ("not.<@.{1}", Condition("cd", negated=True), "{1}"),
    ],
)
def test_old_operators(text: str, condition: Condition, operand: Operand) -> None:
    """They become today's; behind ``not.`` they are turned round. Only commas part a bare list."""
    assert BOTH.condition(text) == (condition, operand)
    with pytest.raises(PgrestError, match="failed to parse filter"):
        TODAYS.condition(text)


def test_every_old_operator_is_one_of_today() -> None:
    names = {name.removeprefix("not.") for name in OLD_OPERATORS.values()}
    assert names <= {row.name for row in OPERATORS}


@pytest.mark.parametrize(
    "text",
    [
        "in.",
        "in.(1,2",
        "in. (1",
        "notin.",
        "notin.(1",
        "isnot.maybe",
        "isnot.",
        "@@",
        "not.x.1",
        "1",
    ],
)
def test_what_is_no_filter_is_refused_in_todays_words(text: str) -> None:
    refusal = outcome(TODAYS.condition, text)
    assert isinstance(refusal, tuple)
    assert refusal[0] == "PGRST100"
    assert outcome(BOTH.condition, text) == refusal


@pytest.mark.parametrize(
    ("text", "is_filter"),
    [("isnot.null", False), ("@@.cat", False), ("1,2", False), ("in.1,2", True), ("eq.1", True)],
)
def test_an_argument_of_a_function_stays_one(text: str, is_filter: bool) -> None:
    """Only what today begins like a filter, and is refused, becomes one."""
    assert BOTH.is_condition(text) is is_filter


# -- Prefer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "preferences"),
    [
        ("plurality=singular", Preferences(plurality="singular", counted="none")),
        ("plurality=plural", Preferences()),
        ("count=none", Preferences(counted="none")),
        ("plurality=singular ; count=exact", Preferences(plurality="singular", counted="none")),
        ("count=none;return=minimal", Preferences(counted="none", returning="minimal")),
        ("return=minimal; plurality=plural", Preferences(returning="minimal")),
        ("count=exact, count=none", Preferences(counted="exact")),
        ("handling=strict, count=none", Preferences(counted="none", handling="strict")),
        ("return=minimal;count=exact", Preferences()),
    ],
)
def test_old_preferences(header: str, preferences: Preferences) -> None:
    """Semicolons part preferences where one of them is old; a single row is never counted."""
    assert BOTH.prefer(header)[0] == preferences


# -- what it leaves alone -------------------------------------------------------------------------

words = st.sampled_from(("id", "a b", "ships", '"a{b}"', '"x,("', "ä", "$1", "a-b"))
keys = st.sampled_from(("->k", "->>k{1}", "->{", "->a}b->>0", '->"{x}"', ""))
columns = st.builds(
    "{}{}{}{}".format, st.sampled_from(("", "x:")), words, keys, st.sampled_from(("", "::text"))
)
resources = st.sampled_from(("{}({})", "x:{}({})", "{}!fk({})", "{}!inner({})", "...{}({})"))
selects = st.recursive(
    columns | st.sampled_from(("*", "count()", "id.sum()")),
    lambda inner: st.builds(
        lambda form, name, items: form.format(name, ",".join(items)),
        resources,
        words,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
operands = st.sampled_from(
    ("1,2", "{a,b}", "(1)", "in.1", "isnot.null", "@>.{}", "a{b}")
) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
conditions = st.one_of(
    st.builds(
        "{}{}.{}".format,
        st.sampled_from(("", "not.")),
        st.sampled_from([row.name for row in OPERATORS if row.name not in ("in", "is")]),
        operands,
    ),
    st.sampled_from([f"is.{keyword}" for keyword in IS_KEYWORDS]),
    st.sampled_from(("in.(1,2)", 'in.("a,b",{c})', "not.in.(a{b})", "in.()", "in. (x) ")),
)
trees = st.lists(
    st.builds("{}.{}".format, words, st.sampled_from(("eq.{a}", "is.null", "in.(1)", "cs.{a,b}"))),
    min_size=1,
).map(",".join)
headers = st.sampled_from(("count=exact", "count=exact; x", "return=minimal;tx=rollback", "a{b}"))
parameters = st.one_of(
    st.tuples(st.just("select"), st.lists(selects, max_size=4).map(",".join)),
    st.tuples(words, conditions),
    st.tuples(st.sampled_from(("or", "not.and")), trees.map("({})".format)),
    st.tuples(st.just("order"), st.sampled_from(("id.desc", "a->k{1}", "ships(id)"))),
)


def read_both(query: str, path: str, header: str) -> list[Call]:
    requests = [make_request(query, path, HTTP_PREFER=header) for _ in CONFIGS]
    return [read_call(*each) for each in zip(requests, CONFIGS, strict=True)]


@given(st.lists(parameters, max_size=5), st.sampled_from(("/ships", "/rpc/sail")), headers)
def test_todays_requests_mean_the_same(
    pairs: list[tuple[str, str]], path: str, header: str
) -> None:
    """What v16.2 understands has one shape and the same values, whatever the setting."""
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    both, today = read_both(query, path, header)
    assert both.shape == today.shape
    assert both.shape.select.value == today.shape.select.value  # equal ones have only equal texts
    assert both.values.operands == today.values.operands
    assert both.values.arguments == today.values.arguments


def meaning(parse: Callable[[str], object], text: str) -> object:
    found = outcome(parse, text)
    return found.value if isinstance(found, Parsed) else found


@given(TEXTS, st.sampled_from(("select", "condition", "is_condition")))
def test_any_text_means_the_same_or_was_refused(text: str, reader: str) -> None:
    """The old grammar is asked only where today's refuses; what it refuses too stays as it was."""
    today = meaning(getattr(TODAYS, reader), text)
    both = meaning(getattr(BOTH, reader), text)
    if both != today:
        assert isinstance(today, tuple)
        assert today[0] == "PGRST100"
        assert not isinstance(both, tuple) or isinstance(both[0], Condition)


@given(TEXTS.filter(lambda text: not any(word in text for word in OLD_PREFERENCES)))
def test_headers_without_old_words_are_read_as_today(header: str) -> None:
    assert BOTH.prefer(header) == TODAYS.prefer(header)


@given(TEXTS.filter(lambda text: "{" not in text and "}" not in text))
def test_texts_without_braces_are_not_rewritten(text: str) -> None:
    assert round_braces(text) == text
