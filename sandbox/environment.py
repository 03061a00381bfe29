"""How other processes find the sandbox: the ready file, and the environment a client process needs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_ROOT_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SandboxAddresses:
    """Where a running sandbox listens and what its clients must trust; what its ready file says.

    Attributes:
        control: base URL of the control API.
        proxy: URL of the CONNECT proxy that clients go through.
        root_key: public root key, hex.
        ca_file: PEM file with the authority of the server's TLS certificate.
        pid: of the sandbox.
    """

    control: str
    proxy: str
    root_key: str
    ca_file: Path
    pid: int

    @classmethod
    def load(cls, path: Path) -> SandboxAddresses:
        """Return what the ready file at `path` says.

        Raises:
            FileNotFoundError: The sandbox is not ready.
            ValueError: This is no ready file.
        """
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, text: str | bytes) -> SandboxAddresses:
        """Return what the text of a ready file says. Raises ValueError when it is none."""
        said = json.loads(text)
        try:
            addresses = cls(said["control"], said["proxy"], said["rootKey"], Path(said["caFile"]), int(said["pid"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no ready file of a sandbox: {error!r}") from error
        if not _ROOT_KEY.fullmatch(addresses.root_key):
            raise ValueError("the root key of a ready file is no 64 hex digits")
        return addresses

    def to_json(self) -> str:
        """Return the text of a ready file, one line."""
        return json.dumps(
            {
                "control": self.control,
                "proxy": self.proxy,
                "rootKey": self.root_key,
                "caFile": str(self.ca_file),
                "pid": self.pid,
            }
        )

    def shard_environment(self) -> dict[str, str]:
        """Return what a process that runs clients needs in its environment *when it is executed*.

        The clients' TLS is Go's, which reads SSL_CERT_FILE once, from what the process was started with.
        """
        return {
            "SANDBOX_ROOT_KEY": self.root_key,
            "WHATSAPP_PROXY": self.proxy,
            "SSL_CERT_FILE": str(self.ca_file),
        }
