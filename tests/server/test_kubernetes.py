"""`examples/kubernetes.yaml` against our own facts; there is no cluster to try it on.

What its container runs is run, with its variables: only the paths of secrets, addresses and the
names of the database are a test's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from pgrest_wsgi.admin.pages import PAGES
from pgrest_wsgi.config import read_config
from pgrest_wsgi.config.settings import SETTINGS
from pgrest_wsgi.demo.server import open_url
from tests.server.api import SECRET, wait_until
from tests.server.programs import EXAMPLES, running
from tests.server.test_command import COMMAND, status
from tests.server.test_gunicorn import ask, free_port

Object = dict[str, Any]

FOREIGN = {"WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"}  # gunicorn's own


@pytest.fixture(scope="module")
def objects() -> dict[str, Object]:
    """The objects of the file by their kinds."""
    text = (EXAMPLES / "kubernetes.yaml").read_text(encoding="utf-8")
    objects = {each["kind"]: each for each in yaml.safe_load_all(text)}
    assert set(objects) == {
        *("Secret", "Deployment", "Service", "NetworkPolicy", "PodDisruptionBudget")
    }
    return objects


@pytest.fixture(scope="module")
def pod(objects: dict[str, Object]) -> Object:
    template: Object = objects["Deployment"]["spec"]["template"]
    return template


@pytest.fixture(scope="module")
def container(pod: Object) -> Object:
    [container] = pod["spec"]["containers"]
    return dict(container)


@pytest.fixture(scope="module")
def variables(container: Object) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["env"]}


def test_every_variable_is_a_setting(variables: dict[str, str]) -> None:
    assert set(variables) - FOREIGN <= {setting.environment_name for setting in SETTINGS}
    read_config({}, {**variables, "PGRST_DB_URI": "", "PGRST_JWT_SECRET": ""})  # and has a value


def test_ports_agree(
    container: Object, variables: dict[str, str], pod: Object, objects: dict[str, Object]
) -> None:
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {
        "http": int(variables["PGRST_SERVER_PORT"]),
        "admin": int(variables["PGRST_ADMIN_SERVER_PORT"]),
    }
    assert [port["targetPort"] for port in objects["Service"]["spec"]["ports"]] == ["http"]
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == str(ports["admin"])


def test_probes_and_metrics_are_pages_of_the_admin_application(
    container: Object, pod: Object
) -> None:
    probes = {
        name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
    }
    assert {probe["port"] for probe in probes.values()} == {"admin"}
    paths = {probe["path"] for probe in probes.values()}
    assert {*paths, pod["metadata"]["annotations"]["prometheus.io/path"]} <= set(PAGES)
    # What a database that is away must not lead to is a restart.
    assert probes["startup"]["path"] == probes["liveness"]["path"] == "/live"
    assert probes["readiness"]["path"] == "/ready"


def test_secrets_are_where_the_settings_look_for_them(
    container: Object, pod: Object, variables: dict[str, str], objects: dict[str, Object]
) -> None:
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    assert set(mounts) == set(volumes)
    assert volumes["secrets"]["secret"]["secretName"] == objects["Secret"]["metadata"]["name"]
    files = {f"@{mounts['secrets']}/{key}" for key in objects["Secret"]["stringData"]}
    assert files == {value for value in variables.values() if value.startswith("@")}


def test_all_speak_of_the_same_pods(pod: Object, objects: dict[str, Object]) -> None:
    labels = pod["metadata"]["labels"]
    selectors = (
        objects["Deployment"]["spec"]["selector"]["matchLabels"],
        objects["Service"]["spec"]["selector"],
        objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    )
    assert [labels] * len(selectors) == list(selectors)


def test_there_is_time_for_what_is_under_way(container: Object, pod: Object) -> None:
    """gunicorn gives its requests 30 seconds, once it is told to end."""
    [_, seconds] = container["lifecycle"]["preStop"]["exec"]["command"]
    assert pod["spec"]["terminationGracePeriodSeconds"] > int(seconds) + 30


@pytest.fixture(scope="module")
def addresses(
    container: Object,
    variables: dict[str, str],
    crowd_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """Where the container's command serves the API and the admin pages."""
    assert container["command"] == ["pgrest-wsgi"]
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "db-uri").write_text(crowd_uri)
    (folder / "jwt-secret").write_text(SECRET)
    ports = (free_port(), free_port())
    own = {name: value.replace("/etc/api", str(folder)) for name, value in variables.items()} | {
        "PGRST_DB_ANON_ROLE": "crowd_0",
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(ports[0]),
        "PGRST_ADMIN_SERVER_PORT": str(ports[1]),
    }
    with running(COMMAND, ports[0], **own):
        yield f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"


def test_the_container_becomes_ready_and_serves(addresses: tuple[str, str]) -> None:
    api, admin = addresses
    pages = ("/live", "/ready")
    wait_until(lambda: [status(admin + page) for page in pages] == [200, 200])
    assert [ask(api + page) for page in pages] == [(404, "PGRST205")] * 2
    assert ask(f"{api}/numbers?id=eq.7") == (200, [{"id": 7}])
    with open_url(f"{admin}/metrics", timeout=10) as response:
        assert b"pgrst_db_pool_max 10" in response.read()
