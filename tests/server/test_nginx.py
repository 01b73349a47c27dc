"""Two instances behind nginx, with `examples/nginx.conf`: what is passed on, what is repeated."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import quote

import psutil
import psycopg
import pytest

from pgrest_wsgi.demo.postgres import change_uri
from tests.server.api import SCRIPT, SECONDS, SECRET, wait_until
from tests.server.programs import EXAMPLES, can_connect, find_program, open_folder, running
from tests.server.test_gunicorn import free_port

WORDS = ("a/b", "a%2Fb", 'say "ahoy"', "it's", "čaj", "a+b", "(a,b)", "a&b=c", "..", "a//b", "\\")

OWN_SCRIPT = """
create table api."cups ""and saucers" (word text);
create table api.received (id bigint);
create view api.headers as select current_setting('request.headers')::json as headers;
create view api.instance as select current_setting('app.settings.name') as name;
create function api.look_long() returns int language sql stable as
  'select 1 from (select pg_sleep(0.5)) as slept';
create function api.add_slowly() returns void language sql volatile as
  'select pg_sleep(0.5); insert into api.received values (-1)';
create function api.busy() returns void language plpgsql as
  $$ begin raise sqlstate 'PT503' using message = 'come again'; end $$;
grant select, insert on all tables in schema api to public;
"""

MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/1; uwsgi_temp_path {folder}/2; scgi_temp_path {folder}/3;
  include {folder}/api.conf;
}}
"""


class Site(NamedTuple):
    """nginx, and the two instances that it knows."""

    port: int
    uri: str
    instances: tuple[Instance, ...]

    def ask(
        self, target: str, method: str = "GET", body: object = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and body of an answer to a request whose target is sent as it is."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        try:
            connection.request(
                method, target, content, {"Content-Type": "application/json", **sent}
            )
            with connection.getresponse() as response:
                text = response.read()
                return response.status, json.loads(text) if text else None
        finally:
            connection.close()

    def query(self, sql: str) -> list[Any]:
        with psycopg.connect(self.uri) as connection:
            return connection.execute(sql.encode()).fetchall()

    def who_does(self, what: str) -> Instance:
        """The instance that has the database do something."""
        sql = f"""select application_name from pg_stat_activity where state = 'active'
                    and query like '%{what}%' and application_name like 'instance %'"""
        wait_until(lambda: self.query(sql))
        [(name,)] = self.query(sql)
        return self.instances[int(name.removeprefix("instance "))]


class Instance:
    """One gunicorn with one application, which can be ended and started again."""

    def __init__(self, number: int, uri: str) -> None:
        self.port = free_port()
        self._stack = ExitStack()
        self._settings = {
            "PGRST_DB_URI": change_uri(uri, application_name=f"instance {number}"),
            "PGRST_DB_SCHEMAS": "api",
            "PGRST_DB_ANON_ROLE": "crowd_0",
            "PGRST_JWT_SECRET": SECRET,
            "PGRST_APP_SETTINGS_NAME": str(number),
            "WEB_CONCURRENCY": "1",
        }

    def start(self) -> None:
        command = [
            *(sys.executable, "-m", "gunicorn", "--config", str(EXAMPLES / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"),
            *("--chdir", str(EXAMPLES), "wsgi:application"),
        ]
        self.process = self._stack.enter_context(running(command, self.port, **self._settings))

    def stop(self) -> None:
        """End it as a deployment does."""
        self._stack.close()

    def crash(self) -> None:
        """End it at once, whatever it is doing."""
        process = psutil.Process(self.process.pid)
        processes = [process, *process.children(recursive=True)]
        for each in processes:
            each.kill()
        wait_until(lambda: not can_connect(self.port))
        self.stop()


@pytest.fixture(scope="module")
def site(new_database: Callable[[str], str]) -> Iterator[Site]:
    program = find_program("nginx")
    superuser = new_database(SCRIPT + OWN_SCRIPT)
    uri = change_uri(superuser, user="crowd_login", password="crowd")
    instances = (Instance(0, uri), Instance(1, uri))
    port = free_port()
    text = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    places = ("127.0.0.1:3000", "127.0.0.1:3010", "listen 80;")
    values = (*(f"127.0.0.1:{each.port}" for each in instances), f"listen 127.0.0.1:{port};")
    for place, value in zip(places, values, strict=True):
        assert text.count(place) == 1
        text = text.replace(place, value)
    with open_folder() as folder, ExitStack() as stack:
        (folder / "api.conf").write_text(text)
        main = folder / "main.conf"
        main.write_text(MAIN.format(folder=folder))
        for instance in instances:
            stack.callback(instance.stop)
            instance.start()
        command = [program, "-e", "stderr", "-p", str(folder), "-c", str(main)]
        stack.enter_context(running(command, port))
        yield Site(port, superuser, instances)


@pytest.fixture
def whole(site: Site) -> Iterator[Site]:
    """The site; what a test ends of it is started again."""
    yield site
    for instance in site.instances:
        if not can_connect(instance.port):
            instance.start()


def test_both_instances_are_asked(site: Site) -> None:
    def all_seen() -> bool:
        return {site.ask("/instance")[1][0]["name"] for _ in range(8)} == {"0", "1"}

    wait_until(all_seen)


def test_urls_arrive_as_they_were_sent(site: Site) -> None:
    table = "/cups%20%22and%20saucers"
    assert site.ask(table, "POST", [{"word": word} for word in WORDS]) == (201, None)
    for word in WORDS:
        escaped = quote(word, safe="")
        assert site.ask(f"{table}?word=eq.{escaped}") == (200, [{"word": word}])
        inside = quote(f'"{word}"' if word not in ('say "ahoy"', "\\") else "czaj", safe="")
        status, rows = site.ask(f"{table}?word=in.({inside},%22%C4%8Daj%22)&order=word")
        assert (status, {row["word"] for row in rows} <= {word, "čaj"}) == (200, True)


def test_headers_of_proxies_are_not_believed(site: Site) -> None:
    lies = {"X_Forwarded_For": "6.6.6.6", "X_Real_IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    _, [row] = site.ask("/headers", X_Forwarded_Host="evil", X_Forwarded_Proto="gopher", **lies)
    headers = row["headers"]
    assert {name: headers[name] for name in headers if name.startswith("x-")} == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": "127.0.0.1",
        "x-forwarded-port": str(site.port),
        "x-forwarded-proto": "http",
        "x-real-ip": "127.0.0.1",
        "x-request-id": headers["x-request-id"],
    }
    assert "forwarded" not in headers


def test_refusals_are_json_and_ours_stay_ours(site: Site) -> None:
    """A table that is not there, a 503 of the database, and a body that nginx refuses."""
    assert site.ask("/ready")[1]["code"] == "PGRST205"  # the admin page is elsewhere
    status, error = site.ask("/rpc/busy", "POST", {})
    assert (status, error["message"]) == (503, "come again")
    status, error = site.ask("/received", "POST", Content_Length="11000000")
    assert (status, error["code"]) == (413, "PROXY413")


def test_an_instance_may_be_replaced_under_way(whole: Site) -> None:
    """Amid traffic. What was inserted is there once; nothing but a POST is ever refused."""
    over = Event()

    def work(client: int) -> list[tuple[int, int]]:
        answers: list[tuple[int, int]] = []
        while not over.wait(0.05):  # more often is refused with 429
            number = 1_000_000 * client + len(answers)
            if number % 2:
                answers.append((number, whole.ask("/received", "POST", {"id": number})[0]))
            else:
                answers.append((number, whole.ask(f"/numbers?id=eq.{number % 500 + 1}")[0]))
        return answers

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(work, client) for client in range(1, 5)]
        try:
            whole.instances[0].stop()
            whole.instances[0].start()
        finally:
            over.set()
        answers = [answer for client in asking for answer in client.result(SECONDS)]
    assert {status for number, status in answers if not number % 2} == {200}
    posted = {number: status for number, status in answers if number % 2}
    assert set(posted.values()) <= {201, 502}
    rows = dict(whole.query("select id, count(*) from api.received where id > 0 group by id"))
    assert {number for number, status in posted.items() if status == 201} <= set(rows)
    assert set(rows.values()) == {1}


def test_what_breaks_off_is_asked_again_unless_it_may_write(whole: Site) -> None:
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(whole.ask, "/rpc/look_long")
        whole.who_does("look_long").crash()
        assert reading.result(SECONDS) == (200, 1)
        for instance in whole.instances:
            if not can_connect(instance.port):
                instance.start()
        writing = threads.submit(whole.ask, "/rpc/add_slowly", "POST", {})
        whole.who_does("add_slowly").crash()
        status, error = writing.result(SECONDS)
    assert (status, error["code"]) == (502, "PROXY502")
    busy = "select from pg_stat_activity where state = 'active' and query like '%%add_slowly%%'"
    wait_until(lambda: len(whole.query(f"{busy} and pid <> pg_backend_pid()")) == 0)
    assert whole.query("select count(*) from api.received where id < 0")[0][0] <= 1
