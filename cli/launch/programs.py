"""What a gateway on one machine consists of: which programs, with which settings, and how each shows that it works."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.gateway.data_folder import DataFolder
from cli.launch.asking import http_problem, said
from cli.launch.logs import fresh_log
from cli.launch.member import Member
from cli.program.failure import Failure
from sandbox.environment import SandboxAddresses

_NATS = Path(sys.prefix, "bin", "nats-server")
_NATS_TOKEN = "WAGATE_NATS_TOKEN"  # noqa: S105 - the name of a variable
_OF_ANOTHER_NATS = {"WAGATE_NATS_CA", "WAGATE_NATS_TLS_FIRST"}
"""Ours listens on this machine only, and speaks no TLS."""
_NATS_LIMITS = "max_memory_store: 64MiB, max_file_store: 16GiB"
"""The stream of events has a limit of its own (`WAGATE_EVENTS_MAX_BYTES`), which has to be within this one."""
_SANDBOX_LAUNCHER = "sandbox.trust"


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything listens and keeps its data."""

    folder: DataFolder
    host: str
    port: int
    nats_port: int
    nats_token: str

    @classmethod
    def choose(cls, folder: DataFolder, host: str, port: int, nats_port: int) -> Places:
        """With a NATS token of its own, in letters that nats-server's configuration cannot take for a number."""
        return cls(folder, host, port, nats_port, f"nats_{secrets.token_hex(24)}")

    @property
    def reached_at(self) -> str:
        """The address at which this machine reaches the API."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    @property
    def url(self) -> str:
        """How this machine reaches the API."""
        host = self.reached_at
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def nats_url(self) -> str:
        """How the API and the session host reach NATS."""
        return f"nats://127.0.0.1:{self.nats_port}"

    def settings(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """The environment of the API and the session host."""
        return {
            **{name: value for name, value in inherited.items() if name not in _OF_ANOTHER_NATS},
            "WAGATE_STORE": "sqlite",
            "WAGATE_DATA_DIR": str(self.folder.path.resolve()),
            "WAGATE_NATS_URL": self.nats_url,
            _NATS_TOKEN: self.nats_token,
            "PYTHONSAFEPATH": "1",  # a folder named like one of ours, where the user happens to stand, is not ours
            "PYTHONUNBUFFERED": "1",
        }


def nats_server(places: Places) -> Member:
    """NATS, for this machine only, with a token that is in its environment and in no file or list of processes."""
    if not _NATS.exists():
        raise Failure(
            f"nats-server is not installed ({_NATS} is missing).",
            remedy="Install it with: uv sync --all-extras",
            code="NOT_INSTALLED",
        )
    config = places.folder.run / "nats.conf"
    config.write_text(
        f'listen: "127.0.0.1:{places.nats_port}"\n'
        f"authorization {{ token: ${_NATS_TOKEN} }}\n"
        f"jetstream {{ store_dir: {_quoted(places.folder.events.resolve())}, sync_interval: always, {_NATS_LIMITS} }}\n"
    )

    async def missing() -> str | None:
        greeting = await said("127.0.0.1", places.nats_port, b"", until=b"\r\n")
        return None if greeting and greeting.startswith(b"INFO ") else "it does not say who it is"

    command = [str(_NATS), "--config", str(config)]
    return Member("NATS", command, {_NATS_TOKEN: places.nats_token}, fresh_log(places.folder.logs, "nats"), missing)


def _quoted(path: Path) -> str:
    """A path as a string of nats-server's configuration."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def session_host(places: Places, inherited: Mapping[str, str], addresses: SandboxAddresses | None) -> Member:
    """The supervisor of the shards; it works when the API says so."""
    environment = places.settings(inherited)
    if addresses is not None:
        environment |= addresses.shard_environment() | {"WAGATE_SHARD_LAUNCHER": _SANDBOX_LAUNCHER}

    async def missing() -> str | None:
        return None

    command = [sys.executable, "-m", "session_host"]
    return Member("session host", command, environment, fresh_log(places.folder.logs, "session-host"), missing)


def api(places: Places, inherited: Mapping[str, str], admin_key: str, control_port: int | None) -> Member:
    """The HTTP API; its /ready is that of the whole gateway."""
    environment = places.settings(inherited) | {
        "WAGATE_HOST": places.host,
        "WAGATE_PORT": str(places.port),
        "WAGATE_ADMIN_KEY": admin_key,
    }
    if control_port is not None:
        environment["WAGATE_SANDBOX_URL"] = f"http://127.0.0.1:{control_port}"

    async def missing() -> str | None:
        return await http_problem(places.reached_at, places.port, "/ready")

    command = [sys.executable, "-m", "functions"]
    return Member("API", command, environment, fresh_log(places.folder.logs, "api"), missing)


def sandbox_whatsapp(places: Places, inherited: Mapping[str, str], control_port: int) -> Member:
    """The WhatsApp of one's own; its state stays in the data folder, like that of the gateway's numbers."""
    ready_file = sandbox_ready_file(places.folder)
    ready_file.unlink(missing_ok=True)

    async def missing() -> str | None:
        return None if ready_file.exists() else "it has not said where it listens"

    data = places.folder.path / "sandbox"
    options = ["--control-port", str(control_port), "--data", str(data), "--ready-file", str(ready_file)]
    # The proxy's port stays the same when the sandbox is started again: the shards were given it once.
    options += ["--proxy-port", str(places.nats_port + 1)]
    command = [sys.executable, "-m", "sandbox", *options]
    environment = {**inherited, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    return Member("sandbox", command, environment, fresh_log(places.folder.logs, "sandbox"), missing)


def sandbox_ready_file(folder: DataFolder) -> Path:
    """Where the sandbox says how it is reached."""
    return folder.run / "sandbox.json"
