"""`python -m benchmarks.console`: what the console costs with 500 sessions.

Server time: from a request to its whole answer, on one connection of this machine. A change: from the answer of
whoever stops a session until the list that an open page asks for shows it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from benchmarks.gateway import Gateway, running
from shared.adapters.stores import open_stores
from shared.ids import hash_api_key, now_ms
from shared.sessions.model import Desired
from shared.settings import StoreSettings

_ASKED = 50
_CHANGES = 10
_SHOWN_WITHIN = 20.0


async def main() -> None:
    """Measure it and print a line for each number."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    options.add_argument("--sessions", type=int, default=500)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "data") as gateway, _browser(gateway) as http:
            await _fill(gateway, asked.sessions)
            before = _memory(gateway)
            await http.post("/console/login", data={"key": gateway.key})
            page = await http.get("/console/sessions")
            first = _memory(gateway)
            times = [await _took(http, "/console/sessions") for _ in range(_ASKED)]
            part = {"HX-Request": "true"}
            parts = [await _took(http, "/console/sessions", **part) for _ in range(_ASKED)]
            api = {"X-API-Key": gateway.key}
            plain = [await _took(http, "/api/sessions", **api) for _ in range(_ASKED)]
            sizes = await _sizes(http, page.text)
            changes = [await _change(http, gateway) for _ in range(_CHANGES)]
    print(f"sessions                         {asked.sessions}")
    print(f"page, median and 95th            {_both(times)} ms")
    print(f"part that changes                {_both(parts)} ms")
    print(f"GET /api/sessions                {_both(plain)} ms")
    print(
        f"page over the wire               {sizes[0] / 1000:.1f} kB, with styles and scripts {sum(sizes) / 1000:.1f} kB"
    )
    print(f"a change is in the list after    {_both(changes)} ms")
    print(f"memory of the API (USS)          {before:.1f} MB, after the first page {first:.1f} MB")


def _browser(gateway: Gateway) -> httpx.AsyncClient:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
    return httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=60)


async def _fill(gateway: Gateway, count: int) -> None:
    """Sessions that are stopped, so that no host takes them: the list is as long as with others."""
    async with open_stores(StoreSettings(data_dir=gateway.data)) as stores:
        key = await stores.keys.by_hash(hash_api_key(gateway.key))
        if key is None:
            raise RuntimeError("the gateway has another folder")
        for place in range(count):
            session, _ = await stores.sessions.get_or_create(key.id, f"number-{place:03d}", now=now_ms())
            await stores.sessions.set_desired(session.uid, Desired.STOPPED)


def _memory(gateway: Gateway) -> float:
    for process in psutil.Process(gateway.pid).children(recursive=True):
        if process.cmdline()[1:3] == ["-m", "functions"]:
            return process.memory_full_info().uss / 1e6
    raise RuntimeError("there is no API")


async def _took(http: httpx.AsyncClient, path: str, **headers: str) -> float:
    begun = time.perf_counter()
    answer = await http.get(path, headers=headers)
    answer.raise_for_status()
    return (time.perf_counter() - begun) * 1e3


async def _sizes(http: httpx.AsyncClient, page: str) -> list[int]:
    """Bytes as they go over the wire: the page, then what it needs."""
    paths = ["/console/sessions", *re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', page)]
    sizes: list[int] = []
    for path in dict.fromkeys(paths):
        async with http.stream("GET", path) as answer:
            sizes.append(len(b"".join([piece async for piece in answer.aiter_raw()])))
    return sizes


async def _change(http: httpx.AsyncClient, gateway: Gateway) -> float:
    """Start a session and stop it; milliseconds until an open page would show that."""
    path, api = "/api/sessions/number-000", {"X-API-Key": gateway.key}
    async with http.stream("GET", "/console/live") as live, asyncio.timeout(_SHOWN_WITHIN):
        lines = live.aiter_lines()
        await anext(lines)
        await http.post(f"{path}/start", headers=api)
        await http.post(f"{path}/stop", headers=api)
        begun = time.perf_counter()
        async for line in lines:
            if line == "event: changed":
                shown = await http.get("/console/sessions?q=number-000", headers={"HX-Request": "true"})
                if "Stopped" in shown.text:
                    return (time.perf_counter() - begun) * 1e3
    raise TimeoutError


def _both(times: list[float]) -> str:
    return f"{statistics.median(times):.1f}, {sorted(times)[int(len(times) * 0.95) - 1]:.1f}"


if __name__ == "__main__":
    asyncio.run(main())
