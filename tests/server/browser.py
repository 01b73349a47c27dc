"""A headless Chromium, told what to do by WebDriver (https://www.w3.org/TR/webdriver2/)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request

from pgrest_wsgi.demo.server import open_url
from tests.server.api import SECONDS, wait_until

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

OPTIONS = {
    "binary": CHROMIUM,
    # The sandbox cannot be had by root, nor in most containers; /dev/shm is small there.
    "args": [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1000,1100",
    ],
}


class Browser:
    """One window. `run` is JavaScript in its page."""

    def __init__(self, driver: str) -> None:
        self.url = f"{driver}/session"
        wanted = {"goog:chromeOptions": OPTIONS, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self.send("", {"capabilities": {"alwaysMatch": wanted}})
        self.url += f"/{session['sessionId']}"

    def send(self, command: str, body: object = None, method: str = "POST") -> Any:
        """What the driver answers to a command."""
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = Request(self.url + command, data, method=method)
        with open_url(request, timeout=3 * SECONDS) as response:
            return json.load(response)["value"]

    def open(self, url: str) -> None:
        self.complaints()  # those of the page before
        self.send("/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        return self.send("/execute/sync", {"script": script, "args": arguments})

    def count(self, selector: str) -> int:
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def click(self, selector: str) -> None:
        """Click what a selector finds, once it is there."""
        wait_until(lambda: self.count(selector))
        self.run("document.querySelector(arguments[0]).click()", selector)

    def read(self, selector: str) -> str:
        """The text of what a selector finds, once it is there."""
        wait_until(lambda: self.count(selector))
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def complaints(self) -> list[str]:
        """What the console was told since the page was opened, or since this was last asked."""
        return [entry["message"] for entry in self.send("/se/log", {"type": "browser"})]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser, which has ended afterwards."""
    assert DRIVER is not None
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            started = next(line for line in process.stdout if "successfully on port " in line)
            port = started.rpartition(" ")[2].strip(".\n")
            browser = Browser(f"http://127.0.0.1:{port}")
            try:
                yield browser
            finally:
                browser.send("", method="DELETE")
        finally:
            process.terminate()
