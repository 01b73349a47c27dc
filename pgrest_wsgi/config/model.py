"""What a configuration is: one frozen value with a field for every setting.

Where values come from is in `sources`, how texts become values in `parsers`, and which settings
there are, with their defaults, in `settings`. Nothing here reads a file or the environment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from pgrest_wsgi.names import QualifiedName

Count = Literal["none", "exact", "planned", "estimated"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["crit", "error", "warn", "info", "debug"]
OpenApiMode = Literal["follow-privileges", "ignore-privileges", "disabled"]
Verbosity = Literal["verbose", "minimal"]


class ConfigError(ValueError):
    """Settings that cannot be used; `problems` has one line for each, all found at once.

    A line begins with the setting as its author wrote it (``PGRST_DB_POOL``, ``db-pool``,
    ``db_pool``) and never contains the value of a secret.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class TransactionEnd(Enum):
    """How a request's transaction ends, and whether ``Prefer: tx=…`` may change it."""

    COMMIT = "commit"
    COMMIT_ALLOW_OVERRIDE = "commit-allow-override"
    ROLLBACK = "rollback"
    ROLLBACK_ALLOW_OVERRIDE = "rollback-allow-override"

    @property
    def rolls_back(self) -> bool:
        """Whether the transaction is undone where the request does not say otherwise."""
        return self in (TransactionEnd.ROLLBACK, TransactionEnd.ROLLBACK_ALLOW_OVERRIDE)

    @property
    def allows_override(self) -> bool:
        """Whether a request may choose the other end."""
        return self in (
            TransactionEnd.COMMIT_ALLOW_OVERRIDE,
            TransactionEnd.ROLLBACK_ALLOW_OVERRIDE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings in force; made by `pgrest_wsgi.config.read_config`.

    Fields are named and ordered as the rows of `pgrest_wsgi.config.settings.SETTINGS`, which say
    what each means. Durations are seconds, socket modes are the number `os.chmod` takes. Each
    name in `app_settings` begins with ``app.settings.``; they are sorted. What may be secret is
    left out of the representation.
    """

    admin_server_host: str
    admin_server_port: int | None
    admin_server_unix_socket: str | None
    admin_server_unix_socket_mode: int
    client_error_verbosity: Verbosity
    db_aggregates_enabled: bool
    db_anon_role: str | None
    db_channel: str
    db_channel_enabled: bool
    db_config: bool
    db_default_count: Count
    db_extra_search_path: tuple[str, ...]
    db_hoisted_tx_settings: tuple[str, ...]
    db_max_rows: int | None
    db_plan_enabled: bool
    db_pool: int
    db_pool_acquisition_timeout: int
    db_pool_automatic_recovery: bool
    db_pool_max_idletime: int
    db_pool_max_lifetime: int
    db_pre_config: QualifiedName | None
    db_pre_request: QualifiedName | None
    db_prepared_statements: bool
    db_protect_writes: bool
    db_root_spec: QualifiedName | None
    db_schemas: tuple[str, ...]
    db_tx_end: TransactionEnd
    db_uri: str = field(repr=False)
    jwt_aud: str | None
    jwt_cache_max_entries: int
    jwt_cookie_name: str | None
    jwt_role_claim_key: str
    jwt_secret: bytes | None = field(repr=False)
    jwt_secret_is_base64: bool
    log_format: LogFormat
    log_level: LogLevel
    log_query: bool
    openapi_docs_path: str | None
    openapi_mode: OpenApiMode
    openapi_security_active: bool
    openapi_server_proxy_uri: str | None
    server_cors_allowed_origins: tuple[str, ...]
    server_host: str
    server_port: int
    server_reuseport: bool
    server_timing_enabled: bool
    server_trace_header: str | None
    server_unix_socket: str | None
    server_unix_socket_mode: int
    url_use_legacy_syntax: bool
    url_use_legacy_target_names: bool
    app_settings: tuple[tuple[str, str], ...] = field(repr=False)
