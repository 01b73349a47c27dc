"""Keywords, environment and file: each can give every setting, and the first one wins."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from pgrest_wsgi.config import Config, ConfigError, TransactionEnd, read_config
from pgrest_wsgi.config.settings import SETTINGS, Setting, environment_name, keyword
from pgrest_wsgi.config.sources import find_sources, keep_fixed
from pgrest_wsgi.names import QualifiedName

SECRET = "a-secret-that-is-long-enough-for-hs256"

# For each key a text that is not the default, and its value.
SAMPLES: dict[str, tuple[str, object]] = {
    "admin-server-host": ("127.0.0.1", "127.0.0.1"),
    "admin-server-port": ("3001", 3001),
    "admin-server-unix-socket": ("/run/admin.sock", "/run/admin.sock"),
    "admin-server-unix-socket-mode": ("666", 0o666),
    "client-error-verbosity": ("minimal", "minimal"),
    "db-aggregates-enabled": ("true", True),
    "db-anon-role": ("anon", "anon"),
    "db-channel": ("reload", "reload"),
    "db-channel-enabled": ("false", False),
    "db-config": ("false", False),
    "db-default-count": ("exact", "exact"),
    "db-extra-search-path": ("", ()),
    "db-hoisted-tx-settings": ("work_mem", ("work_mem",)),
    "db-max-rows": ("1000", 1000),
    "db-plan-enabled": ("true", True),
    "db-pool": ("2", 2),
    "db-pool-acquisition-timeout": ("3", 3),
    "db-pool-automatic-recovery": ("false", False),
    "db-pool-max-idletime": ("60", 60),
    "db-pool-max-lifetime": ("3600", 3600),
    "db-pre-config": ("settings.load", QualifiedName("settings", "load")),
    "db-pre-request": ("check", QualifiedName("", "check")),
    "db-prepared-statements": ("false", False),
    "db-protect-writes": ("true", True),
    "db-root-spec": ("api.root", QualifiedName("api", "root")),
    "db-schemas": ("api, v2", ("api", "v2")),
    "db-tx-end": ("rollback", TransactionEnd.ROLLBACK),
    "db-uri": ("postgresql://db/app", "postgresql://db/app"),
    "jwt-aud": ("https://example.com", "https://example.com"),
    "jwt-cache-max-entries": ("0", 0),
    "jwt-cookie-name": ("__Host-token", "__Host-token"),
    "jwt-role-claim-key": ("$.user.role", "$.user.role"),
    "jwt-secret": (SECRET, SECRET.encode()),
    "jwt-secret-is-base64": ("true", True),
    "log-format": ("json", "json"),
    "log-level": ("info", "info"),
    "log-query": ("true", True),
    "openapi-docs-path": ("/docs", "/docs"),
    "openapi-mode": ("disabled", "disabled"),
    "openapi-security-active": ("true", True),
    "openapi-server-proxy-uri": ("https://example.com", "https://example.com"),
    "server-cors-allowed-origins": ("http://a, http://b", ("http://a", "http://b")),
    "server-host": ("::1", "::1"),
    "server-port": ("80", 80),
    "server-reuseport": ("true", True),
    "server-timing-enabled": ("true", True),
    "server-trace-header": ("X-Request-Id", "X-Request-Id"),
    "server-unix-socket": ("/run/api.sock", "/run/api.sock"),
    "server-unix-socket-mode": ("777", 0o777),
    "url-use-legacy-syntax": ("false", False),
    "url-use-legacy-target-names": ("false", False),
}

DEFAULTS = Config(
    admin_server_host="!4",
    admin_server_port=None,
    admin_server_unix_socket=None,
    admin_server_unix_socket_mode=0o660,
    client_error_verbosity="verbose",
    db_aggregates_enabled=False,
    db_anon_role=None,
    db_channel="pgrst",
    db_channel_enabled=True,
    db_config=True,
    db_default_count="none",
    db_extra_search_path=("public",),
    db_hoisted_tx_settings=(
        "statement_timeout",
        "plan_filter.statement_cost_limit",
        "default_transaction_isolation",
    ),
    db_max_rows=None,
    db_plan_enabled=False,
    db_pool=10,
    db_pool_acquisition_timeout=10,
    db_pool_automatic_recovery=True,
    db_pool_max_idletime=30,
    db_pool_max_lifetime=1800,
    db_pre_config=None,
    db_pre_request=None,
    db_prepared_statements=True,
    db_protect_writes=False,
    db_root_spec=None,
    db_schemas=("public",),
    db_tx_end=TransactionEnd.COMMIT,
    db_uri="postgresql://",
    jwt_aud=None,
    jwt_cache_max_entries=1000,
    jwt_cookie_name=None,
    jwt_role_claim_key="$.role",
    jwt_secret=None,
    jwt_secret_is_base64=False,
    log_format="text",
    log_level="error",
    log_query=False,
    openapi_docs_path=None,
    openapi_mode="follow-privileges",
    openapi_security_active=False,
    openapi_server_proxy_uri=None,
    server_cors_allowed_origins=(),
    server_host="!4",
    server_port=3000,
    server_reuseport=False,
    server_timing_enabled=False,
    server_trace_header=None,
    server_unix_socket=None,
    server_unix_socket_mode=0o660,
    url_use_legacy_syntax=True,
    url_use_legacy_target_names=True,
    app_settings=(),
)

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
every_name = pytest.mark.parametrize(
    ("setting", "name"),
    [(setting, name) for setting in SETTINGS for name in setting.names],
    ids=lambda part: part if isinstance(part, str) else "",
)


def file_with(directory: Path, **texts: str) -> Path:
    """A file of settings; keys are given with underscores."""
    path = directory / "app.conf"
    lines = (f'{key.replace("_", "-")} = "{text}"\n' for key, text in texts.items())
    path.write_text("".join(lines).replace("$", "$$"), encoding="utf-8")
    return path


def problems_of(**keywords: object) -> tuple[str, ...]:
    """What is wrong with these keywords."""
    with pytest.raises(ConfigError) as refusal:
        read_config(keywords, {})
    return refusal.value.problems


def test_nothing_given() -> None:
    """Without any source every setting has the default that PostgREST documents."""
    assert read_config(environ={}) == DEFAULTS


@every_setting
def test_sample_is_not_the_default(setting: Setting) -> None:
    """The samples of this file can tell a setting that is read from one that is not."""
    assert SAMPLES[setting.key][1] != getattr(DEFAULTS, setting.keyword)


@every_name
def test_settable_by_keyword(setting: Setting, name: str) -> None:
    """Every key and alias is a keyword."""
    text, value = SAMPLES[setting.key]
    assert getattr(read_config({keyword(name): text}, {}), setting.keyword) == value


@every_name
def test_settable_by_environment(setting: Setting, name: str) -> None:
    """Every key and alias is an environment variable."""
    text, value = SAMPLES[setting.key]
    assert getattr(read_config(environ={environment_name(name): text}), setting.keyword) == value


@every_name
def test_settable_by_file(setting: Setting, name: str, tmp_path: Path) -> None:
    """Every key and alias is a key of files."""
    text, value = SAMPLES[setting.key]
    config = read_config(environ={}, path=file_with(tmp_path, **{name: text}))
    assert getattr(config, setting.keyword) == value


def test_process_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment given, that of the process counts."""
    monkeypatch.setenv("PGRST_DB_CHANNEL", "from_process")
    assert read_config().db_channel == "from_process"


def test_precedence(tmp_path: Path) -> None:
    """A keyword wins over the environment, which wins over the file."""
    path = file_with(tmp_path, db_pool="1", db_channel="file", log_level="info")
    environ = {"PGRST_DB_POOL": "2", "PGRST_DB_CHANNEL": "environment"}
    config = read_config({"db_pool": 3}, environ, path)
    assert (config.db_pool, config.db_channel, config.log_level) == (3, "environment", "info")


@every_setting
def test_settable_by_the_database(setting: Setting) -> None:
    """Where the table says so; what the database may not say is not taken from it."""
    text, value = SAMPLES[setting.key]
    config = find_sources({}, {}).read({setting.keyword: text})
    expected = value if setting.from_database else getattr(DEFAULTS, setting.keyword)
    assert getattr(config, setting.keyword) == expected


def test_precedence_of_the_database(tmp_path: Path) -> None:
    """It wins over environment and file, but not over what the host has written in its code."""
    path = file_with(tmp_path, db_max_rows="1", jwt_aud="file", db_anon_role="file")
    sources = find_sources({"db_max_rows": 3}, {"PGRST_JWT_AUD": "environment"}, path)
    config = sources.read({"db_max_rows": "4", "jwt_aud": "database", "db_anon_role": ""})
    assert (config.db_max_rows, config.jwt_aud, config.db_anon_role) == (3, "database", None)


def test_problems_of_the_database_go_by_its_names() -> None:
    with pytest.raises(ConfigError, match=r'^pgrst\.db_max_rows: "many" is not a whole number'):
        find_sources({}, {}).read({"db_max_rows": "many"})


def test_file_and_environment_are_read_once(tmp_path: Path) -> None:
    """Until the file is opened again; the environment of a process is that of its beginning."""
    path = file_with(tmp_path, db_channel="before", db_max_rows="1")
    environ = {"PGRST_DB_ANON_ROLE": "before"}
    sources = find_sources({}, environ, path)
    file_with(tmp_path, db_channel="after")
    environ["PGRST_DB_ANON_ROLE"] = "after"
    config = sources.read()
    assert (config.db_channel, config.db_max_rows, config.db_anon_role) == ("before", 1, "before")
    config = sources.reopen().read()
    assert (config.db_channel, config.db_max_rows, config.db_anon_role) == ("after", None, "before")


@every_setting
def test_what_cannot_be_reloaded_stays(setting: Setting) -> None:
    """The other settings follow what was read anew."""
    text, value = SAMPLES[setting.key]
    config = keep_fixed(read_config({setting.keyword: text}, {}), DEFAULTS)
    expected = value if setting.reloadable else getattr(DEFAULTS, setting.keyword)
    assert getattr(config, setting.keyword) == expected


def test_sources_are_not_printed() -> None:
    """They hold the whole environment, and all secrets."""
    sources = find_sources({"jwt_secret": SECRET}, {"PASSWORD": "hunter2"})
    assert SECRET not in repr(sources)
    assert "hunter2" not in repr(sources)


def test_key_wins_over_alias(tmp_path: Path) -> None:
    """The key counts before an alias, wherever they are given."""
    path = file_with(tmp_path, db_schemas="by_key")
    assert read_config({"db_schema": "by_alias"}, {}, path).db_schemas == ("by_key",)


@pytest.mark.parametrize("unset", ["", None])
def test_empty_unsets(tmp_path: Path, unset: str | None) -> None:
    """The empty text brings the default back, also over what a lower source says."""
    path = file_with(tmp_path, db_anon_role="anon", db_pool="3")
    config = read_config({"db_anon_role": unset, "db_pool": unset}, {}, path)
    assert (config.db_anon_role, config.db_pool) == (None, 10)


def test_empty_key_leaves_the_alias() -> None:
    """An alias counts where the key is given but empty."""
    assert read_config({"db_max_rows": "", "max_rows": 5}, {}).db_max_rows == 5


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("db_max_rows", 10, 10),
        ("db_config", False, False),
        ("db_config", 0, False),
        ("db_schemas", ["a", "b"], ("a", "b")),
        ("db_schemas", ("a",), ("a",)),
        ("db_extra_search_path", [], ()),
        ("db_pre_request", QualifiedName("a", "b"), QualifiedName("a", "b")),
        ("server_unix_socket", Path("/run/x.sock"), "/run/x.sock"),
        ("server_unix_socket_mode", 660, 0o660),
    ],
)
def test_python_values(name: str, given: object, value: object) -> None:
    """A keyword takes the Python value that a text stands for."""
    assert getattr(read_config({name: given}, {}), name) == value


def test_value_of_a_wrong_type() -> None:
    """A Python value that stands for no text is refused by its type."""
    (problem,) = problems_of(jwt_secret=SECRET.encode())
    assert problem.startswith("jwt_secret: a bytes is not allowed")
    assert SECRET not in problem


def test_admin_host_follows_the_server() -> None:
    """The admin server is at the host of the API, unless it has its own."""
    assert read_config({"server_host": "::1"}, {}).admin_server_host == "::1"


def test_admin_port_must_differ() -> None:
    """The admin server cannot share the port, not even the default one."""
    assert problems_of(admin_server_port=3000) == (
        "admin_server_port: must differ from server-port",
    )


def test_secret_is_decoded() -> None:
    """A secret in base64 is decoded, whichever order the two settings are read in."""
    encoded = base64.b64encode(SECRET.encode()).decode()
    config = read_config({"jwt_secret": encoded, "jwt_secret_is_base64": True}, {})
    assert config.jwt_secret == SECRET.encode()


def test_secret_and_uri_in_files(tmp_path: Path) -> None:
    """An @ before a path takes the value from that file."""
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "uri").write_text("postgresql://db/app\n")
    config = read_config(
        {"jwt_secret": f"@{tmp_path / 'secret'}", "db_uri": f"@{tmp_path / 'uri'}"}, {}
    )
    assert (config.jwt_secret, config.db_uri) == (SECRET.encode(), "postgresql://db/app")


def test_app_settings(tmp_path: Path) -> None:
    """Names for the database come from all sources, in lower case, sorted, empty or not."""
    path = tmp_path / "app.conf"
    path.write_text('app.settings.Low = "file"\napp.settings.mid = "file"\napp.settings.e = ""')
    config = read_config(
        {"app_settings": {"Top": "keyword", "n": 5, "on": True}},
        {"PGRST_APP_SETTINGS_MID": "environment", "PGRST_APP_SETTINGS_TOP": "environment"},
        path,
    )
    assert config.app_settings == (
        ("app.settings.e", ""),
        ("app.settings.low", "file"),
        ("app.settings.mid", "environment"),
        ("app.settings.n", "5"),
        ("app.settings.on", "true"),
        ("app.settings.top", "keyword"),
    )


def test_app_settings_must_be_a_mapping() -> None:
    """Another value than a mapping is refused."""
    assert problems_of(app_settings="x=y") == (
        "app_settings: must be a mapping from names to texts",
    )


def test_unknown_keywords() -> None:
    """A keyword that is no setting is refused, with the nearest one where there is any."""
    assert problems_of(db_anon_rle="anon", zzz=1) == (
        "db_anon_rle: unknown setting; did you mean db_anon_role?",
        "zzz: unknown setting",
    )


def test_unknown_keys_and_variables_are_ignored_but_told(tmp_path: Path) -> None:
    """Another release of PostgREST may have them; each with the nearest setting."""
    path = file_with(tmp_path, db_shemas="api", jwt_cache_max_lifetime="3600")
    environ = {"PGRST_DB_POOOL": "3", "DB_POOL": "3", "PGRST_APP_SETTINGS_ZZZ": "1"}
    sources = find_sources({}, environ, path)
    assert sources.read() == read_config({"app_settings": {"zzz": "1"}}, {})
    assert sources.strangers() == (
        "PGRST_DB_POOOL: unknown setting; did you mean PGRST_DB_POOL?",
        "db-shemas: unknown setting; did you mean db-schemas?",
        "jwt-cache-max-lifetime: unknown setting; did you mean jwt-cache-max-entries?",
    )


def test_text_that_is_no_utf8_is_refused() -> None:
    """Python reads such bytes of the environment as what PostgreSQL cannot be told."""
    with pytest.raises(ConfigError) as refusal:
        read_config(environ={"PGRST_DB_ANON_ROLE": "w\udce9b", "PGRST_APP_SETTINGS_A": "\udcff"})
    assert set(refusal.value.problems) == {
        "PGRST_DB_ANON_ROLE: is not UTF-8",
        "PGRST_APP_SETTINGS_A: is not UTF-8",
    }


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Every problem is told, each by the name its author used, one a line."""
    path = file_with(tmp_path, log_level="loud")
    with pytest.raises(ConfigError) as refusal:
        read_config({"db_pool": "many"}, {"PGRST_MAX_ROWS": "x"}, path)
    assert str(refusal.value).splitlines() == [
        'PGRST_MAX_ROWS: "x" is not a whole number, 0 or more',
        'db_pool: "many" is not a whole number, 1 or more',
        'log-level: "loud" is not one of crit, error, warn, info, debug',
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"PGRST_JWT_SECRET": "hunter2"},
        {"PGRST_JWT_SECRET": "@hunter2"},
        {"PGRST_JWT_SECRET": "hunter2", "PGRST_JWT_SECRET_IS_BASE64": "true"},
        {"PGRST_JWT_SECRET": "hunter2é\udcff" * 9, "PGRST_JWT_SECRET_IS_BASE64": "true"},
        {"PGRST_DB_URI": "@hunter2"},
    ],
)
def test_secrets_are_not_told(given: dict[str, str]) -> None:
    """No message has the value of a secret in it, and each names its setting."""
    with pytest.raises(ConfigError) as refusal:
        read_config(environ=given)
    assert str(refusal.value).startswith(next(iter(given)))
    assert "hunter2" not in str(refusal.value)


def test_secrets_are_not_printed() -> None:
    """The representation of a configuration has no secret in it."""
    config = read_config(
        {"jwt_secret": SECRET, "db_uri": "password=hunter2", "app_settings": {"key": "hunter2"}}, {}
    )
    assert SECRET not in repr(config)
    assert "hunter2" not in repr(config)
