"""How other processes find the sandbox: the ready file, and the environment a client process needs."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class SandboxAddresses(BaseModel):
    """Where a running sandbox listens and what its clients must trust; what its ready file says."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    control: str = Field(description="Base URL of the control API.")
    proxy: str = Field(description="URL of the CONNECT proxy that clients go through.")
    root_key: str = Field(pattern=r"^[0-9a-f]{64}$", description="Public root key, hex.")
    ca_file: Path = Field(description="PEM file with the authority of the server's TLS certificate.")
    pid: int

    @classmethod
    def load(cls, path: Path) -> SandboxAddresses:
        """Return what the ready file at `path` says.

        Raises:
            FileNotFoundError: The sandbox is not ready.
            pydantic.ValidationError: This is no ready file.
        """
        return cls.model_validate_json(path.read_bytes())

    def to_json(self) -> str:
        """Return the text of a ready file, one line."""
        return self.model_dump_json(by_alias=True)

    def shard_environment(self) -> dict[str, str]:
        """Return what a process that runs clients needs in its environment *when it is executed*.

        The clients' TLS is Go's, which reads SSL_CERT_FILE once, from what the process was started with.
        """
        return {
            "SANDBOX_ROOT_KEY": self.root_key,
            "WHATSAPP_PROXY": self.proxy,
            "SSL_CERT_FILE": str(self.ca_file),
        }
