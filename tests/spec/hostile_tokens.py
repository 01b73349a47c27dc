"""Hostile tokens and the answer to each, where ``jwt-secret`` is a text.

The tokens are made by hand, for no library would make them. Those that are accepted stand beside
those that are not, to show where the border runs. The rows for keys are in `hostile_keys`;
`test_hostile_tokens` asks them all.

RFC 8725; https://docs.postgrest.org/en/v16/references/auth.html.
"""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

from jwt.algorithms import get_default_algorithms

from pgrest_wsgi.auth.jwt import LONGEST_TOKEN
from pgrest_wsgi.demo.server import SECRET
from tests.unit.auth.tokens import segment, sign

NOW = 1_800_000_000
AUDIENCE = "office"

CLAIMS = '{"role":"demo_member","sub":"alba"}'


class Answer(NamedTuple):
    """What is told to who sends a token; `rows` are those of the member whom it names."""

    status: int
    code: str = ""
    message: str = ""
    details: str | None = None
    rows: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row: what is hostile, the header Authorization, and the answer."""

    what: str
    authorization: str
    answer: Answer


def invalid(message: str, details: str | None = None) -> Answer:
    return Answer(401, "PGRST301", message, details)


def claimed(message: str) -> Answer:
    return Answer(401, "PGRST303", message)


def missing(role: str) -> Answer:
    return Answer(401, "22023", f'role "{role}" does not exist')


def parts(count: int) -> Answer:
    return invalid(f"Expected 3 parts in JWT; got {count}")


def no_number(claim: str) -> Answer:
    return claimed(f"The JWT '{claim}' claim must be a number")


MEMBER = Answer(200, rows=("alba",))
NOBODY = Answer(200)
EMPTY = invalid("Empty JWT is sent in Authorization header")
MALFORMED = invalid("JWT cryptographic operation failed")
TOO_LONG = invalid(f"JWT is longer than {LONGEST_TOKEN} characters")
UNSECURED = invalid(
    "Wrong or unsupported encoding algorithm",
    "JWT is unsecured but expected 'alg' was not 'none'",
)
NO_KEY = "No suitable key or wrong key type"
UNSUITABLE = invalid(NO_KEY, "No suitable key was found to decode the JWT")
UNSIGNED = invalid(NO_KEY, "None of the keys was able to decode the JWT")
NO_CLAIMS = claimed("Parsing claims failed")
EXPIRED = claimed("JWT expired")
NOT_YET = claimed("JWT not yet valid")
FROM_FUTURE = claimed("JWT issued at future")
NO_AUDIENCE = claimed("The JWT 'aud' claim must be a string or an array of strings")
NOT_FOR_US = claimed("JWT not in audience")
NUL = Answer(400, "22021", 'invalid byte sequence for encoding "UTF8": 0x00')
NO_TEXT = Answer(
    400,
    "22P05",
    "unsupported Unicode escape sequence",
    "\\u0000 cannot be converted to text.",
)


def rows(*tables: tuple[tuple[str, str, Answer], ...], before: str = "Bearer ") -> tuple[Row, ...]:
    return tuple(
        Row(what, before + token, answer) for table in tables for what, token, answer in table
    )


def header(text: str, claims: str = CLAIMS) -> str:
    """A token with this header, rightly signed by the secret as HS256 whatever it says."""
    return signed(segment(text.encode("utf-8", "surrogatepass")), segment(claims.encode()))


def signed(head: str, payload: str) -> str:
    """The same of segments as they are."""
    return f"{head}.{payload}.{mac(f'{head}.{payload}', SECRET.encode())}"


def mac(text: str, secret: bytes, algorithm: str = "HS256") -> str:
    return segment(get_default_algorithms()[algorithm].sign(text.encode(), secret))


def member(**members: object) -> str:
    """A token with other members in its header."""
    return header(json.dumps({"alg": "HS256", **members}))


NESTED = "[" * 5000 + "]" * 5000


def as_deep_as_python_reads() -> Answer:
    """Whether `NESTED` is too deep is the business of Python, which reads more since 3.13."""
    try:
        json.loads(NESTED)
    except RecursionError:
        return NO_CLAIMS
    return MEMBER


def claims(text: str) -> str:
    """A token that claims to be a member's, and this."""
    return header('{"alg":"HS256"}', f'{{"role":"demo_member","sub":"alba",{text}}}')


def payload(text: str) -> str:
    return header('{"alg":"HS256"}', text)


def role(value: object) -> str:
    return payload(json.dumps({"role": value, "sub": "alba"}))


GOOD = header('{"alg":"HS256"}')
HEAD, BODY, MAC = GOOD.split(".")
EDITOR, UNSECURED_HEAD = segment(b'{"role":"demo_editor"}'), segment(b'{"alg":"none"}')
LONG_NAME = "demo_member" * 500

# What the header Authorization holds. White space at its ends is the server's to remove.
SCHEMES = (
    ("nothing after the scheme", "Bearer", EMPTY),
    ("blanks after the scheme", "Bearer   ", EMPTY),
    ("scheme in lower case", f"bearer {GOOD}", MEMBER),
    ("tab after the scheme", f"Bearer\t{GOOD}", MEMBER),
    ("blanks around the token", f"Bearer \t {GOOD} \t", MEMBER),
    ("no-break space behind the token", f"Bearer {GOOD}\xa0", MALFORMED),
    ("tab in the token", f"Bearer {HEAD}\t.{BODY}.{MAC}", MALFORMED),
    ("two tokens", f"Bearer {GOOD} {GOOD}", parts(5)),
    ("two tokens with a comma", f"Bearer {GOOD}, Bearer {GOOD}", parts(5)),
    ("scheme twice", f"Bearer Bearer {GOOD}", MALFORMED),
    ("token in quotes", f'Bearer "{GOOD}"', MALFORMED),
    ("no scheme", GOOD, NOBODY),
    ("scheme with a colon", f"Bearer: {GOOD}", NOBODY),
    ("another scheme", f"Basic {GOOD}", NOBODY),
)

# What comes after "Bearer ".
FORMS = (
    ("one part", HEAD, parts(1)),
    ("two parts", f"{HEAD}.{BODY}", parts(2)),
    ("dot at the end", f"{GOOD}.", parts(4)),
    ("five parts, as of encrypted ones", f"{GOOD}.AA.AA", parts(5)),
    ("dots alone", "..", MALFORMED),
    ("empty header", signed("", BODY), MALFORMED),
    ("empty payload", signed(HEAD, ""), NO_CLAIMS),
    ("empty signature", f"{HEAD}.{BODY}.", UNSIGNED),
    ("padding", f"{GOOD}=", MALFORMED),
    ("signed padding", signed(f"{HEAD}=", BODY), MALFORMED),
    ("white space", signed(f"{HEAD} ", BODY), MALFORMED),
    ("line feed", signed(HEAD, f"{BODY}\n"), MALFORMED),
    ("the other alphabet", signed(HEAD, f"{BODY}/+"), MALFORMED),
    ("percent sign", signed(f"%65{HEAD[1:]}", BODY), MALFORMED),
    ("letters of other scripts", f"{HEAD}.{BODY}.é{MAC}", MALFORMED),
    ("a number of letters that no bytes have", signed(HEAD, "AAAAA"), MALFORMED),
    ("NUL", f"{GOOD}\0", MALFORMED),
    ("too long by one", "A" * (LONGEST_TOKEN + 1), TOO_LONG),
    ("too long, but right", claims(f'"x":"{"x" * LONGEST_TOKEN}"'), TOO_LONG),
    ("a megabyte of dots", "." * 1_000_000, TOO_LONG),
)

SIGNATURES = (
    ("another secret", sign(CLAIMS.encode(), secret=SECRET.upper()), UNSIGNED),
    ("an empty secret", sign(CLAIMS.encode(), secret=""), UNSIGNED),
    ("other claims", f"{HEAD}.{EDITOR}.{MAC}", UNSIGNED),
    ("signature cut short", f"{HEAD}.{BODY}.{MAC[:-8]}", UNSIGNED),
    ("signature with more behind", f"{GOOD}AAAA", UNSIGNED),
    ("signature in hex", f"{HEAD}.{BODY}.{base64.urlsafe_b64decode(MAC + '=').hex()}", UNSIGNED),
    ("signature of SHA-512", f"{HEAD}.{BODY}.{mac(f'{HEAD}.{BODY}', SECRET.encode(), 'HS512')}",
     UNSIGNED),
    ("signature of zeros", f"{HEAD}.{BODY}.{segment(bytes(32))}", UNSIGNED),
)  # fmt: skip

HEADERS = (
    *((f"alg {name!r}", member(alg=name), MALFORMED) for name in (
        "None", "NONE", "nOnE", " none", "none ", "", "hs256", "HS256\0", "HS", None, 0,
    )),
    ("alg none", member(alg="none"), UNSECURED),
    ("alg none without signature", f"{UNSECURED_HEAD}.{BODY}.", UNSECURED),
    ("no alg", header("{}"), MALFORMED),
    ("alg a list", member(alg=["HS256"]), MALFORMED),
    ("another alg of the family", member(alg="HS512"), UNSUITABLE),
    ("alg of public keys", member(alg="RS256"), UNSUITABLE),
    ("alg none, then ours: the last counts", header('{"alg":"none","alg":"HS256"}'), MEMBER),
    ("alg ours, then none", header('{"alg":"HS256","alg":"none"}'), UNSECURED),
    ("header a list", header('[{"alg":"HS256"}]'), MALFORMED),
    ("header a text", header('"HS256"'), MALFORMED),
    ("header null", header("null"), MALFORMED),
    ("header in UTF-16", signed(segment('{"alg":"HS256"}'.encode("utf-16")), BODY), MALFORMED),
    ("header after a byte order mark", header('\ufeff{"alg":"HS256"}'), MALFORMED),
    ("header with more behind", header('{"alg":"HS256"}{}'), MALFORMED),
    ("header with a constant of JavaScript", header('{"alg":"HS256","x":NaN}'), MALFORMED),
    ("header with a huge number", header(f'{{"alg":"HS256","x":{"9" * 9000}}}'), MALFORMED),
    ("header with ten thousand brackets", header('{"alg":"HS256","x":' + "[" * 9999), MALFORMED),
    ("header with half a surrogate", header('{"alg":"HS256","x":"\\ud800"}'), MALFORMED),
    ("header with a surrogate in bytes", header('{"alg":"HS256","x":"\ud800"}'), MALFORMED),
    ("kid a number", member(kid=1), MALFORMED),
    ("kid a list", member(kid=["one"]), MALFORMED),
    ("kid null", member(kid=None), MEMBER),
    *((f"kid {kid[:12]!r}", member(kid=kid), UNSUITABLE) for kid in (
        "", "one", "../../../../dev/null", "' or '1'='1", "| id", "\0", "http://127.0.0.1/",
        LONG_NAME,
    )),
    ("crit", member(crit=["exp"], exp=NOW), MALFORMED),
    ("crit empty", member(crit=[]), MALFORMED),
    ("payload not encoded", member(b64=False, crit=["b64"]), MALFORMED),
    ("enc", member(enc="A128GCM"), MALFORMED),
    ("zip: ignored", member(zip="DEF"), MEMBER),
    ("typ a number", member(typ=5), MALFORMED),
    ("typ of others: ignored", member(typ="dpop+jwt"), MEMBER),
    ("cty: a token in a token", header('{"alg":"HS256","cty":"JWT"}', GOOD), NO_CLAIMS),
    ("keys of its own: ignored", member(jwk={}, jku="x", x5u=5, x5c=[], x5t={}), MEMBER),
)  # fmt: skip

PAYLOADS = (
    ("claims a list", payload(f"[{CLAIMS}]"), NO_CLAIMS),
    ("claims a text", payload('"demo_member"'), NO_CLAIMS),
    ("claims null", payload("null"), NO_CLAIMS),
    ("claims with more behind", payload(f"{CLAIMS}{CLAIMS}"), NO_CLAIMS),
    ("claims in UTF-16", signed(HEAD, segment(CLAIMS.encode("utf-16"))), NO_CLAIMS),
    ("claims in Latin-1", signed(HEAD, segment(b'{"sub":"\xe9"}')), NO_CLAIMS),
    ("claims with NaN", claims('"x":NaN'), NO_CLAIMS),
    ("claims with -Infinity", claims('"exp":-Infinity'), NO_CLAIMS),
    ("claims with a number beyond all", claims('"x":1e999'), NO_CLAIMS),
    ("claims with thousands of digits", claims(f'"x":{"9" * 9000}'), NO_CLAIMS),
    ("claims with half a surrogate", claims('"x":"\\udc00"'), NO_CLAIMS),
    ("claims with half a surrogate in a name", claims('"\\udc00":1'), NO_CLAIMS),
    ("claims with open brackets", claims('"x":' + "[" * 9999), NO_CLAIMS),
    ("claims with thousands of brackets", claims(f'"x":{NESTED}'), as_deep_as_python_reads()),
    ("claims with control characters", claims('"x":"\1"'), NO_CLAIMS),
    ("role twice: the last counts",
     payload('{"role":"demo_editor","role":"demo_member","sub":"alba"}'), MEMBER),
    ("no role", payload('{"sub":"alba"}'), NOBODY),
    *((f"role {json.dumps(value)}", role(value), missing(name)) for value, name in (
        ("none", "none"), ("", ""), ("NONE", "NONE"), (None, "null"), (5, "5"), (True, "true"),
        (["demo_member"], '["demo_member"]'), ({"a": 1}, '{"a":1}'), ("DEMO_MEMBER", "DEMO_MEMBER"),
        (" demo_member", " demo_member"), ("demo_member;--", "demo_member;--"), ('"', '"'),
        ("' or 1=1", "' or 1=1"), ("public", "public"),
    )),
    ("role of thousands of letters: PostgreSQL's names have 63",
     role(LONG_NAME), missing(LONG_NAME[:63])),
    ("role with NUL", role("demo_member\0"), NUL),
    ("role of the login", role("demo_authenticator"),
     Answer(403, "42501", "permission denied for schema api")),
    ("sub with NUL", payload('{"role":"demo_member","sub":"al\\u0000ba"}'), NO_TEXT),
    ("role not granted", role("pg_read_all_data"),
     Answer(403, "42501", 'permission denied to set role "pg_read_all_data"')),
)  # fmt: skip

TIMES = (
    *((f"{name} {value}", claims(f'"{name}":{value}'), no_number(name))
      for name in ("exp", "nbf", "iat") for value in ('"1800000000"', '""', "true", "[]", "{}")),
    *((f"{name} null: none", claims(f'"{name}":null'), MEMBER) for name in ("exp", "nbf", "iat")),
    ("exp at the last second", claims(f'"exp":{NOW - 30}'), MEMBER),
    ("exp after it", claims(f'"exp":{NOW - 31}'), EXPIRED),
    ("exp negative", claims('"exp":-1'), EXPIRED),
    ("exp 0", claims('"exp":0'), EXPIRED),
    ("exp in an exponent", claims('"exp":1e-300'), EXPIRED),
    ("exp beyond 64 bits", claims('"exp":99999999999999999999'), MEMBER),
    ("exp beyond all", claims('"exp":1e999'), NO_CLAIMS),
    ("exp twice: the last counts", claims('"exp":9999999999,"exp":1'), EXPIRED),
    ("nbf at the first second", claims(f'"nbf":{NOW + 30}'), MEMBER),
    ("nbf before it", claims(f'"nbf":{NOW + 31}'), NOT_YET),
    ("nbf beyond 64 bits", claims('"nbf":99999999999999999999'), NOT_YET),
    ("iat at the last second", claims(f'"iat":{NOW + 30}'), MEMBER),
    ("iat after it", claims(f'"iat":{NOW + 31}'), FROM_FUTURE),
    ("iat negative", claims('"iat":-1'), MEMBER),
    *((f"aud {value}", claims(f'"aud":{value}'), NO_AUDIENCE)
      for value in ("5", "true", "{}", "[5]", '["office",null]', '[["office"]]')),
    *((f"aud {value}", claims(f'"aud":{value}'), NOT_FOR_US)
      for value in ('""', '"offic"', '"OFFICE"', '"office "', '"office\\u0000"', '["shop",""]')),
    *((f"aud {value}: ours", claims(f'"aud":{value}'), MEMBER)
      for value in ("null", "[]", '"office"', '["shop","office"]')),
)  # fmt: skip

SECRET_ROWS = rows(SCHEMES, before="") + rows(FORMS, SIGNATURES, HEADERS, PAYLOADS, TIMES)
