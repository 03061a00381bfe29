"""`python -m benchmarks.media_memory`: what many large documents that are sent at once take of memory.

Prints what the API, the shard and the converters' process had resident before, and at most while they were sent.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks import gateway as gateways
from benchmarks.files import FORM, form
from benchmarks.gateway import Gateway
from benchmarks.processes import kind_of

_MIB = 1 << 20
_WATCHED = ("api", "shard", "converters")
_SESSION, _NUMBER = "session", "628000000001"


def status(pid: int, name: str) -> int:
    """One of the kernel's figures of a process, bytes."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(name)]
    return int(line.split()[1]) * 1024


def watched(gateway: Gateway) -> dict[str, int]:
    """Process ids, by kind."""
    return {
        kind: process.pid
        for process in psutil.Process(gateway.pid).children(recursive=True)
        if (kind := kind_of(process)) in _WATCHED
    }


async def upload(gateway: Gateway, size: int) -> str:
    """The id of an upload of so many bytes, brought in pieces."""
    headers = {"X-API-Key": gateway.key} | FORM
    async with gateway.http.post(f"{gateway.url}/api/upload", data=form(size), headers=headers) as answer:
        return str((await answer.json())["file"]["id"])


async def send(gateway: Gateway, sink: str, media_id: str) -> None:
    """Send it as a document, until that ends."""
    body = {"sessionId": _SESSION, "number": sink, "mediaId": media_id, "wait": 60}
    row = await gateway.call("POST", "/api/send-document", json=body)
    while row["status"] not in {"sent", "delivered", "read"}:
        await asyncio.sleep(0.2)
        row = await gateway.call("GET", f"/api/messages/{row['id']}")
        if row["status"] == "failed":
            raise RuntimeError(f"it was not sent: {row}")


async def main(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    settings = {"WAGATE_UPLOAD_LIMIT": str(arguments.size * _MIB)}
    with tempfile.TemporaryDirectory(prefix="wagate-memory-") as folder:
        async with gateways.running(Path(folder) / "data", environment=settings) as gateway:
            await gateway.log_in(_SESSION, _NUMBER)
            sinks = await gateway.sinks(arguments.files)
            small = await gateway.upload(os.urandom(1000))
            for sink in sinks:  # what is loaded once
                await send(gateway, sink, small)
            files = [await upload(gateway, arguments.size * _MIB) for _ in sinks]
            pids = watched(gateway)
            before = {kind: status(pid, "VmRSS") for kind, pid in pids.items()}
            for pid in pids.values():
                Path(f"/proc/{pid}/clear_refs").write_text("5")
            await asyncio.gather(*(send(gateway, sink, file) for sink, file in zip(sinks, files, strict=True)))
            print(f"{arguments.files} documents of {arguments.size} MiB at once, MiB before and at most:")
            for kind, pid in pids.items():
                with suppress(OSError):
                    print(f"{kind}: {before[kind] // _MIB} -> {status(pid, 'VmHWM') // _MIB}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_memory", description=__doc__)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--size", type=int, default=100, help="of each, MiB")
    asyncio.run(main(parser.parse_args()))
