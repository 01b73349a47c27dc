"""``python -m pgrest_wsgi.demo``: PostgreSQL, the sample, a server, and what to ask it.

Only the order of things is here; each thing has its own module.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys

from pgrest_wsgi.demo.postgres import create_database, temporary_server
from pgrest_wsgi.demo.sample import load_sample
from pgrest_wsgi.demo.server import (
    DOCS_PATH,
    curl_lines,
    open_socket,
    running_server,
    wait_for_answer,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until it is interrupted; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pgrest_wsgi.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=3000, help="0 takes any free one")
    port = parser.parse_args(arguments).port
    try:
        listener = open_socket(port)
    except (OSError, OverflowError) as error:
        print(f"Port {port} cannot be used ({error}). Try --port.", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with listener:
        try:
            serve(listener)
        except KeyboardInterrupt:
            return 0
        except RuntimeError as error:
            print(f"The demo could not start: {error}", file=sys.stderr)
    return 1


def serve(listener: socket.socket) -> None:
    """Start everything, say what to try, wait; RuntimeError if the server ends by itself."""
    port = listener.getsockname()[1]
    print("Starting a PostgreSQL with the sample database ...", flush=True)
    with temporary_server() as server_uri:
        db_uri = load_sample(create_database(server_uri, "demo"))
        with running_server(listener, db_uri) as process:
            lines = curl_lines(port)
            wait_for_answer(process, lines[0].split("'")[1])
            print(f"A film society's archive is at http://localhost:{port}. Try:\n", flush=True)
            print(*lines, f"\nIn a browser: http://localhost:{port}{DOCS_PATH}", sep="\n")
            print("\nCtrl-C stops it and removes everything.", flush=True)
            process.wait()
    raise RuntimeError(f"gunicorn ended with status {process.returncode}")


if __name__ == "__main__":
    sys.exit(main())
