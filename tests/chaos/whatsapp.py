"""The sandbox WhatsApp of a field: a program, and its control API."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.environment import SandboxAddresses
from tests.chaos.program import Program
from tests.launched import environment

_READY_WITHIN = 60.0


class WhatsApp:
    """What the sandbox is asked and tells."""

    def __init__(self, addresses: SandboxAddresses, http: aiohttp.ClientSession) -> None:
        self.addresses = addresses
        self._http = http

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """A call of the control API; raises aiohttp.ClientResponseError when it refuses."""
        async with self._http.post(self.addresses.control + path, json=body) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Likewise."""
        async with self._http.get(self.addresses.control + path, params=query) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def clear_faults(self) -> None:
        """Take back every fault of the sandbox."""
        async with self._http.delete(f"{self.addresses.control}/faults") as answer:
            answer.raise_for_status()

    async def sinks(self, count: int) -> list[str]:
        """Numbers that take messages and answer each with a delivery receipt."""
        return list((await self.post("/sinks", count=count, receipts=True))["numbers"])

    async def texts_of(self, contact: str) -> list[str]:
        """What a contact has received."""
        return [message["text"] for message in (await self.get(f"/contacts/{contact}/messages"))["messages"]]

    async def passed_on(self) -> Counter[str]:
        """How many messages were passed on to each number. A frame that came twice under one id is one message."""
        frames = (await self.get("/frames", limit="1000000"))["frames"]
        return Counter(to for to, _ in {(frame["to"], frame["id"]) for frame in frames if frame["delivered"]})

    async def acknowledged(self) -> dict[tuple[str, str], float]:
        """When devices said that they have a message, by number and message id; seconds since 1970."""
        deliveries = (await self.get("/deliveries", limit="1000000"))["deliveries"]
        return {(each["to"], each["id"]): each["acked"] for each in deliveries if each["acked"] is not None}

    async def alive(self) -> list[tuple[str, float]]:
        """Number and begin of every connection that has not ended."""
        return [(each["number"], each["from"]) for each in await self.connections() if each["to"] is None]

    async def connections(self) -> list[dict[str, Any]]:
        """Every connection of every device, oldest first."""
        return list((await self.get("/connections"))["connections"])


@asynccontextmanager
async def running_whatsapp(folder: Path, http: aiohttp.ClientSession) -> AsyncGenerator[WhatsApp]:
    """A sandbox with its data in this folder, until the context ends."""
    await asyncio.to_thread(folder.mkdir)
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "sandbox", "--control-port", "0"]
    command += ["--data", str(folder / "data"), "--ready-file", str(ready)]
    program = Program(command, environment(PYTHONUNBUFFERED="1"), folder / "log")
    try:
        await program.start()
        async with asyncio.timeout(_READY_WITHIN):
            while not await asyncio.to_thread(ready.exists):
                await asyncio.sleep(0.05)
        yield WhatsApp(SandboxAddresses.load(ready), http)
    finally:
        await program.kill()
