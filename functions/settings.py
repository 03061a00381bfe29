"""Settings of the HTTP API."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from functions.access.client_address import Proxies
from shared.outside.addresses import Allowed
from shared.settings import LEAST_SECRET, StoreSettings


class ApiSettings(StoreSettings):
    """What the API needs beside the stores. Environment variables `WAGATE_<NAME>`; all in `docs/settings.md`."""

    host: str = "127.0.0.1"
    """The address the API listens on. Put TLS in front of it before it is anything but this machine."""
    port: int = 3000
    admin_key: SecretStr | None = None
    """The key of the admin routes; they are closed while there is none. Only its hash is kept in memory."""
    metrics_token: SecretStr | None = None
    """What opens `GET /metrics` besides the admin key, and nothing else: for Prometheus."""
    allow_short_secrets: bool = False
    """Whether those two may have fewer than 16 characters, which can be guessed: `wagate sandbox` sets it."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API, as a JSON list; a page that holds an API key shows it to its visitors."""
    trusted_proxies: str = ""
    """Addresses and networks (comma-separated) of the proxies in front, whose `X-Forwarded-For` is believed: the last
    address in it that is none of theirs is the caller's. `*`: of whoever connects, where nobody but the proxy can."""
    body_limit: int = 1024 * 1024
    """Bytes of the largest JSON body."""
    import_limit: int = 34 * 1024 * 1024
    """Bytes of the largest body that brings a pairing."""
    base64_limit: int = Field(default=8 * 1024 * 1024, ge=1)
    """Bytes of the largest JSON body that sends a file: one in base64 is in memory as a whole."""
    connections: int = Field(default=10_000, ge=1)
    """Connections in all, as far as the open files that this process may have allow it; beyond, those that are idle are
    closed, the longest idle first, then new ones refused."""
    connections_per_address: int = Field(default=1_000, ge=1)
    """The same for one client address; proxies that are trusted have no such limit."""
    bodies_limit: int = Field(default=64 * 1024 * 1024, ge=1)
    """Bytes of all bodies that are being received; beyond, requests are told to wait."""
    upload_limit: int = Field(default=50 * 1024 * 1024, ge=1)
    """Bytes of the largest file that is uploaded."""
    upload_hours: int = Field(default=24, ge=1)
    """How long an upload stays that no message uses."""
    streams: int = Field(default=5_000, ge=0)
    """Streams of events, and polls that wait for one, in all of an API process."""
    streams_per_key: int = Field(default=1_000, ge=0)
    """The same for one key."""
    webhooks_per_key: int = Field(default=50, ge=0)
    """Webhooks that one key may have."""
    uploads: int = Field(default=32, ge=1)
    """Files that one API process takes in at the same time; each holds up to 0.5 MiB, with S3 up to 10 MiB."""
    url_allow: str = ""
    """Hosts, addresses and networks (comma-separated) that files may be fetched from, and webhooks be at, although they
    are private."""
    auth_cache_seconds: float = 30.0
    """How long a key that was found is believed without asking the store: a revoked key works for at most this long."""
    auth_failures_per_minute: int = 60
    """Wrong keys one client address may try in a minute before wrong ones are told to wait, and the admin key is not
    compared any more. Good API keys always pass."""
    owner_within: float = 10.0
    """Seconds in which a session host has to be found for logins and controls."""
    send_owner_within: float = 2.0
    """Seconds in which a session host has to be found for a send."""
    max_sessions: int | None = Field(default=None, ge=0)
    """Sessions a key may have that has no `maxSessions` of its own; no limit when not set."""
    queue_limit: int = Field(default=1000, ge=1)
    """Messages of a session that may wait to be sent."""
    new_sessions_per_minute: int = Field(default=120, ge=0)
    """New sessions a key may make in a minute, in each API process; 0 is no limit."""
    sandbox_url: str | None = Field(default=None, pattern=r"^http://(127\.0\.0\.1|localhost):\d{1,5}$")
    """Where the phones are of a WhatsApp of one's own: `wagate sandbox` sets it, and the console shows them then."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, text: str) -> str:
        Proxies.named(text)
        return text

    @field_validator("url_allow")
    @classmethod
    def _allowed(cls, text: str) -> str:
        Allowed.named(text)
        return text

    @model_validator(mode="after")
    def _long_secrets(self) -> Self:
        for name, secret in (("WAGATE_ADMIN_KEY", self.admin_key), ("WAGATE_METRICS_TOKEN", self.metrics_token)):
            short = secret is not None and 0 < len(secret.get_secret_value()) < LEAST_SECRET
            if short and not self.allow_short_secrets:
                raise ValueError(
                    f"{name} has fewer than {LEAST_SECRET} characters, so it can be guessed. "
                    "Make another: openssl rand -hex 32"
                )
        return self
