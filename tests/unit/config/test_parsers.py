"""Readers of single settings: what they take, what they make of it, what they refuse."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from pgrest_wsgi.config import parsers
from pgrest_wsgi.config.model import TransactionEnd
from pgrest_wsgi.config.settings import SETTINGS
from pgrest_wsgi.names import QualifiedName

PARSE = {setting.key: setting.parse for setting in SETTINGS}
LONG_SECRET = b"long-enough-to-be-a-secret-of-32-bytes"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("admin-server-port", "", None),
        ("admin-server-port", "3001", 3001),
        ("client-error-verbosity", "minimal", "minimal"),
        ("db-anon-role", "", None),
        ("db-anon-role", "web anon", "web anon"),
        ("db-channel-enabled", "true", True),
        ("db-channel-enabled", "FALSE", False),
        ("db-channel-enabled", '"True"', True),
        ("db-channel-enabled", "1", True),
        ("db-channel-enabled", "13", True),
        ("db-channel-enabled", "0", False),
        ("db-channel-enabled", "-1", False),
        ("db-default-count", "estimated", "estimated"),
        ("db-extra-search-path", "", ()),
        ("db-extra-search-path", "public, extensions", ("public", "extensions")),
        ("db-max-rows", "0", 0),
        ("db-max-rows", " 1000 ", 1000),
        ("db-max-rows", "", None),
        ("db-pool", "1", 1),
        ("db-pre-request", "check", QualifiedName("", "check")),
        ("db-pre-request", "auth.check", QualifiedName("auth", "check")),
        ("db-pre-request", "", None),
        ("db-schemas", "multi,   tenant,setup", ("multi", "tenant", "setup")),
        ("db-schemas", "api,,v 2,", ("api", "v 2")),
        ("db-tx-end", "rollback-allow-override", TransactionEnd.ROLLBACK_ALLOW_OVERRIDE),
        ("db-uri", "host=/tmp user=x", "host=/tmp user=x"),
        ("jwt-aud", "", None),
        ("jwt-aud", "any text [with] brackets", "any text [with] brackets"),
        ("jwt-aud", "https://example.com:8443/a%20b?c=d#e", "https://example.com:8443/a%20b?c=d#e"),
        ("jwt-aud", "urn:example:office", "urn:example:office"),
        ("jwt-aud", "http://[::1]:80", "http://[::1]:80"),
        ("jwt-cookie-name", "", None),
        ("jwt-cookie-name", "__Secure-a.b!", "__Secure-a.b!"),
        ("jwt-role-claim-key", "$.realm.roles[1]", "$.realm.roles[1]"),
        ("jwt-secret", "", None),
        ("jwt-secret", "grün", "grün".encode()),
        ("jwt-secret", "\udcff\udcfe", b"\xff\xfe"),
        ("log-level", "crit", "crit"),
        ("openapi-docs-path", "", None),
        ("openapi-docs-path", "/a/b-c.d", "/a/b-c.d"),
        ("openapi-mode", "disabled", "disabled"),
        ("openapi-server-proxy-uri", "", None),
        ("openapi-server-proxy-uri", "HTTPS://example.com", "HTTPS://example.com"),
        ("openapi-server-proxy-uri", "http://a.example:65535/b", "http://a.example:65535/b"),
        ("server-cors-allowed-origins", "", ()),
        ("server-cors-allowed-origins", "http://a, http://b", ("http://a", "http://b")),
        ("server-port", "0", 0),
        ("server-unix-socket-mode", "600", 0o600),
        ("server-unix-socket-mode", "0777", 0o777),
    ],
)
def test_text_becomes_value(key: str, text: str, value: object) -> None:
    """A good text is read as the value it stands for."""
    assert PARSE[key](text) == value


@pytest.mark.parametrize(
    ("key", "text", "allowed"),
    [
        ("admin-server-port", "65536", "0 to 65535"),
        ("client-error-verbosity", "loud", "verbose, minimal"),
        ("db-channel-enabled", "yes", "true, false or a whole number"),
        ("db-channel-enabled", "1.5", "true, false or a whole number"),
        ("db-channel-enabled", "", "true, false or a whole number"),
        ("db-default-count", "some", "none, exact, planned, estimated"),
        ("db-max-rows", "abc", "a whole number, 0 or more"),
        ("db-max-rows", "-1", "a whole number, 0 or more"),
        ("db-max-rows", "1_000", "a whole number, 0 or more"),
        ("db-max-rows", "1e3", "a whole number, 0 or more"),
        ("db-max-rows", "٣", "a whole number, 0 or more"),
        ("db-pool", "0", "a whole number, 1 or more"),
        ("db-schemas", "api, pg_catalog", "pg_catalog cannot be exposed"),
        ("db-schemas", "information_schema", "information_schema cannot be exposed"),
        ("db-schemas", " , ", "at least one"),
        ("db-tx-end", "maybe", "commit, commit-allow-override, rollback, rollback-allow-override"),
        ("jwt-aud", "https://example.com/a b", "must be a URI"),
        ("jwt-aud", "http://%%localhorst.invalid", "must be a URI"),
        ("jwt-aud", "http://localhost:port", "must be a URI"),
        ("jwt-aud", ":nothing", "must be a URI"),
        ("log-level", "Info", "crit, error, warn, info, debug"),
        *(("openapi-docs-path", path, "not a path") for path in ("docs", "/", "/a/", "/a b", "/é")),
        ("openapi-mode", "on", "follow-privileges, ignore-privileges, disabled"),
        ("openapi-server-proxy-uri", "example.com", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "ftp://example.com", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http:///path", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://me@example.com", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://example.com?", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://example.com#a", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://example.com:0", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://example.com:", "absolute http or https URI"),
        ("openapi-server-proxy-uri", "http://example.com:65536", "absolute http or https URI"),
        ("server-trace-header", "X Request Id", "not the name of a header"),
        ("server-trace-header", "X-Id: 1", "not the name of a header"),
        ("server-unix-socket-mode", "577", "octal file mode from 600 to 777"),
        ("server-unix-socket-mode", "1000", "octal file mode from 600 to 777"),
        ("server-unix-socket-mode", "668", "octal file mode from 600 to 777"),
        ("jwt-cookie-name", "a b", "no name of a cookie"),
        ("jwt-cookie-name", "a=b", "no name of a cookie"),
        ("jwt-cookie-name", "größe", "no name of a cookie"),
        ("server-unix-socket-mode", "0o660", "octal file mode from 600 to 777"),
    ],
)
def test_bad_text_is_refused(key: str, text: str, allowed: str) -> None:
    """A text that stands for nothing is refused, and the message says what would do."""
    with pytest.raises(ValueError, match=re.escape(allowed)):
        PARSE[key](text)


@pytest.mark.parametrize(
    ("content", "value"),
    [(b"secret\n", b"secret"), (b"secret\n\n", b"secret\n"), (b"\xff\x00", b"\xff\x00")],
)
def test_secret_in_a_file(tmp_path: Path, content: bytes, value: bytes) -> None:
    """A secret is read from its file as bytes; only the last line end is dropped."""
    (tmp_path / "secret").write_bytes(content)
    assert parsers.secret(f"@{tmp_path / 'secret'}") == value


def test_connection_string_in_a_file(tmp_path: Path) -> None:
    """A connection string is read from its file without the blanks around it."""
    (tmp_path / "uri").write_text(" postgresql://db/app\n")
    assert parsers.connection_string(f"@{tmp_path / 'uri'}") == "postgresql://db/app"


@pytest.mark.parametrize("key", ["db-uri", "jwt-secret"])
@pytest.mark.parametrize("path", ["no/such/file", "nul\0byte"])
def test_file_that_cannot_be_read(key: str, path: str) -> None:
    """The message about an unreadable file keeps its name: it may be a secret with an @."""
    with pytest.raises(ValueError, match="cannot be read") as refusal:
        PARSE[key]("@" + path)
    assert path not in str(refusal.value)


def test_connection_string_file_in_another_encoding(tmp_path: Path) -> None:
    """A connection string must be UTF-8; the message shows none of it."""
    (tmp_path / "uri").write_bytes(b"password=\xff")
    with pytest.raises(ValueError, match=r"^the file named after @ is not UTF-8$"):
        parsers.connection_string(f"@{tmp_path / 'uri'}")


@pytest.mark.parametrize(
    "encoded",
    [
        base64.b64encode(b"?>" * 20),
        base64.urlsafe_b64encode(b"?>" * 20),
        base64.urlsafe_b64encode(b"?>" * 20).replace(b"=", b".") + b"\n",
    ],
)
def test_base64_secret(encoded: bytes) -> None:
    """A secret in base64 is decoded, in both alphabets, with dots for padding."""
    assert parsers.usable_secret(encoded, True) == b"?>" * 20


@pytest.mark.parametrize("given", [b"?" * 40, b"abc", b"\xff" * 40])
def test_secret_that_is_not_base64(given: bytes) -> None:
    """What cannot be decoded is refused without being shown."""
    with pytest.raises(ValueError, match=r"^is not base64, which jwt-secret-is-base64 asks for$"):
        parsers.usable_secret(given, True)


@pytest.mark.parametrize(
    "given",
    [
        None,
        LONG_SECRET[:32],
        b'{"keys":[]}',
        b' {"kty":"oct", "k":"YQ"}\n',
        b"https://id.example.com/k",
        b'{"issuer":"https://a.b"}',
    ],
)
def test_secret_that_can_be_used(given: bytes | None) -> None:
    """A secret has 32 bytes, or is a JSON Web Key or a set of them, or names an issuer."""
    assert parsers.usable_secret(given, False) == given


@pytest.mark.parametrize("given", [LONG_SECRET[:31], b"", b'{"k":"YQ"}', b"[]", b"\xff"])
def test_secret_that_is_too_short(given: bytes) -> None:
    """Anything else that is short is refused without being shown."""
    with pytest.raises(ValueError, match=r"^is too short; at least 32 bytes are needed$"):
        parsers.usable_secret(given, False)


def test_length_counts_after_decoding() -> None:
    """A secret of 32 characters whose base64 stands for fewer bytes is too short."""
    with pytest.raises(ValueError, match="too short"):
        parsers.usable_secret(base64.b64encode(b"s" * 24), True)
