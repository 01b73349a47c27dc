"""The line of a request in the access log: Apache's combined format, as PostgREST writes it.

Upstream: https://docs.postgrest.org/en/v16/references/observability.html#logs;
https://httpd.apache.org/docs/current/mod/mod_log_config.html.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache

from pgrest_wsgi.api.request import Request
from pgrest_wsgi.observe import RequestFinished

# What would end the line, or steer a terminal. Bytes come as Latin-1 (PEP 3333).
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What would, or would end a quoted part.
QUOTED = re.compile(rf'["\\]|{CONTROL.pattern}')


class AccessLine:
    """The line as the message of a log record: only made where it is written, not beside JSON.

    The event has tokens and cookies, which handlers of the host must not come across: many of them
    write, or send away, whatever else a record has.
    """

    __slots__ = ("event",)

    def __init__(self, event: RequestFinished) -> None:
        self.event = event

    def __str__(self) -> str:
        return access_line(self.event)


def access_line(event: RequestFinished) -> str:
    """Who asked when for what, and got what: status and bytes."""
    request = Request(event.environ)
    length = "-" if event.length is None else event.length
    return (
        f"{escape(event.environ.get('REMOTE_ADDR') or '-')} - {escape(event.role or '-')}"
        f' [{clock_text(int(time.time()))}] "{request_line(request)}" {event.status} {length}'
        f' "{escape(request.header("HTTP_REFERER") or "")}"'
        f' "{escape(request.header("HTTP_USER_AGENT") or "")}"'
    )


def request_line(request: Request) -> str:
    """The first line of a request, about as it was sent; WSGI keeps the path decoded."""
    query = f"?{escape(request.query)}" if request.query else ""
    protocol = request.environ.get("SERVER_PROTOCOL", "HTTP/1.1")
    path = request.mount_point + request.quoted_path
    return f"{escape(request.method)} {path}{query} {escape(protocol)}"


def escape(text: str, unsafe: re.Pattern[str] = QUOTED) -> str:
    """Text that stays in its place, whoever wrote it."""
    return unsafe.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


@lru_cache(maxsize=1)
def clock_text(second: int) -> str:
    """A second since 1970 as the local time, made once however many lines it has."""
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))
