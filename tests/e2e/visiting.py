"""The shared gateway as one test, or one module, has it: with keys of its own, and gone without a trace."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from benchmarks.gateway import Gateway
from tests.launched import Launched
from tests.shared_gateway import left_as_found


@dataclass(slots=True)
class Visit(Gateway):
    """A gateway that remembers what is to be taken back."""

    keys: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)

    async def make_key(self, name: str) -> str:
        """A new API key."""
        key = await Gateway.make_key(self, name)
        self.keys.append(key)
        return key

    async def control_post(self, path: str, **body: Any) -> dict[str, Any]:
        """A call of the sandbox's control API."""
        answer = await Gateway.control_post(self, path, **body)
        if path == "/contacts":
            self.contacts.append(str(answer["number"]))
        return answer

    async def take_back(self) -> None:
        """Delete all sessions, which unlinks their phones, and the contacts with their clients."""
        for key in self.keys:
            headers = {"X-API-Key": key}
            for session in (await self.call("GET", "/api/sessions", headers=headers))["sessions"]:
                await self.call("DELETE", f"/api/sessions/{quote(session['sessionId'])}", headers=headers)
        for number in self.contacts:
            await self.control_delete(f"/contacts/{number}")


@asynccontextmanager
async def visiting(shared: Launched) -> AsyncGenerator[Visit]:
    """A key of the shared gateway; at the end nothing that was made is left, and the gateway is as it was."""
    with left_as_found(shared):
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            visit = Visit(urlsplit(shared.url).port or 0, shared.sandbox_url, shared.data, shared.process.pid, http)
            visit.key = await visit.make_key("a visit")
            try:
                yield visit
            finally:
                await visit.take_back()
