"""Isolation under load: whatever goes wrong with requests, nobody gets what is another's.

32 threads ask as 64 identities over four connections of one gunicorn. Reads, writes and function
calls, errors, timeouts, rollbacks and clients that hang up follow each other in another order in
each thread. Every answer is compared as a whole with what this identity alone may see.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import jwt
import pytest

from pgrest_wsgi.demo.postgres import change_uri
from tests.server.api import SCRIPT, SECONDS, SECRET
from tests.server.inspected import WINDOW
from tests.server.test_gunicorn import free_port, serving

THREADS = 32
TURNS = 30  # of each identity; a thread has two
CONNECTIONS = 4
NOBODY = "crowd_0"  # the anonymous role

OWN_SCRIPT = """
create table api.notes (
  owner text not null default current_setting('request.jwt.claims')::json ->> 'sub',
  role text not null default current_user, number int not null);
alter table api.notes enable row level security;
create policy own on api.notes
  using (owner = current_setting('request.jwt.claims')::json ->> 'sub');
grant select, insert, delete on api.notes to public;
create function api.me() returns json language sql stable as $$
  select json_build_object(
    'user', current_user, 'role', current_setting('role'),
    'claims', current_setting('request.jwt.claims')::json,
    'path', current_setting('search_path'), 'method', current_setting('request.method'),
    'cookies', current_setting('request.cookies')::json,
    'header', current_setting('request.headers')::json ->> 'x-number',
    'zone', current_setting('TimeZone'), 'house', current_setting('app.settings.house'),
    'mark', coalesce(current_setting('request.mark', true), ''),
    'timeout', current_setting('statement_timeout'))
$$;
create function api.too_slow() returns void language sql volatile
  set statement_timeout = '40ms' as $$ select pg_sleep(5) $$;
create function api.nap() returns json language sql volatile as $$
  select api.me() from (select pg_sleep(0.02)) as slept $$;
create function api.refuse() returns void language plpgsql as $$ begin
  insert into api.notes (number) values (0);
  perform set_config('request.mark', current_user, true);
  raise sqlstate 'PT418' using message = 'not for ' || current_user;
end $$;
create function api.status() returns json language sql volatile as $$
  select set_config('response.status', '203', true), set_config('request.mark', 'left', true);
  select api.me() $$;
"""


class Member:
    """One identity, asking over a connection of its own; counts the notes it has."""

    def __init__(self, port: int, number: int) -> None:
        self.number = number
        self.role = f"crowd_{number % 32}"
        self.claims = {"role": self.role, "sub": f"member {number}", "secret": "x" * number}
        self.zone = f"Etc/GMT+{number % 12}"
        self.notes = 0
        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.headers = {
            "Authorization": f"Bearer {jwt.encode(self.claims, SECRET, 'HS256')}",
            "X-Number": str(number),
            "Cookie": f"seat={number}",
            "Content-Type": "application/json",
        }

    def ask(
        self, method: str, path: str, body: object = None, prefer: str = "", **headers: str
    ) -> tuple[int, Any]:
        """Status and body of an answer."""
        sent = {**self.headers, "Prefer": f"timezone={self.zone}, {prefer}", **headers}
        content = None if body is None else json.dumps(body)
        self.connection.request(method, path, content, sent)
        with self.connection.getresponse() as response:
            text = response.read()
            return response.status, json.loads(text) if text else None

    def abandon(self, method: str, path: str, length: int, body: bytes) -> None:
        """Ask, and hang up before there is an answer."""
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        lines += ["Host: localhost", f"Content-Length: {length}", "Prefer: tx=rollback", "", ""]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines])
        with closing(socket.create_connection(("127.0.0.1", self.port), SECONDS)) as client:
            client.sendall(head.encode() + body)

    def me(self, method: str, mark: str = "") -> dict[str, object]:
        """What a function that looks around must find."""
        return {
            "user": self.role,
            "role": self.role,
            "claims": self.claims,
            "path": '"api", "public"',
            "method": method,
            "cookies": {"seat": str(self.number)},
            "header": str(self.number),
            "zone": self.zone,
            "house": "ours",
            "mark": mark,
            "timeout": "0",
        }

    def note(self, number: int) -> dict[str, object]:
        return {"owner": self.claims["sub"], "role": self.role, "number": number}


# -- what a member does; each checks the whole answer ---------------------------------------------


def read_view(member: Member) -> None:
    status, [row] = member.ask("GET", "/seen")
    row["claims"] = json.loads(row["claims"])
    own = {"role": member.role, "claims": member.claims, "header": str(member.number)}
    assert (status, row) == (200, {**own, "zone": member.zone})


def look_around(member: Member) -> None:
    for method in ("GET", "POST"):
        assert member.ask(method, "/rpc/me") == (200, member.me(method))


def linger(member: Member) -> None:
    assert member.ask("POST", "/rpc/nap") == (200, member.me("POST"))


def choose_status(member: Member) -> None:
    """What a function sets for its transaction ends with it."""
    assert member.ask("POST", "/rpc/status") == (203, member.me("POST", mark="left"))
    look_around(member)


def read_notes(member: Member) -> None:
    notes = [member.note(number) for number in range(member.notes)]
    assert member.ask("GET", "/notes?order=number") == (200, notes)


def write_note(member: Member) -> None:
    note = {"number": member.notes}
    answer = member.ask("POST", "/notes", note, "return=representation")
    assert answer == (201, [member.note(member.notes)])
    member.notes += 1


def write_for_another(member: Member) -> None:
    note = {"number": 0, "owner": "member 0" if member.number else "member 1"}
    status, error = member.ask("POST", "/notes", note)
    assert (status, error["code"]) == (401 if member.role == NOBODY else 403, "42501")


def write_and_roll_back(member: Member) -> None:
    note = {"number": 1000}
    answer = member.ask("POST", "/notes", note, "return=representation, tx=rollback")
    assert answer == (201, [member.note(1000)])


def delete_too_many(member: Member) -> None:
    """Found out between the statements of a transaction, which is undone."""
    prefer = "handling=strict, max-affected=0"
    status, error = member.ask("DELETE", "/notes?number=gte.0", None, prefer)
    expected = (400, f"The query affects {member.notes} rows") if member.notes else (204, None)
    assert (status, error and error["details"]) == expected


def fail(member: Member) -> None:
    status, error = member.ask("GET", "/broken")
    assert (status, error["code"]) == (400, "22012")


def be_refused(member: Member) -> None:
    status, error = member.ask("POST", "/rpc/refuse")
    assert (status, error["message"]) == (418, f"not for {member.role}")


def time_out(member: Member) -> None:
    status, error = member.ask("POST", "/rpc/too_slow")
    assert (status, error["code"]) == (500, "57014")


def hang_up(member: Member) -> None:
    member.abandon("POST", "/rpc/nap", 0, b"")
    member.abandon("POST", "/notes", 15, b'{"number":1001}')


def break_off(member: Member) -> None:
    member.abandon("POST", "/notes", 100, b'{"number":1002}')


def come_as_nobody(member: Member) -> None:
    status, [row] = member.ask("GET", "/seen", Authorization="")
    assert (status, row["role"], json.loads(row["claims"])) == (200, NOBODY, {"role": NOBODY})
    assert member.ask("GET", "/notes", Authorization="") == (200, [])


def come_too_late(member: Member) -> None:
    token = jwt.encode({**member.claims, "exp": 1}, SECRET, "HS256")
    status, error = member.ask("GET", "/seen", Authorization=f"Bearer {token}")
    assert (status, error["message"]) == (401, "JWT expired")


ACTIONS: tuple[Callable[[Member], None], ...] = (
    read_view,
    look_around,
    linger,
    choose_status,
    read_notes,
    write_note,
    write_for_another,
    write_and_roll_back,
    delete_too_many,
    fail,
    be_refused,
    time_out,
    hang_up,
    break_off,
    come_as_nobody,
    come_too_late,
)


@pytest.fixture
def port(new_database: Callable[[str], str]) -> Iterator[int]:
    """Where one gunicorn serves an application of few connections and a smaller token cache."""
    superuser = new_database(SCRIPT + OWN_SCRIPT)
    port = free_port()
    arguments = [
        *("gunicorn", "--worker-class", "gthread", "--threads", str(THREADS), "--workers", "1"),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "critical", "--keep-alive", str(SECONDS)),
        "tests.server.inspected:make_inspected_app()",
    ]
    settings = {
        "PGRST_DB_POOL": str(CONNECTIONS),
        "PGRST_DB_POOL_ACQUISITION_TIMEOUT": str(SECONDS),
        "PGRST_DB_TX_END": "commit-allow-override",
        "PGRST_JWT_CACHE_MAX_ENTRIES": "48",
        "PGRST_APP_SETTINGS_HOUSE": "ours",
    }
    uri = change_uri(superuser, user="crowd_login", password="crowd")
    with serving(arguments, uri, port, **settings):
        yield port


def test_nobody_ever_gets_what_is_anothers(port: int) -> None:
    """And each connection ends as it began, whatever it has been through."""
    start = threading.Barrier(THREADS, timeout=SECONDS)

    def live(thread: int) -> list[int]:
        chance = random.Random(thread)
        members = [Member(port, thread), Member(port, thread + THREADS)]
        start.wait()
        for turn in range(TURNS):
            for member in members:
                # Each does everything in turn; what its neighbours do meanwhile is left to chance.
                ACTIONS[(turn + thread) % len(ACTIONS)](member)
                chance.choice(ACTIONS)(member)
        for member in members:
            read_notes(member)
            member.connection.close()
        return [member.notes for member in members]

    with ThreadPoolExecutor(THREADS) as threads:
        written = list(threads.map(live, range(THREADS)))
    assert all(notes for pair in written for notes in pair)
    check_connections(port)


def check_connections(port: int) -> None:
    time.sleep(0.2)  # for those whose clients have hung up
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", WINDOW)
    found = json.loads(connection.getresponse().read())
    connection.close()
    assert len({row.pop("pid") for row in found}) == CONNECTIONS
    for row in found:
        assert set(row.pop("request").values()) == {""}
        assert row == {
            "user": "crowd_login",
            "login": "crowd_login",
            "role": "none",
            "changed": [],
            "locks": 0,
            "transaction": "IDLE",
        }
