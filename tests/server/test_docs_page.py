"""The documentation page in a browser: it loads, lists the tables, sends a request, shows rows.

Skipped where Debian's packages chromium and chromium-driver are not installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from pgrest_wsgi import App, make_app
from pgrest_wsgi.demo.server import EDITOR_TOKEN, SECRET
from tests.server.api import wait_until
from tests.server.browser import CHROMIUM, DRIVER, Browser, open_browser

pytestmark = pytest.mark.skipif(
    None in (CHROMIUM, DRIVER), reason="chromium and chromedriver are not installed"
)

OPERATION = '[id^="operations-films-films"].opblock-get'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@contextmanager
def served(
    uri: str, mount_point: str = "", openapi_mode: str = "follow-privileges"
) -> Iterator[str]:
    """The URL of the demo's API, served by threads of this process."""
    app = make_app(
        db_uri=uri, db_schemas="api", db_anon_role="demo_anon", jwt_secret=SECRET,
        openapi_docs_path="/docs", openapi_security_active=True, db_channel_enabled=False,
        openapi_mode=openapi_mode,
    )  # fmt: skip
    with closing(app), running(app, mount_point) as url:
        yield url


@contextmanager
def running(app: App, mount_point: str) -> Iterator[str]:
    """A server whose application is mounted there, and nothing anywhere else."""
    mounted = DispatcherMiddleware(NotFound(), {mount_point: app})
    server = make_server("127.0.0.1", 0, mounted, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{mount_point}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("mount_point", ["", "/archive"])
def test_it_lists_tables_and_shows_the_rows_that_a_request_answers(
    browser: Browser, demo_uri: str, mount_point: str
) -> None:
    """And the browser has nothing to complain of: the policy allows all that the page needs."""
    with served(demo_uri, mount_point) as url:
        browser.open(f"{url}/docs")
        wait_until(lambda: "film society" in browser.read("#page .info .title"))
        tags = browser.run(
            "return [...document.querySelectorAll('[data-tag]')].map(e => e.dataset.tag)"
        )
        assert {"films", "people", "credits", "(rpc) search_films"} <= set(tags)
        browser.click('[data-tag="films"]')
        browser.click(f"{OPERATION} .opblock-summary-control")
        browser.click(f"{OPERATION} .try-out__btn")
        browser.click(f"{OPERATION} .execute")
        rows = browser.read(f"{OPERATION} .live-responses-table .highlight-code")
        assert '"title"' in rows
        assert browser.read(f"{OPERATION} .request-url").endswith(f"{url}/films")
        assert browser.complaints() == []


def test_a_token_draws_it_anew(browser: Browser, demo_uri: str) -> None:
    """What anybody may not use appears with a token, and disappears with it."""
    with served(demo_uri) as url:
        browser.open(f"{url}/docs")
        wait_until(lambda: browser.count('[data-tag="films"]'))
        assert not browser.count(ADD_REVIEW)
        browser.click(".auth-wrapper .authorize")
        browser.run(TYPE_TOKEN, EDITOR_TOKEN)
        browser.click(".auth-btn-wrapper .authorize")
        wait_until(lambda: browser.count(ADD_REVIEW))
        browser.click(".auth-btn-wrapper .btn:not(.btn-done)")
        wait_until(lambda: not browser.count(ADD_REVIEW))
        assert browser.complaints() == []


ADD_REVIEW = '[data-tag="(rpc) add_review"]'
TYPE_TOKEN = """
    const input = document.querySelector('.auth-container input');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    set.call(input, arguments[0]);
    input.dispatchEvent(new Event('input', { bubbles: true }));
"""


def test_a_refusal_is_shown(browser: Browser, demo_uri: str) -> None:
    with served(demo_uri, openapi_mode="disabled") as url:
        browser.open(f"{url}/docs")
        wait_until(lambda: "disabled" in browser.read("#page .info"))
        assert browser.count(".auth-wrapper .authorize")
