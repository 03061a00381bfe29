"""Images and containers by buildah and podman, as they work without a daemon: runc, and the machine's own network."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ("api", "host", "sandbox", "nats")
BASE = "docker.io/library/python:3.11-slim-bookworm"
_TOOLS = ("buildah", "podman", "runc", "debootstrap")
_SETTINGS = """
[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=2048:2048"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


class EngineError(RuntimeError):
    """A command of the engine failed; carries what it said."""


def missing_tools() -> list[str]:
    """Programs that are needed and not installed."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine with settings of its own in a folder."""

    folder: Path

    async def run(self, *command: str, stdin: Path | None = None) -> str:
        """What a command prints; raises EngineError."""
        settings = self.folder / "containers.conf"
        settings.write_text(_SETTINGS)
        given = stdin.open("rb") if stdin else asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            stdin=given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"CONTAINERS_CONF": str(settings)},
        )
        out, error = await process.communicate()
        if process.returncode:
            raise EngineError(f"{' '.join(command[:4])} …: {error.decode()[-2000:]}")
        return out.decode().strip()

    async def build(self, name: str, base: str) -> None:
        """Build one of the project's images as `localhost/wagate-NAME`, on a base named by its digest."""
        await self.run(
            # Two stages at once: the site of docs/ beside the packages of the API.
            *("buildah", "bud", "--jobs=2", "--format", "docker", "--layers", "--isolation=chroot", "--network=host"),
            *(
                "--pull-never",
                "--build-arg",
                f"PYTHON={base}",
                "--file",
                f"infra/images/{name}.Dockerfile",
                "--tag",
                f"wagate-{name}",
                ".",
            ),
        )


@dataclass(slots=True)
class Container:
    """One container of an image of the project; its root file system is read-only."""

    engine: Engine
    name: str
    image: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    mounts: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Folders of this machine by where they are in the container."""
    entrypoint: str | None = None

    async def start(self) -> None:
        """Start it, anew when there was one."""
        await self.remove()
        await self.engine.run(
            *("podman", "run", "--detach", "--name", self.name, "--network=host", "--read-only", "--cap-drop=all"),
            *("--no-healthcheck", "--security-opt=no-new-privileges", "--log-driver=k8s-file"),
            *(word for name, value in self.environment.items() for word in ("--env", f"{name}={value}")),
            *(word for place, there in self.mounts.items() for word in ("--volume", f"{place}:{there}")),
            *(("--entrypoint", self.entrypoint) if self.entrypoint else ()),
            f"localhost/wagate-{self.image}",
            *self.command,
        )

    async def kill(self) -> None:
        """End it at once."""
        await self.engine.run("podman", "kill", "--signal=KILL", self.name)

    async def stop(self) -> None:
        """End it as a deployment does: SIGTERM, and 60 s."""
        await self.engine.run("podman", "stop", "--time=60", self.name)

    async def remove(self) -> None:
        """Leave nothing of it. May be repeated."""
        await self.engine.run("podman", "rm", "--force", "--volumes", "--ignore", self.name)

    async def log(self) -> str:
        """The end of what it printed."""
        return (await self.engine.run("podman", "logs", "--tail", "30", self.name))[-3000:]
