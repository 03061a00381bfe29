"""Settings that both sides have in common. Built once in a composition root and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import plain_pydantic  # noqa: F401 # pyright: ignore[reportUnusedImport] - before the first model
from shared.sealing.keys import keys_in
from shared.sealing.sealer import Sealer

LEAST_SECRET = 16
"""Characters of a secret that people choose. At 60 guesses a minute and address, that many are not guessed."""


_PREFIX = "WAGATE_"
_MANY_LINES = frozenset({"nats_ca"})
"""Settings that may be a text of several lines."""


class Settings(BaseSettings):
    """Base of all settings: what comes along with copying does not count.

    Blanks and a newline around a value go, of a secret too: no header could carry them. Within it they are refused.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_was_meant(cls, value: Any, about: ValidationInfo) -> Any:  # noqa: ANN401 - whatever was set
        if not isinstance(value, str):
            return value
        value = value.strip()
        if not value.isprintable() and about.field_name not in _MANY_LINES:
            raise ValueError("it has a line break or an invisible character within it: was more copied than the value?")
        return value


def in_words(error: ValidationError) -> str:
    """Each wrong setting and what is wrong with it, a line each, without what was set: it may be a secret."""
    told = error.errors(include_url=False, include_input=False, include_context=False)
    return "\n".join(
        " ".join([*(f"{_variable(part)}:" for part in each["loc"]), each["msg"].removeprefix("Value error, ")])
        for each in told
    )


def _variable(part: str | int) -> str:
    """The environment variable of a field, which may have a name of its own."""
    name = str(part)
    return name if name.isupper() else f"{_PREFIX}{name.upper()}"


class StoreSettings(Settings):
    """Where rows and blobs are kept, and where NATS is. Environment variables `WAGATE_<NAME>`."""

    store: Literal["sqlite", "dynamodb"] = "sqlite"
    """`sqlite`: rows in SQLite and blobs in a folder, on one machine. `dynamodb`: DynamoDB and S3."""
    data_dir: Path = Path("data")
    """The folder of everything that is kept on this machine."""
    sqlite_synchronous: Literal["FULL", "NORMAL"] = "FULL"
    """FULL survives a power cut with every acknowledged write; NORMAL survives crashes of processes only."""
    secrets_key: str | None = Field(default=None, repr=False)
    """Encrypts the secrets that keys give the gateway: texts of at least 32 characters, with commas; the first encrypts
    what is new, all of them decrypt. A file when not set; with DynamoDB there is no other."""
    inbox_days: int = Field(default=90, ge=1)
    """How long a message that arrived is kept in the inbox."""
    media_bytes: int = Field(default=20 * 1024**3, ge=0)
    """Bytes that all files may take, uploads and what comes with messages; 0 is no limit."""
    media_key_bytes: int = Field(default=10 * 1024**3, ge=0)
    """The same for the files of one API key."""
    nats_url: str = "nats://127.0.0.1:4222"
    """`tls://`: over TLS or not at all. Several with commas."""
    nats_token: str | None = None
    nats_ca: str | None = None
    """Certificates of who signed NATS's, as PEM text or as the path of a file: demands TLS. Unset: the system's."""
    nats_tls_first: bool = False
    """TLS before anything else is said, for a NATS server with `handshake_first`: demands TLS."""
    aws_endpoint_url: str | None = None
    """Another endpoint for DynamoDB and S3: an emulator."""
    aws_on_threads: bool = False
    """Whether AWS is asked on threads, by what is loaded sooner: a Lambda function does so."""
    aws_region: str = "eu-central-1"
    table_prefix: str = "wagate-"
    bucket: str = "wagate"

    @field_validator("secrets_key")
    @classmethod
    def _keys(cls, setting: str | None) -> str | None:
        if setting:
            keys_in(setting)
        return setting or None

    def sealer(self) -> Sealer:
        """What encrypts secrets at rest. On one machine its key may be a file; several need one that is set."""
        return Sealer(self.secrets_key, self.data_dir / "secrets.key" if self.store == "sqlite" else None)


class TraceSettings(BaseSettings):
    """Whether traces are exported, by OpenTelemetry's own variables; its exporter reads the others of them."""

    model_config = SettingsConfigDict(env_prefix="OTEL_", frozen=True, hide_input_in_errors=True)

    exporter_otlp_endpoint: str = ""
    """The collector: `http://localhost:4318`. Traces go to `/v1/traces` below it."""
    exporter_otlp_traces_endpoint: str = ""
    """The same for traces alone, with the whole path."""
    traces_exporter: str = "otlp"
    """`none`: no traces, although there is a collector."""
    sdk_disabled: str = ""
    """`true`: nothing of OpenTelemetry."""

    @property
    def wanted(self) -> bool:
        """Whether there is a collector that is to have traces."""
        off = self.sdk_disabled.strip().lower() == "true" or self.traces_exporter.strip().lower() != "otlp"
        return not off and bool(self.exporter_otlp_endpoint or self.exporter_otlp_traces_endpoint)
