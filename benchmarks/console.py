"""`python -m benchmarks.console`: what the console costs with 500 sessions.

Server time: from a request to its whole answer, on one connection of this machine. Of the sessions some are connected,
so that their shard is asked when each last sent and heard something. A change: from the answer of whoever stops a
session until the list that an open page asks for shows it; on the screen: until it stands in a page of Chromium.
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
from playwright.sync_api import Page

from benchmarks.gateway import Gateway, running
from shared.adapters.stores import open_stores
from shared.ids import hash_api_key, now_ms
from shared.sessions.model import Desired
from shared.settings import StoreSettings
from tests.browsing import CHROMIUM, WITHOUT, chromium, log_in, opened

_ASKED = 50
_CHANGES = 10
_LINKED = 8
_LOOKS = 10
_PAGES = (
    "/console/sessions/linked-0", "/console/sessions/linked-0/now", "/console/sessions/number-000/scan",
    "/console/chats/linked-0", "/console/messages", "/console/playground", "/console/usage?range=90d",
    "/console/webhooks", "/console/events", "/console/keys", "/console/audit", "/console/hosts", "/console/sandbox",
    "/console/go?q=number-4", "/console/login",
)  # fmt: skip
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
            await http.post("/console/login", data={"key": (gateway.data / "admin-key").read_text().strip()})
            pages = [await _page(http, path) for path in _PAGES]
            sizes = await _sizes(http, page.text)
            changes = [await _change(http, gateway) for _ in range(_CHANGES)]
            screen = await asyncio.to_thread(_on_screen, gateway)
    print(f"sessions                         {asked.sessions}")
    print(f"page, median and 95th            {_both(times)} ms")
    print(f"part that changes                {_both(parts)} ms")
    print(f"GET /api/sessions                {_both(plain)} ms")
    print(
        f"page over the wire               {sizes[0] / 1000:.1f} kB, with styles and scripts {sum(sizes) / 1000:.1f} kB"
    )
    print(f"a change is in the list after    {_both(changes)} ms")
    print(f"on the screen after              {_both(screen)} ms" if screen else f"on the screen: {WITHOUT}")
    print(f"memory of the API (USS)          {before:.1f} MB, after the first page {first:.1f} MB")
    for path, took, size in pages:
        print(f"{path:32} {took:.1f} ms, {size / 1000:.1f} kB")


async def _page(http: httpx.AsyncClient, path: str) -> tuple[str, float, int]:
    """A page with its median time and its bytes over the wire, without styles and scripts."""
    times = [await _took(http, path) for _ in range(_LOOKS)]
    return path, statistics.median(times), (await _sizes(http, "", path))[0]


def _on_screen(gateway: Gateway) -> list[float]:
    """Milliseconds from the answer to who stops a session until that stands in a page that is open."""
    if CHROMIUM is None:
        return []
    with chromium() as browser, opened(browser, gateway.url) as page, httpx.Client(base_url=gateway.url) as api:
        api.headers["X-API-Key"] = gateway.key
        log_in(page, gateway.key)
        page.goto("/console/sessions?q=number-000")
        page.wait_for_timeout(1000)  # until it is told of changes
        return [_seen(page, api) for _ in range(_CHANGES)]


def _seen(page: Page, api: httpx.Client) -> float:
    """Start it and stop it; both are seen by the page itself, so that nothing of the measuring is in between."""
    api.post("/api/sessions/number-000/start", timeout=30)
    page.wait_for_selector("#sessions tbody >> text=/Starting|Waits/")
    page.evaluate(
        "window.seen = new Promise(done => new MutationObserver(() => document.querySelector('#sessions tbody')"
        ".textContent.includes('Stopped') && done(Date.now())).observe(document.getElementById('sessions'), "
        "{subtree: true, childList: true, characterData: true})); null"
    )
    api.post("/api/sessions/number-000/stop", timeout=30)
    stopped = time.time() * 1e3
    seen: float = page.evaluate("window.seen")
    return max(seen - stopped, 0.0)


def _browser(gateway: Gateway) -> httpx.AsyncClient:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
    return httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=60)


async def _fill(gateway: Gateway, count: int) -> None:
    """Sessions that are stopped, so that no host takes them, and a few that are connected."""
    for place in range(_LINKED):
        await gateway.log_in(f"linked-{place}", f"62899000{place:04d}")
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


async def _sizes(http: httpx.AsyncClient, page: str, path: str = "/console/sessions") -> list[int]:
    """Bytes as they go over the wire: the page, then what it needs."""
    paths = [path, *re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', page)]
    sizes: list[int] = []
    for each in dict.fromkeys(paths):
        async with http.stream("GET", each) as answer:
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
