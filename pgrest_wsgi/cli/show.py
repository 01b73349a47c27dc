"""What the command shows: a file to begin with, the configuration, the catalog, readiness.

Each takes the path of the configuration file, if there is one. Raises ConfigError.
"""

from __future__ import annotations

import sys
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from pgrest_wsgi.addresses import ANY_ADDRESS
from pgrest_wsgi.auth.authenticator import Authenticator
from pgrest_wsgi.catalog.dump import dump_catalog
from pgrest_wsgi.config import Config, ConfigError, find_sources, read_config
from pgrest_wsgi.config.dump import dump, example
from pgrest_wsgi.database.introspection import IntrospectionError, read_catalog
from pgrest_wsgi.database.settings import read_settings

ANSWER_SECONDS = 10


def print_example(file: str | None) -> None:
    """Print a file that sets nothing, whatever `file` is."""
    print(example(), end="")


def print_config(file: str | None) -> None:
    """Print the configuration as a file, secrets too, without the database where that is away."""
    try:
        config = configure(file)
    except IntrospectionError as error:
        print(f"pgrest-wsgi: without the settings of the database: {error}", file=sys.stderr)
        config = read_config({}, None, file)
    Authenticator(config, lambda event: None)  # what it refuses would not be served either
    print(dump(config, secrets=True), end="")


def print_schema(file: str | None) -> None:
    """Print the catalog as JSON. Raises IntrospectionError."""
    catalog = read_catalog(configure(file)).catalog
    print(dump_catalog(catalog))


def check_ready(file: str | None) -> None:
    """Say that the API is ready, or end with status 1, telling why it is not."""
    url = ready_url(read_config({}, None, file))
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=ANSWER_SECONDS):
            print(f"OK: {url}")
    except HTTPError as error:
        with error:
            sys.exit(f"pgrest-wsgi: not ready: {url} answers {error.code}")
    except OSError as error:
        sys.exit(f"pgrest-wsgi: no answer from {url}: {error}")


def ready_url(config: Config) -> str:
    """Where the admin server says whether it is ready. Raises ConfigError where nobody knows."""
    host, port = config.admin_server_host, config.admin_server_port
    if port is None:
        raise ConfigError(["admin-server-port: is not set, so there is no admin server to ask"])
    if host in ANY_ADDRESS:
        raise ConfigError([f'admin-server-host: "{host}" is no single address; try localhost'])
    return f"http://[{host}]:{port}/ready" if ":" in host else f"http://{host}:{port}/ready"


def configure(file: str | None) -> Config:
    """The configuration with what the database says. Raises IntrospectionError."""
    sources = find_sources({}, None, file)
    return sources.read(read_settings(sources.read()))
