"""How specs ask an application: in-process, and strictly."""

from __future__ import annotations

import json
from typing import Any

import jwt
from psycopg.conninfo import conninfo_to_dict
from werkzeug.test import Client, TestResponse

from pgrest_wsgi import App
from pgrest_wsgi.demo.server import SECRET

JSON = "application/json; charset=utf-8"


class Api:
    """An application. Headers are keywords: ``Accept_Profile="api"``."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.client = Client(app, use_cookies=False)

    def get(
        self,
        path: str,
        status: int = 200,
        *,
        method: str = "GET",
        data: bytes | str | None = None,
        **headers: str,
    ) -> TestResponse:
        """The answer, which must have this status and agree with itself about its length."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.open(path, method=method, headers=sent, data=data)
        assert response.status_code == status, response.text[:300]
        if method != "HEAD" and status != 204:
            assert response.headers["Content-Length"] == str(len(response.data))
        return response

    def post(
        self, path: str, body: object = None, status: int = 200, **headers: str
    ) -> TestResponse:
        """The answer to a POST: of text and bytes as they are, of all else in JSON."""
        data = body if isinstance(body, str | bytes) else json.dumps(body or {})
        sent = {"Content_Type": "application/json", **headers}
        return self.get(path, status, method="POST", data=data, **sent)

    def rows(self, path: str, status: int = 200, **headers: str) -> Any:
        """The body of an answer in JSON."""
        response = self.get(path, status, **headers)
        assert response.headers["Content-Type"] == JSON
        return response.json

    def refuse(
        self,
        path: str,
        status: int,
        code: str,
        *,
        method: str = "GET",
        data: bytes | str | None = None,
        **headers: str,
    ) -> dict[str, Any]:
        """The body of a refusal, which must have all its keys, and name its code everywhere."""
        response = self.get(path, status, method=method, data=data, **headers)
        assert response.headers["Content-Type"] == JSON
        assert response.headers["Proxy-Status"] == f"PostgREST; error={code}"
        body = dict(response.json or {})
        assert list(body) == ["code", "details", "hint", "message"]
        assert body["code"] == code, body
        return body


def bearer(role: str, **claims: object) -> str:
    """The header Authorization of a role of the demo."""
    token = jwt.encode({"role": role, **claims}, SECRET, algorithm="HS256")
    return f"Bearer {token}"


def user_of(uri: str) -> str:
    """The role that a URI logs in as."""
    return str(conninfo_to_dict(uri)["user"])
