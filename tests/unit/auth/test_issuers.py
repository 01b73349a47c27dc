"""Issuers: what ``jwt-secret`` may say instead of holding a key, and which URLs may be asked."""

from __future__ import annotations

import pytest

from pgrest_wsgi.auth.issuers import DISCOVERY, Issuer, is_fetchable, read_issuers
from pgrest_wsgi.config.model import ConfigError
from tests.unit.auth.tokens import SECRET, key_set, make_jwk, public

BASE = "https://id.example.com"


@pytest.mark.parametrize(
    ("secret", "issuers"),
    [
        (f"{BASE}/keys", [Issuer(None, f"{BASE}/keys")]),
        (f" {BASE}/keys?policy=a\n", [Issuer(None, f"{BASE}/keys?policy=a")]),
        (f"{BASE}/realm{DISCOVERY}", [Issuer(f"{BASE}/realm")]),
        ("http://localhost:8080/keys", [Issuer(None, "http://localhost:8080/keys")]),
        (f'{{"issuer":"{BASE}/"}}', [Issuer(BASE)]),
        (f'{{"issuer":"a","jwks":"{BASE}/keys"}}', [Issuer("a", f"{BASE}/keys")]),
        (f'{{"issuer":"{BASE}","audience":"films"}}', [Issuer(BASE, None, "films")]),
        (
            f'[{{"issuer":"{BASE}"}}, {{"issuer":"b","jwks":"{BASE}/b"}}]',
            [Issuer(BASE), Issuer("b", f"{BASE}/b")],
        ),
    ],
)
def test_issuers_may_be_named_in_several_ways(secret: str, issuers: list[Issuer]) -> None:
    assert read_issuers(secret.encode()) == tuple(issuers)


@pytest.mark.parametrize(
    "secret",
    [
        SECRET.encode(),
        b"[a text that happens to begin with a bracket",
        b"httpsomething that is long enough to be a key",
        key_set(public(make_jwk("RSA"), issuer="https://id.example.com")),
        b'{"kty":"oct","k":"x","issuer":"a"}',
    ],
)
def test_keys_name_none(secret: bytes) -> None:
    """Not even where a provider writes into each key whose it is."""
    assert read_issuers(secret) == ()


def test_the_document_of_an_issuer_stands_below_it() -> None:
    assert Issuer(f"{BASE}/realm").source == f"{BASE}/realm/.well-known/openid-configuration"
    assert Issuer("a", f"{BASE}/keys").source == f"{BASE}/keys"


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("http://id.example.com/keys", "must name https URLs"),
        ("https://user:hunter2@id.example.com/keys", "must name https URLs"),
        (f"http://id.example.com{DISCOVERY}", "must name https URLs"),
        ('{"issuer":"a"}', "must name https URLs"),
        ('{"issuer":"a","jwks":"file:///hunter2"}', "must name https URLs"),
        ('{"issuer":"a","jwks":1}', "has an issuer without a name"),
        ('{"issuer":""}', "has an issuer without a name"),
        ('[{"jwks":"https://id.example.com/"}]', "has an issuer without a name"),
        ('{"issuer":"a","audiences":"hunter2"}', "must have issuers with issuer, jwks, audience"),
        ('[{"issuer":"https://a.example"},"hunter2"]', "must have issuers with issuer"),
        ('[{"issuer":"https://a"},{"issuer":"https://a/"}]', "must name each issuer once"),
        ('{"issuer":"hunter2",}', "begins like a list of issuers"),
        ('[{"issuer":' + "[" * 100_000, "begins like a list of issuers"),
    ],
)
def test_what_is_wrong_is_told_but_not_shown(secret: str, problem: str) -> None:
    """And never taken for the text of a secret."""
    with pytest.raises(ConfigError, match=rf"^jwt-secret: {problem}") as caught:
        read_issuers(secret.encode())
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///keys",
        "http://127.0.0.2/keys",
        "http://localhost.example.com/keys",
        "http://127.0.0.1@example.com/keys",
        "https://user@example.com/",
        "https://@example.com/",
        "https://example.com:port/",
        "https://example.com/#part",
        "https://exam\tple.com/",
        "https://example.com/a b",
        "https://exämple.com/",
        "https://[::1/",
        "file:///etc/passwd",
        "ftp://example.com/",
        "data:,{}",
        "//example.com/",
        "",
    ],
)
def test_only_https_is_asked_or_this_machine(url: str) -> None:
    assert not is_fetchable(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a/",
        "HTTPS://a",
        "https://[::1]:8443/k?x=1",
        "http://[::1]/k",
        "http://127.0.0.1:80",
    ],
)
def test_what_may_be_asked(url: str) -> None:
    assert is_fetchable(url)
