"""A connection to the API without a client's help: to leave things unfinished."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from tests.functions.conftest import Api

WITHIN = 45.0


@dataclass
class Caller:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the next answer."""
        async with asyncio.timeout(WITHIN):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
            body = await self.reader.readexactly(int(fields["content-length"]))
        return int(head.split()[1]), json.loads(body)

    async def ended(self) -> bytes:
        """What still came until the server closed it."""
        async with asyncio.timeout(WITHIN):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@contextlib.asynccontextmanager
async def calling(api: Api, **options: Any) -> AsyncIterator[Caller]:
    url = api.http.base_url
    reader, writer = await asyncio.open_connection(**({"host": url.host, "port": url.port} | options))
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()
