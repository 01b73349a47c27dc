"""The role within the claims: JSON paths, and the older syntax."""

from __future__ import annotations

from typing import Any

import pytest

from pgrest_wsgi.auth.role import read_role_path
from pgrest_wsgi.config.model import ConfigError
from pgrest_wsgi.errors import PgrestError

GROUPS = {"groups": ["guest", 5, "pg_writer", "pg_owner"]}


def read(path: str, claims: dict[str, Any]) -> str | None:
    return read_role_path(path).read(claims)


@pytest.mark.parametrize(
    ("path", "claims", "role"),
    [
        ("$.role", {"role": "writer"}, "writer"),
        ("$.role", {"group": "writer"}, None),
        ("$['role']", {"role": "writer"}, "writer"),
        ("$.realm.roles[1]", {"realm": {"roles": ["x", "writer"]}}, "writer"),
        ("$.realm.roles[-1]", {"realm": {"roles": ["x", "writer"]}}, "writer"),
        ("$.realm.roles[1]", {"realm": {"roles": ["x"]}}, None),
        ("$.realm.roles[1]", {"realm": "x"}, None),
        ("$['https://example.com/role'].key", {"https://example.com/role": {"key": "a"}}, "a"),
        ("$.groups[?(@ == 'pg_owner')]", GROUPS, "pg_owner"),
        ("$.groups[?@ == 'nobody']", GROUPS, None),
        ("$.groups[?search(@, '^pg_')]", GROUPS, "pg_writer"),
        ("$.groups[?search(@, '^pg_') && @ != 'pg_writer']", GROUPS, "pg_owner"),
        ("$..role", {"realm": {"role": "writer"}}, "writer"),
    ],
)
def test_a_json_path_finds_the_first(path: str, claims: dict[str, Any], role: str | None) -> None:
    assert read(path, claims) == role
    assert not read_role_path(path).deprecated


@pytest.mark.parametrize(
    ("path", "claims", "role"),
    [
        (".role", {"role": "writer"}, "writer"),
        (".role", {}, None),
        (".realm.a_role$@", {"realm": {"a_role$@": "writer"}}, "writer"),
        (
            '."https://example.com/roles"[0].value',
            {"https://example.com/roles": [{"value": "a"}]},
            "a",
        ),
        (".realm.roles[1]", {"realm": {"roles": ["x", "writer"]}}, "writer"),
        (".realm.roles[3]", {"realm": {"roles": ["x", "writer"]}}, None),
        (".realm[0]", {"realm": "text"}, None),
        (".realm.a", {"realm": ["a"]}, None),
        ('.groups[?(@ == "pg_owner")]', GROUPS, "pg_owner"),
        ('.groups[?(@ != "guest")]', GROUPS, "pg_writer"),
        ('.groups[?(@ ^== "pg_")]', GROUPS, "pg_writer"),
        ('.groups[?(@ ==^ "ner")]', GROUPS, "pg_owner"),
        ('.groups[?(@*=="own")]', GROUPS, "pg_owner"),
        ('.groups[?(@ == "nobody")]', GROUPS, None),
        ('.groups[?(@ == "a")]', {"groups": {"b": "a"}}, None),
    ],
)
def test_the_older_syntax_still_works(path: str, claims: dict[str, Any], role: str | None) -> None:
    assert read(path, claims) == role
    assert read_role_path(path).deprecated


@pytest.mark.parametrize(
    ("claim", "role"),
    [({"a": 1}, '{"a":1}'), ([1, "é"], '[1,"é"]'), (None, "null"), (True, "true"), (5, "5")],
)
@pytest.mark.parametrize("path", ["$.role", "$..role", ".role"])
def test_what_is_no_text_is_a_role_that_cannot_exist(path: str, claim: object, role: str) -> None:
    """It must never be taken for a missing claim: that would let the token in as anonymous."""
    assert read(path, {"role": claim}) == role


@pytest.mark.parametrize(
    "path",
    [
        *("role", "1234", "role.other", "@@.role.other", "$.my_role;;domain", ".my_role;;domain"),
        *(
            ".role##",
            ".#$$%&$%/",
            ".role[?(@ =)]",
            ".",
            ".role[",
            ".role[-1]",
            " $.role",
            "$.role ",
        ),
        '.groups[?(@ == "a")].name',
        "$.groups[?length(@) == 1]",
        "$.a | $.b",
        "$.groups[?@ =~ /a/]",
    ],
)
def test_what_is_no_path_is_refused_by_name(path: str) -> None:
    """Extensions of RFC 9535, and its functions that v16.2 does not have, are none either."""
    with pytest.raises(ConfigError) as caught:
        read_role_path(path)
    (problem,) = caught.value.problems
    assert problem.startswith(f'jwt-role-claim-key: "{path}" is no JSON path (RFC 9535): ')


def test_the_search_for_a_role_has_an_end() -> None:
    """Of claims that are nested deep, the token is refused and not the server broken."""
    claims: dict[str, Any] = {}
    for _ in range(200):
        claims = {"deeper": claims}
    with pytest.raises(PgrestError, match="Parsing claims failed"):
        read("$..role", claims)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("$.role", "role"),
        ("$['a role']", "a role"),
        ("$.a.b", None),
        ("$..a", None),
        (".role", None),
    ],
)
def test_the_usual_path_is_but_a_name(path: str, key: str | None) -> None:
    assert read_role_path(path).key == key
