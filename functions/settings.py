"""Settings of the HTTP API."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import StoreSettings


class ApiSettings(StoreSettings):
    """What the API needs beside the stores. Environment variables `WAGATE_<NAME>`; all in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="WAGATE_", frozen=True)

    host: str = "127.0.0.1"
    """The address the API listens on. Put TLS in front of it before it is anything but this machine."""
    port: int = 3000
    admin_key: SecretStr | None = None
    """The key of the admin routes; they are closed while there is none. Only its hash is kept in memory."""
    metrics_token: SecretStr | None = None
    """What opens `GET /metrics` besides the admin key, and nothing else: for Prometheus."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API, as a JSON list; a page that holds an API key shows it to its visitors."""
    trusted_proxies: str = ""
    """Addresses (comma-separated, or `*`) of proxies whose `X-Forwarded-For` is believed."""
    body_limit: int = 1024 * 1024
    """Bytes of the largest JSON body."""
    auth_cache_seconds: float = 30.0
    """How long a key that was found is believed without asking the store: a revoked key works for at most this long."""
    auth_failures_per_minute: int = 60
    """Wrong keys one client address may try in a minute before it is told to wait."""
    owner_within: float = 10.0
    """Seconds in which a session host has to be found for logins and controls."""
    send_owner_within: float = 2.0
    """Seconds in which a session host has to be found for a send."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
