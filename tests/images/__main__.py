"""`make images`: build the project's images, run a whole gateway of them on this machine, and take hosts away.

An API, three NATS servers, two session hosts and the sandbox WhatsApp, a container each; DynamoDB and S3 are emulated
beside them. The tutorial runs through them; then a host is killed, and then both are replaced one after the other while
messages are sent. At last docker-compose.yml is run and backed up. Exit status 1 when a step fails: sessions back
within 15 s, no send failed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp

from tests.images import compose
from tests.images.base import bring
from tests.images.engine import IMAGES, ROOT, Engine, missing_tools
from tests.images.gateway import Gateway, running_gateway

_SESSIONS = 6
_BACK_WITHIN = 15.0
_OK = 200


async def tutorial(on: Gateway, folder: Path) -> None:
    """What a newcomer runs, in a folder for its pictures; raises RuntimeError with its words."""
    settings = {"WAGATE_URL": on.url, "SANDBOX_URL": on.whatsapp.addresses.control, "WAGATE_ADMIN_KEY": on.admin_key}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "examples" / "python" / "tutorial.py")),
        cwd=folder,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(out.decode())


async def pages(on: Gateway) -> None:
    """What is made of files and metadata that an image may lack; raises RuntimeError."""
    async with aiohttp.ClientSession(on.url, headers={"X-Admin-Key": on.admin_key}) as http:
        for path, shows in (
            ("/schema", "openapi"),
            ("/docs", "<html"),
            ("/docs/webhooks/", "<html"),
            ("/metrics", "# TYPE"),
        ):
            async with http.get(path) as answer:
                text = await answer.text()
                if answer.status != _OK or shows not in text:
                    raise RuntimeError(f"{path}: {answer.status} {text[:2000]}")


async def kill_a_host(on: Gateway) -> float:
    """Seconds until every session is connected again, elsewhere."""
    host = await on.busiest()
    began = time.time()
    await host.kill()
    seconds = await on.connected_after(began)
    await host.start()
    return seconds


async def replace_hosts(on: Gateway) -> Counter[str]:
    """Outcomes of what was sent while every host was stopped and started anew, one at a time."""
    over = asyncio.Event()
    sending = asyncio.create_task(on.send_until(over))
    for host in on.hosts:
        await on.until_leases(len(on.hosts))
        await host.stop()
        await host.start()
    await on.until_leases(len(on.hosts))
    over.set()
    return await sending


async def main() -> int:
    """Do all of it and print a line for each step; the exit status."""
    if missing := missing_tools():
        print(f"images: not installed: {', '.join(missing)} (apt-get install podman buildah runc debootstrap)")
        return 1
    with tempfile.TemporaryDirectory(prefix="wagate-images-") as folder:
        engine = Engine(Path(folder))
        base, came = await bring(engine)
        print(f"base image: {base}, {came}", flush=True)
        for name in IMAGES:
            began = time.monotonic()
            await engine.build(name, base)
            size = int(await engine.run("podman", "image", "inspect", "--format", "{{.Size}}", f"wagate-{name}"))
            print(f"wagate-{name}: built in {time.monotonic() - began:.0f} s, {size / 1e6:.0f} MB", flush=True)
        async with running_gateway(engine) as on:
            print("running: an API, three NATS, two hosts, the sandbox", flush=True)
            await tutorial(on, engine.folder)
            print("the tutorial ran through them", flush=True)
            await pages(on)
            await on.log_in(_SESSIONS)
            back = await kill_a_host(on)
            print(f"a host was killed: its sessions were back after {back:.1f} s", flush=True)
            outcomes = await replace_hosts(on)
            print(f"both hosts were replaced; messages meanwhile: {dict(outcomes)}", flush=True)
        if left_out := compose.missing():
            print(f"docker-compose.yml: left out, not installed: {', '.join(left_out)}", flush=True)
        else:
            archive = await compose.try_compose(engine)
            print(f"docker-compose.yml: ready, with metrics; backed up to {archive}", flush=True)
    return int(back > _BACK_WITHIN or outcomes.keys() != {"sent"})


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
