"""Choosing a function by the names of its arguments, and what is said where none fits."""

from __future__ import annotations

import pytest

from pgrest_wsgi.api.payload import PayloadKind
from pgrest_wsgi.catalog.missing import AmbiguousRoutineError, RoutineNotFoundError
from pgrest_wsgi.catalog.routine import Routine
from pgrest_wsgi.errors import PgrestError
from pgrest_wsgi.names import QualifiedName
from pgrest_wsgi.plan.overload import choose_routine
from tests.unit.routines import make_catalog, make_routine

JSON, CSV, FORM = PayloadKind.JSON, PayloadKind.CSV, PayloadKind.ARGUMENTS
PLAIN_TEXT, XML, OCTETS = PayloadKind.TEXT, PayloadKind.XML, PayloadKind.OCTETS

MOOR = QualifiedName("port", "moor")

JSON_WHOLE = make_routine("moor", " json")
JSONB_WHOLE = make_routine("moor", " jsonb")
TEXT_WHOLE = make_routine("moor", " text")
XML_WHOLE = make_routine("moor", " xml")
BYTES_WHOLE = make_routine("moor", " bytea")
BARE = make_routine("moor")


def choose(given: str, *overloads: Routine, body: PayloadKind | None = None) -> Routine:
    """Call ``moor`` with the arguments named in a text."""
    return choose_routine(make_catalog(*overloads), MOOR, frozenset(given.split()), body)


def failure(
    given: str, *routines: Routine, body: PayloadKind | None = None, name: QualifiedName = MOOR
) -> RoutineNotFoundError:
    with pytest.raises(RoutineNotFoundError) as caught:
        choose_routine(make_catalog(*routines), name, frozenset(given.split()), body)
    return caught.value


def ambiguity(given: str, *overloads: Routine, body: PayloadKind | None = None) -> PgrestError:
    """What is told to those who may call all of the functions."""
    with pytest.raises(AmbiguousRoutineError) as caught:
        choose(given, *overloads, body=body)
    error = caught.value.with_hint()
    assert (error.code, error.status) == ("PGRST203", 300)
    return error


class TestByName:
    @pytest.mark.parametrize(
        ("arguments", "fitting"),
        [
            ((), [""]),
            (("a text",), ["a"]),
            (("a text default",), ["", "a"]),
            (("a text", "b text"), ["a b"]),
            (("a text", "b text default"), ["a", "a b"]),
            (("a text default", "b text default"), ["", "a", "b", "a b"]),
            (("A text",), []),
        ],
    )
    @pytest.mark.parametrize("body", [None, JSON, CSV, FORM])
    def test_all_required_arguments_are_given_and_no_unknown_ones(
        self, arguments: tuple[str, ...], fitting: list[str], body: PayloadKind | None
    ) -> None:
        routine = make_routine("moor", *arguments)
        for given in ("", "a", "b", "a b", "a c", "a b c", "c"):
            if given in fitting:
                assert choose(given, routine, body=body) is routine
            else:
                assert failure(given, routine, body=body).code == "PGRST202"

    def test_overloads_are_told_apart(self) -> None:
        one, two = make_routine("moor", "a text"), make_routine("moor", "a text", "b text")
        assert choose("a", one, two) is one
        assert choose("a b", one, two) is two

    def test_functions_of_other_names_and_schemas_do_not_count(self) -> None:
        failure("", make_routine("moor"), name=QualifiedName("sea", "moor"))
        failure("", make_routine("moor"), name=QualifiedName("port", "Moor"))

    def test_types_do_not_tell_overloads_apart(self) -> None:
        error = ambiguity("at", make_routine("moor", "at integer"), make_routine("moor", "at text"))
        assert error.message == (
            "Could not choose the best candidate function between:"
            " port.moor(at => integer), port.moor(at => text)"
        )
        assert error.details is None
        assert error.hint == (
            "Try renaming the parameters or the function itself in the database"
            " so function overloading can be resolved"
        )

    def test_a_default_that_is_not_needed_does_not_tell_overloads_apart(self) -> None:
        error = ambiguity(
            "a", make_routine("moor", "a int"), make_routine("moor", "a int", "b int default")
        )
        assert error.message.endswith(": port.moor(a => int), port.moor(a => int, b => int)")


class TestByBody:
    @pytest.mark.parametrize(
        ("body", "routine"),
        [
            (JSON, JSON_WHOLE),
            (JSON, JSONB_WHOLE),
            (PLAIN_TEXT, TEXT_WHOLE),
            (XML, XML_WHOLE),
            (OCTETS, BYTES_WHOLE),
        ],
    )
    def test_a_single_argument_without_a_name_takes_a_body_of_its_type(
        self, body: PayloadKind, routine: Routine
    ) -> None:
        assert choose("a b", routine, body=body) is routine
        assert choose("", routine, body=body) is routine
        for other in {JSON, PLAIN_TEXT, XML, OCTETS, CSV, FORM, None} - {body}:
            failure("", routine, body=other)

    def test_it_is_chosen_by_the_type_of_the_body(self) -> None:
        overloads = (JSON_WHOLE, TEXT_WHOLE, XML_WHOLE, BYTES_WHOLE)
        assert choose("", *overloads, body=XML) is XML_WHOLE
        assert choose("", *overloads, body=JSON) is JSON_WHOLE

    def test_two_of_the_same_type_are_ambiguous(self) -> None:
        error = ambiguity("a", JSON_WHOLE, JSONB_WHOLE, body=JSON)
        assert error.message.endswith("between: port.moor( => json), port.moor( => jsonb)")

    def test_functions_that_take_the_arguments_by_name_go_first(self) -> None:
        named = make_routine("moor", "a text")
        assert choose("a", named, JSON_WHOLE, JSONB_WHOLE, body=JSON) is named
        assert choose("b", named, JSON_WHOLE, body=JSON) is JSON_WHOLE

    @pytest.mark.parametrize("body", [PLAIN_TEXT, XML, OCTETS])
    def test_a_raw_body_is_not_for_a_function_without_arguments(self, body: PayloadKind) -> None:
        failure("", BARE, body=body)
        assert choose("", BARE, BYTES_WHOLE, body=OCTETS) is BYTES_WHOLE

    def test_a_named_or_a_second_argument_takes_no_body(self) -> None:
        failure("", make_routine("moor", "doc json"), body=JSON)
        failure("", make_routine("moor", " json", "b text default"), body=JSON)


class TestNotFound:
    @pytest.mark.parametrize(
        ("given", "body", "signature", "searched"),
        [
            ("", None, " without parameters", " without parameters"),
            ("a", None, "(a)", " with parameter a"),
            ("b a", None, "(a, b)", " with parameters a, b"),
            ("b a B", FORM, "(B, a, b)", " with parameters B, a, b"),
            (
                "", JSON, " without parameters",
                " without parameters or with a single unnamed json/jsonb parameter",
            ),
            ("a", JSON, "(a)", " with parameter a or with a single unnamed json/jsonb parameter"),
            ("a", PLAIN_TEXT, "", " with a single unnamed text parameter"),
            ("", XML, "", " with a single unnamed xml parameter"),
            ("", OCTETS, "", " with a single unnamed bytea parameter"),
        ],
    )  # fmt: skip
    def test_what_was_searched_for_is_told(
        self, given: str, body: PayloadKind | None, signature: str, searched: str
    ) -> None:
        error = failure(given, body=body)
        assert (error.code, error.status) == ("PGRST202", 404)
        assert error.message == (
            f"Could not find the function port.moor{signature} in the schema cache"
        )
        assert error.details == (
            f"Searched for the function port.moor{searched},"
            " but no matches were found in the schema cache."
        )

    def test_braces_in_names_are_only_text(self) -> None:
        error = failure("{schema} {0}", name=QualifiedName("port", "{table}"))
        assert error.message == (
            "Could not find the function port.{table}({0}, {schema}) in the schema cache"
        )


class TestHint:
    def test_it_is_told_only_on_demand(self) -> None:
        error = failure("a", make_routine("moors"))
        assert error.hint is None
        assert error.with_hint().hint == "Perhaps you meant to call the function port.moors"

    @pytest.mark.parametrize("name", ["mo", "unlike"])
    def test_functions_too_unlike_are_not_similar(self, name: str) -> None:
        assert failure("", make_routine(name)).similar is None

    def test_functions_of_other_schemas_are_not_similar(self) -> None:
        error = failure("", make_routine("moors"), name=QualifiedName("sea", "moor"))
        assert error.similar is None

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("berht shipp nihgt", "(berth, night, ship)"),
            ("ship berth", "(berth, night, ship)"),
            ("buoys lines", "(buoy, line)"),
            ("line", "(buoy, line)"),
        ],
    )
    def test_of_a_known_function_the_likest_arguments_are_told(
        self, given: str, expected: str
    ) -> None:
        """Both are sorted before they are compared."""
        error = failure(
            given,
            make_routine("moor", "line text", "buoy text"),
            make_routine("moor", "ship text", "berth text", "night text"),
            make_routine("moors"),
        )
        assert error.similar == MOOR
        hint = f"Perhaps you meant to call the function port.moor{expected}"
        assert error.with_hint().hint == hint

    def test_an_argument_without_a_name_is_told_by_nothing(self) -> None:
        error = failure("", TEXT_WHOLE).with_hint()
        assert error.hint == "Perhaps you meant to call the function port.moor()"

    def test_of_a_known_function_no_other_one_is_told(self) -> None:
        error = failure("unlike", make_routine("moor", "a text"), make_routine("moors"))
        assert error.similar is None

    @pytest.mark.parametrize("body", [PLAIN_TEXT, XML, OCTETS])
    def test_a_raw_body_gets_none(self, body: PayloadKind) -> None:
        assert failure("", make_routine("moors"), body=body).similar is None
        assert failure("", make_routine("moor", "a text"), body=body).similar is None
