"""Fetching keys from a real server: what is taken, and all that is refused."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from pgrest_wsgi.auth import fetch
from pgrest_wsgi.auth.fetch import FetchError, fetch_key_set, public_keys
from pgrest_wsgi.auth.issuers import DISCOVERY, Issuer
from tests.unit.auth.certificates import make_certificate
from tests.unit.auth.provider import KEYS, Handler, Provider, dripping, page, serving_keys
from tests.unit.auth.tokens import key_set, make_jwk, public


def by_url(provider: Provider) -> Issuer:
    return Issuer(None, provider.url)


class TestKeySet:
    def test_it_comes_from_its_url(self, provider: Provider) -> None:
        provider.publish(make_jwk("RSA"))
        assert fetch_key_set(by_url(provider)) == [public(make_jwk("RSA"))]

    def test_or_from_the_one_that_the_issuer_names(self, provider: Provider) -> None:
        provider.publish(make_jwk("RSA"))
        assert fetch_key_set(Issuer(provider.name)) == [public(make_jwk("RSA"))]

    @pytest.mark.parametrize(
        ("answer", "problem"),
        [
            (page(b"gone", 404), "HTTP Error 404"),
            (page(b"", 500), "HTTP Error 500"),
            (page(b"<html>Please log in</html>"), "the answer is no JSON"),
            (page(b""), "the answer is no JSON"),
            (page(b"\xff\xfe\x00{"), "the answer is no JSON"),
            (page(b"[" * 200_000), "the answer is no JSON"),
            (page(b"[]"), "the answer is no JSON object"),
            (page(b"{}"), "the answer holds no list of keys"),
            (page(b'{"keys":{"a":1}}'), "the answer holds no list of keys"),
            (page(b'{"keys":[' + b" " * 600_000 + b"]}"), "the answer has more than 524288 bytes"),
            (page(b"", 302, Location="/elsewhere"), "HTTP Error 302"),
            (page(b"", 307, Location="file:///etc/passwd"), "HTTP Error 307"),
            (page(b"", 308, Location="ftp://127.0.0.1/"), "HTTP Error 308"),
            (lambda request: request.wfile.write(b"nonsense\r\n\r\n"), ".+"),
            (lambda request: None, "Remote end closed connection"),
        ],
    )
    def test_another_answer_is_a_failure(
        self, provider: Provider, answer: Handler, problem: str
    ) -> None:
        """Redirects are not followed, wherever they lead."""
        provider.pages["/elsewhere"] = page(key_set(public(make_jwk("RSA"))))
        provider.pages[KEYS] = answer
        with pytest.raises(FetchError, match=f"^{problem}"):
            fetch_key_set(by_url(provider))

    def test_silence_is_one(self, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fetch, "SILENCE_SECONDS", 0.1)
        provider.publish(make_jwk("RSA"))
        provider.pause = 0.5
        with pytest.raises(FetchError, match="timed out"):
            fetch_key_set(by_url(provider))

    def test_so_is_an_answer_without_end(
        self, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetch, "ANSWER_SECONDS", 0.1)
        provider.pages[KEYS] = dripping(b" ", 0.03, 20)
        with pytest.raises(FetchError, match="takes more than"):
            fetch_key_set(by_url(provider))

    def test_so_is_nobody(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            with pytest.raises(FetchError, match="refused"):
                fetch_key_set(Issuer(None, f"http://127.0.0.1:{port}/"))


class TestEncryption:
    def test_a_certificate_must_be_trusted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By the machine, or by the file that OpenSSL's own variable names."""
        with serving_keys(make_certificate(tmp_path / "own.pem")) as provider:
            provider.publish(make_jwk("RSA"))
            for issuer in (by_url(provider), Issuer(provider.name)):
                with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
                    fetch_key_set(issuer)
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
            for issuer in (by_url(provider), Issuer(provider.name)):
                assert fetch_key_set(issuer) == [public(make_jwk("RSA"))]

    def test_none_is_left_for_less(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An encrypted document cannot name keys that are not."""
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
        with serving_keys(make_certificate(tmp_path / "own.pem")) as provider:
            provider.describe(provider.name, provider.url.replace("https:", "http:"))
            with pytest.raises(FetchError, match="no jwks_uri that may be asked"):
                fetch_key_set(Issuer(provider.name))


class TestDiscovery:
    @pytest.mark.parametrize("name", ["https://other.example.com", None, 1, ""])
    def test_a_document_must_be_the_issuers_own(self, provider: Provider, name: object) -> None:
        provider.publish(make_jwk("RSA"))
        provider.describe(name, provider.url)
        with pytest.raises(FetchError, match="another issuer's"):
            fetch_key_set(Issuer(provider.name))

    def test_its_last_slash_means_nothing(self, provider: Provider) -> None:
        provider.publish(make_jwk("RSA"))
        provider.describe(f"{provider.name}/", provider.url)
        assert fetch_key_set(Issuer(provider.name))

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "http://example.com/",
            "https://example.com/",
            "/keys",
            None,
            [],
            "",
        ],
    )
    def test_it_may_not_send_us_anywhere(self, provider: Provider, url: object) -> None:
        """Neither to other schemes nor without encryption."""
        provider.describe(provider.name, url)
        with pytest.raises(FetchError, match="no jwks_uri that may be asked"):
            fetch_key_set(Issuer(provider.name))

    def test_without_one_there_are_no_keys(self, provider: Provider) -> None:
        del provider.pages[DISCOVERY]
        with pytest.raises(FetchError, match="HTTP Error 404"):
            fetch_key_set(Issuer(provider.name))


class TestPublicKeys:
    def test_what_cannot_be_used_is_passed_over(self) -> None:
        """A provider may have keys of kinds that are not known yet, or be careless with one."""
        careless = {"kty": "RSA", "n": "!", "e": "AQAB"}
        future = {"kty": "AKP", "alg": "ML-DSA-44", "pub": "x"}
        jwks = [careless, future, {}, public(make_jwk("P-256"), kid="good")]
        assert [key.name for key in public_keys(jwks)] == ["good"]

    def test_a_secret_that_is_published_is_none(self) -> None:
        secret = make_jwk("oct")
        assert len(public_keys([secret, public(make_jwk("P-256"))])) == 1
        with pytest.raises(FetchError, match="no key that can verify"):
            public_keys([secret])

    def test_what_is_no_object_is_no_key(self, provider: Provider) -> None:
        provider.pages[KEYS] = page(json.dumps({"keys": [1, "a", None, []]}).encode())
        assert fetch_key_set(by_url(provider)) == []
