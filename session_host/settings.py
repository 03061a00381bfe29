"""What is set for a session host. Read once, by the supervisor and by each shard, and passed down."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, Field, field_validator

from session_host.downloads.policy import KINDS
from session_host.whatsapp.client_options import ClientOptions
from shared.outside.addresses import Allowed
from shared.proxy import PROXY_VARIABLES, Proxy
from shared.settings import Settings

SESSIONS, DELIVERIES = "sessions", "deliveries"


def _parts(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


class HostSettings(Settings):
    """Environment variables `WAGATE_<NAME>`; durations are seconds."""

    roles: str = "sessions,deliveries"
    """What this host does, with commas: `sessions` holds WhatsApp numbers, `deliveries` sends events to webhooks."""
    host_dir: Path | None = None
    """The folder of what only this host uses: auth folders, journals, who it is. By default the data folder; two
    session hosts on one machine that share a data folder need one each."""
    sessions_per_shard: int = Field(default=100, ge=1, le=1000)
    """Sessions one shard process holds at most: what an abort inside the WhatsApp library takes down at once."""
    logins_per_key: int = Field(default=50, ge=1)
    """Sessions of one key that a shard has waiting for a phone at once; at most half of `sessions_per_shard`."""
    inbox_messages: int = Field(default=100_000, ge=1)
    """Messages an inbox keeps at most; looked at once a day."""
    history_messages: int = Field(default=50_000, ge=1)
    """Messages that are taken at most of what was said before a session was linked."""
    set_aside_days: int = Field(default=90, ge=1)
    """How long an event is kept that could not be applied or published."""
    set_aside_events: int = Field(default=1000, ge=1)
    """How many of them a journal keeps at most."""
    unpaired_stops_after: float = Field(default=3600.0, gt=0)
    """A session without a pairing that nobody asks anything of for this long is stopped."""
    shards_per_host: int = Field(default=32, ge=1)
    """Shard processes of this host at most; when all of them are full, sessions wait for another host."""
    empty_shard_ends_after: float = Field(default=60.0, gt=0)
    """A shard that has held no session for this long ends, except for the first one of a host."""
    spare_shard: bool = False
    """Whether one more shard process is kept ready that takes the place of one that dies: about 80 MB of memory."""
    shard_launcher: str | None = None
    """A module that is run in front of the shard (`python -m LAUNCHER session_host.shard …`)."""
    whatsapp_proxy: str | None = Field(default=None, validation_alias=AliasChoices(*PROXY_VARIABLES))
    """`http://…` or `socks5://…`: how WhatsApp is reached from here. `WHATSAPP_PROXY` is read first."""
    snapshot_every: float | None = Field(default=None, gt=0)
    """Seconds between two snapshots of a busy session's auth folder: by default 5 with DynamoDB and S3, 300 on one
    machine."""
    auth_key: str | None = None
    """32 bytes in base64 that encrypt the snapshots of auth folders; the same on every host. A file when not set."""
    qr_rounds: int = Field(default=3, ge=1, le=20)
    """Rounds of QR codes (about six codes, two and a half minutes) that one request for a login begins."""
    unlink_for: float = Field(default=14 * 86_400.0, ge=0)
    """How long it is tried to remove a device from the phone after a logout or a delete; then its keys are dropped."""
    device_name: str = "wagate"
    """The name that the phone shows in its list of linked devices."""
    log_level: str = "info"
    """`debug`, `info`, `warning` or `error`."""
    heartbeat_timeout: float = Field(default=8.0, gt=0)
    """A shard whose loop has been silent this long is killed and started again."""
    startup_timeout: float = Field(default=30.0, gt=0)
    """A shard that starts is killed after so much processor time without a heartbeat, or so long without any."""
    secrets_max_age: float = Field(default=30 * 86_400.0, ge=86_400)
    """How long a message's secret stays in the session's auth database: votes, encrypted edits and comments need it."""
    secrets_max: int = Field(default=100_000, ge=1000)
    """How many of them are kept at most, the newest; one takes about 250 bytes."""
    shard_leftovers: int = Field(default=200, ge=1)
    """Threads and files that the WhatsApp library kept of clients that are gone: with more, a shard is replaced."""
    shard_memory: int = Field(default=512 << 20, ge=0)
    """Bytes of memory, and 4 MiB for each session it holds, with more than which a shard is replaced; 0: never."""
    shard_min_age: float = Field(default=600.0, ge=0)
    """A shard that is worn is not replaced before it is this old."""
    media_processes: int = Field(default=1, ge=1, le=16)
    """Processes of one shard that make pictures, sounds and films ready; each makes one ready at a time."""
    media_memory: int = Field(default=1 << 30, ge=256 << 20)
    """Bytes of address space that each of them may have."""
    media_seconds: float = Field(default=120.0, gt=0)
    """What one file may take; then it is refused."""
    media_upload_bytes: int = Field(default=100 << 20, ge=1 << 20)
    """Bytes of files that a shard uploads to WhatsApp at once: it holds three times as many. Larger ones go alone."""
    media_kinds: str = "image,video,audio,document,sticker"
    """Files of messages that are had from WhatsApp when they arrive, with commas; empty: none."""
    media_most: int = Field(default=100 << 20, ge=1)
    """Bytes of one of them; larger ones stay at WhatsApp."""
    media_days: int = Field(default=30, ge=1)
    """How long they are kept."""
    stop_within: float = Field(default=3.0, gt=0)
    """What a shard has for finishing what is in flight and disconnecting, after SIGTERM."""
    metrics_listen: str | None = None
    """`address:port` where Prometheus finds this host's metrics (`GET /metrics`). Whoever reaches it may read them."""
    cloudwatch_metrics: bool = False
    """Whether the log carries numbers for CloudWatch, a line a minute."""
    events_max_age: float = Field(default=7 * 86_400.0, ge=60)
    """How long the log of events keeps an event."""
    events_max_bytes: int = Field(default=1024**3, ge=1024**2)
    """What the log of events holds; when it is full, events wait in the journals."""
    events_replicas: int = Field(default=1, ge=1, le=5)
    """NATS servers that keep each event: 1 on one machine, 3 in a cluster."""

    url_allow: str = ""
    """Hosts, addresses and networks (comma-separated) where proxies of sessions, and webhooks, may be although they are
    private."""

    @property
    def client_options(self) -> ClientOptions:
        """Of clients of sessions that chose nothing else."""
        return ClientOptions(self.whatsapp_proxy, device_name=self.device_name)

    @property
    def holds_sessions(self) -> bool:
        """Whether this host runs shards."""
        return SESSIONS in _parts(self.roles)

    @property
    def delivers(self) -> bool:
        """Whether this host delivers events."""
        return DELIVERIES in _parts(self.roles)

    @field_validator("roles")
    @classmethod
    def _roles(cls, text: str) -> str:
        if not _parts(text) or _parts(text) - {SESSIONS, DELIVERIES}:
            raise ValueError(f"it may have {SESSIONS}, {DELIVERIES}, or both with a comma.")
        return text

    @field_validator("url_allow")
    @classmethod
    def _allowed(cls, text: str) -> str:
        Allowed.named(text)
        return text

    @field_validator("media_kinds")
    @classmethod
    def _kinds(cls, text: str) -> str:
        if unknown := _parts(text) - set(KINDS):
            raise ValueError(f"{', '.join(sorted(unknown))}: it may have {', '.join(KINDS)}.")
        return text

    @field_validator("whatsapp_proxy")
    @classmethod
    def _proxy(cls, url: str | None) -> str | None:
        if url:
            Proxy.parse(url)
        return url or None
