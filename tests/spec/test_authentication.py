"""Authentication: who asks, by tokens of all kinds or by the word of the host, over HTTP.

https://docs.postgrest.org/en/v16/references/auth.html
"""

from __future__ import annotations

import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from jwt.algorithms import OKPAlgorithm

from pgrest_wsgi import Identity, PgrestError, make_app
from pgrest_wsgi.api.request import Request
from pgrest_wsgi.config import Config, ConfigError
from pgrest_wsgi.observe import CatalogLoaded, Event, UnexpectedError
from tests.spec.api import Api, bearer
from tests.spec.conftest import OpenApi

DRAFTS = "/reviews?published=is.false&select=member_id"


def refuse(api: Api, code: str, message: str, authorization: str, path: str = "/films") -> None:
    """Ask with a token that must be refused with 401, in these words."""
    body = api.refuse(path, 401, code, Authorization=authorization)
    assert (body["message"], body["hint"]) == (message, None)
    challenge = api.get(path, 401, Authorization=authorization).headers["WWW-Authenticate"]
    assert challenge == f'Bearer error="invalid_token", error_description="{message}"'


class TestTokens:
    def test_one_in_its_time_is_its_roles(self, api: Api) -> None:
        now = int(time.time())
        token = bearer("demo_member", sub="alba", exp=now + 60, nbf=now - 60, iat=now)
        assert {row["member_id"] for row in api.rows(DRAFTS, Authorization=token)} == {"alba"}

    def test_an_expired_one_is_nobodys(self, api: Api) -> None:
        """Not even where nobody would have been answered, and before anything else is looked at."""
        token = bearer("demo_member", exp=int(time.time()) - 60)
        for path in ("/films?limit=1", "/no_such_table"):
            refuse(api, "PGRST303", "JWT expired", token, path)
        assert api.get("/films", 401, method="HEAD", Authorization=token).data == b""

    def test_one_that_is_none(self, api: Api) -> None:
        refuse(api, "PGRST301", "Expected 3 parts in JWT; got 1", "Bearer x")
        refuse(api, "PGRST301", "Empty JWT is sent in Authorization header", "Bearer ")
        refuse(api, "PGRST301", "JWT cryptographic operation failed", "Bearer x.y.z")

    def test_the_audience_must_be_ours(self, open_api: OpenApi) -> None:
        api = open_api(jwt_aud="office")
        for audience in ("office", ["shop", "office"], [], None):
            api.rows("/films?limit=1", Authorization=bearer("demo_member", aud=audience))
        refuse(api, "PGRST303", "JWT not in audience", bearer("demo_member", aud="offices"))

    def test_without_a_secret_none_is_read(self, open_api: OpenApi) -> None:
        api = open_api(jwt_secret=None)
        api.rows("/films?limit=1")
        body = api.refuse("/films", 500, "PGRST300", Authorization="Bearer nonsense")
        assert body["message"] == "Server lacks JWT secret"

    def test_without_an_anonymous_role_one_is_required(self, open_api: OpenApi) -> None:
        api = open_api(db_anon_role=None)
        assert api.refuse("/films", 401, "PGRST302")["message"] == "Anonymous access is disabled"
        assert api.get("/films", 401).headers["WWW-Authenticate"] == "Bearer"
        api.rows("/films?limit=1", Authorization=bearer("demo_member"))

    def test_the_role_may_stand_deep_in_the_claims(self, open_api: OpenApi) -> None:
        api = open_api(jwt_role_claim_key="$.groups[?search(@, '^demo_')]")
        token = bearer("nobody", groups=["staff", "demo_member"], sub="alba")
        assert {row["member_id"] for row in api.rows(DRAFTS, Authorization=token)} == {"alba"}

    def test_the_older_syntax_of_paths_works_and_is_logged(
        self, open_api: OpenApi, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = open_api(jwt_role_claim_key='.groups[?(@ ^== "demo_")]')
        assert "the value of jwt-role-claim-key is deprecated: write a JSON path" in caplog.text
        assert api.rows(DRAFTS, Authorization=bearer("nobody", groups=["x", "demo_editor"]))

    def test_keys_of_a_set_verify_them(self, open_api: OpenApi) -> None:
        private = ed25519.Ed25519PrivateKey.generate()
        public = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
        api = open_api(jwt_secret=json.dumps({"keys": [{**public, "kid": "one"}]}))
        claims = {"role": "demo_member", "sub": "alba"}
        for name, status in (("one", 200), ("two", 401)):
            token = jwt.encode(claims, private, "EdDSA", headers={"kid": name})
            api.get(DRAFTS, status, Authorization=f"Bearer {token}")

    def test_keys_that_cannot_be_used_stop_the_start(self, open_api: OpenApi) -> None:
        with pytest.raises(ConfigError, match=r"^jwt-secret: has a key of type RSA"):
            open_api(jwt_secret='{"kty":"RSA","e":"AQAB"}')

    def test_the_secret_is_told_nowhere(self, api: Api) -> None:
        secret = api.app.config.jwt_secret
        assert secret is not None
        assert secret.decode() not in repr(api.app.config)


def session_of(request: Request, config: Config) -> Identity | None:
    """A host's word: the server in front has checked a user; ``guest`` may not come in."""
    user = request.environ.get("REMOTE_USER")
    if user == "guest":
        raise PgrestError("GUEST", 403, "No guests today", hint=config.db_anon_role)
    if user == "broken":
        raise RuntimeError("secret of the host")
    return Identity("demo_member", {"sub": user, "level": 5}) if user else None


@pytest.fixture(scope="module")
def hosted(open_api: OpenApi) -> Api:
    return open_api(authenticate=session_of)


class TestHost:
    def ask(self, hosted: Api, user: str, **headers: str) -> tuple[int, object]:
        answer = hosted.client.get(DRAFTS, environ_base={"REMOTE_USER": user}, headers=headers)
        return answer.status_code, answer.json

    def test_it_may_know_who_asks(self, hosted: Api) -> None:
        """Its claims count in policies like those of a token."""
        status, rows = self.ask(hosted, "alba")
        token = bearer("demo_member", sub="alba")
        assert (status, rows) == (200, hosted.rows(DRAFTS, Authorization=token))
        assert rows

    def test_it_comes_before_the_token(self, hosted: Api) -> None:
        assert self.ask(hosted, "alba", Authorization="Bearer nonsense")[0] == 200

    def test_it_may_leave_the_request_to_the_token(self, hosted: Api) -> None:
        assert hosted.rows(DRAFTS) == []
        assert hosted.rows(DRAFTS, Authorization=bearer("demo_editor"))
        refuse(hosted, "PGRST301", "Expected 3 parts in JWT; got 1", "Bearer nonsense")

    def test_it_may_refuse(self, hosted: Api) -> None:
        body = {"code": "GUEST", "details": None, "hint": "demo_anon", "message": "No guests today"}
        assert self.ask(hosted, "guest") == (403, body)

    def test_its_failure_is_told_to_observers_only(self, demo_uri: str) -> None:
        events: list[Event] = []
        app = make_app(
            db_uri=demo_uri,
            db_schemas="api",
            db_anon_role="demo_anon",
            authenticate=session_of,
            observers=[events.append],
        )
        status, body = self.ask(Api(app), "broken")
        app.close()
        assert (status, "secret of the host" in str(body)) == (500, False)
        kinds = [type(event) for event in events]
        assert CatalogLoaded in kinds
        assert kinds.count(UnexpectedError) == 1
