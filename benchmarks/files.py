"""`python -m benchmarks.files [MEBIBYTES]`: what the memory of the API does while a file comes in and goes out.

Starts an API with NATS of its own, uploads a file and reads it, and prints how much its resident memory grew at most.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from cli.gateway.ports import free_port
from tests.emulators import servers

ADMIN = "an-admin-key-of-a-benchmark"
_PIECE = 64 * 1024
_LOOK_EVERY = 0.01
_WITHIN = 30.0


async def main(mebibytes: int) -> None:
    """Measure both and print them."""
    with tempfile.TemporaryDirectory() as folder:
        async with api(Path(folder), mebibytes) as (pid, http):
            made = await http.post(
                "/api/admin/apikeys/generate", json={"name": "benchmark"}, headers={"X-Admin-Key": ADMIN}
            )
            key = {"X-API-Key": made.json()["apiKey"]}
            first = await http.post("/api/upload", headers=key, files={"file": ("a", b"x" * 300_000)})
            await http.get(first.json()["file"]["url"], headers=key)
            size = mebibytes * 1024 * 1024
            for words in ("first", "second"):
                before = resident(pid)
                async with watched(pid) as peak:
                    began = time.monotonic()
                    uploaded = await http.post("/api/upload", headers=key | FORM, content=form(size))
                    took = time.monotonic() - began
                url = uploaded.raise_for_status().json()["file"]["url"]
                print(f"{words} upload of {mebibytes} MiB: +{peak() - before:.1f} MB, {mebibytes / took:.0f} MiB/s")
                before = resident(pid)
                async with watched(pid) as peak:
                    began, came = time.monotonic(), 0
                    async with http.stream("GET", url, headers=key) as answer:
                        async for piece in answer.aiter_raw():
                            came += len(piece)
                    took = time.monotonic() - began
                if came != size:
                    raise RuntimeError(f"{came} of {size} bytes came")
                print(f"{words} download of {mebibytes} MiB: +{peak() - before:.1f} MB, {mebibytes / took:.0f} MiB/s")


FORM = {"Content-Type": "multipart/form-data; boundary=x"}


async def form(size: int) -> AsyncIterator[bytes]:
    """A form with a file of so many bytes, none of which repeats soon."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    block = os.urandom(_PIECE)
    for _ in range(size // _PIECE):
        yield block
    yield b"\r\n--x--\r\n"


def resident(pid: int) -> float:
    """Megabytes of memory that a process has."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


@asynccontextmanager
async def watched(pid: int):  # noqa: ANN201 - a callable
    """Gives a function that tells the most it had while the block ran."""
    most = resident(pid)

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, resident(pid))
            await asyncio.sleep(_LOOK_EVERY)

    watching = asyncio.create_task(watch())
    try:
        yield lambda: most
    finally:
        watching.cancel()


@asynccontextmanager
async def api(folder: Path, mebibytes: int):  # noqa: ANN201 - pid and client
    """A running API."""
    with servers.nats_server() as nats:
        port = free_port()
        settings = {
            "WAGATE_NATS_URL": nats.url,
            "WAGATE_DATA_DIR": str(folder / "data"),
            "WAGATE_ADMIN_KEY": ADMIN,
            "WAGATE_PORT": str(port),
            "WAGATE_UPLOAD_LIMIT": str(mebibytes * 1024 * 1024),
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "functions", env=os.environ | settings)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
                await _until_up(http)
                yield process.pid, http
        finally:
            process.terminate()
            await process.wait()


async def _until_up(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(_WITHIN):
        while True:
            try:
                if (await http.get("/health")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
