"""docker-compose.yml, run by podman-compose: the gateway of one server as its containers, volumes and networks.

Without its proxy, whose image is not the project's.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.images.engine import ROOT, Engine, EngineError

NETWORKS = tuple(Path("/usr/lib/podman") / name for name in ("netavark", "aardvark-dns"))
"""What makes networks in which containers find each other by name."""
_PROJECT = "wagate-compose"
_SERVICES = ("nats", "api", "host")
_USER = 10001
_READY_WITHIN = 60.0
_ASK = "import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())"

Compose = Callable[..., Awaitable[str]]


def missing() -> list[str]:
    """Programs that are needed and not installed."""
    programs = [path.name for path in NETWORKS if not path.exists()]
    return programs if shutil.which("iptables") else [*programs, "iptables"]


async def try_compose(engine: Engine) -> str:
    """Start it, ask it, back it up; the name of the archive.

    Raises:
        EngineError: something of it failed.
        TimeoutError: it does not get ready; its logs are printed.
    """
    async with _running(engine) as compose:
        async with asyncio.timeout(_READY_WITHIN):
            while not await _answers(compose, "http://127.0.0.1:3000/ready"):
                await asyncio.sleep(0.5)
        if b"wagate_shard_up" not in (await _asked(compose, "http://host:9464/metrics")).encode():
            raise EngineError("the host serves no metrics")
        await compose("--profile", "backup", "run", "--rm", "backup")
    (archive,) = (engine.folder / "compose" / "backups").glob("*.tar.gz")
    return archive.name


@asynccontextmanager
async def _running(engine: Engine) -> AsyncGenerator[Compose]:
    folder = engine.folder / "compose"
    (folder / "backups").mkdir(parents=True)
    os.chown(folder / "backups", _USER, _USER)  # as docs/self-hosting.md says
    shutil.copy(ROOT / "docker-compose.yml", folder)
    given = {"DOMAIN": "localhost"} | {
        name: secrets.token_hex(32) for name in ("WAGATE_ADMIN_KEY", "WAGATE_NATS_TOKEN")
    }
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))

    async def compose(*words: str) -> str:
        file = str(folder / "docker-compose.yml")
        return await engine.run(sys.executable, "-m", "podman_compose", "-p", _PROJECT, "-f", file, *words)

    try:
        await compose("up", "--detach", "--no-build", "--no-deps", *_SERVICES)
        yield compose
    except TimeoutError:
        print(await compose("logs", "--tail", "20"))
        raise
    finally:
        await compose("down", "--volumes")


async def _asked(compose: Compose, url: str) -> str:
    """What the container of the API is answered."""
    return await compose("exec", "-T", "api", "python", "-c", _ASK, url)


async def _answers(compose: Compose, url: str) -> bool:
    try:
        await _asked(compose, url)
    except EngineError:
        return False
    return True
