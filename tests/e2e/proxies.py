"""Proxies with a password, which lead to the sandbox whatever host they are asked for."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "shop", "p@ss:word"
WRITTEN = "shop:p%40ss%3Aword"
"""The two, as they stand in an address."""
_REPLY = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


@dataclass
class Relay:
    """One that listens."""

    port: int = 0
    came: list[str] = field(default_factory=list)
    """Whom it was asked for, by those who had the password."""
    refused: int = 0


@asynccontextmanager
async def http_proxy(behind: int) -> AsyncIterator[Relay]:
    """One that is asked by CONNECT; what lies behind is another of that kind, at this port."""

    async def greet(relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
        head = await reader.readuntil(b"\r\n\r\n")
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode())
        if b"Proxy-Authorization: Basic " + wanted not in head:
            relay.refused += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return None
        relay.came.append(head.split()[1].decode())
        return head

    async with _serving(greet, behind, b"") as relay:
        yield relay


@asynccontextmanager
async def socks_proxy(behind: int) -> AsyncIterator[Relay]:
    """The same by SOCKS 5 (RFC 1928, 1929)."""

    async def greet(relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
        _, ways = await reader.readexactly(2)
        if b"\x02" not in await reader.readexactly(ways):
            relay.refused += 1
            writer.write(b"\x05\xff")
            return None
        writer.write(b"\x05\x02")
        user = await reader.readexactly((await reader.readexactly(2))[1])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        if (user.decode(), password.decode()) != (USER, PASSWORD):
            relay.refused += 1
            writer.write(b"\x01\x01")
            return None
        writer.write(b"\x01\x00")
        name = await reader.readexactly((await reader.readexactly(5))[4])
        port = int.from_bytes(await reader.readexactly(2), "big")
        relay.came.append(f"{name.decode()}:{port}")
        return f"CONNECT {relay.came[-1]} HTTP/1.1\r\n\r\n".encode()

    async with _serving(greet, behind, _REPLY) as relay:
        yield relay


@asynccontextmanager
async def _serving(greet, behind: int, reply: bytes) -> AsyncIterator[Relay]:
    relay, writers = Relay(), set[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await greet(relay, reader, writer)
            if head is not None:
                inner, outer = await asyncio.open_connection("127.0.0.1", behind)
                writers.add(outer)
                outer.write(head)
                if reply:
                    await inner.readuntil(b"\r\n\r\n")
                    writer.write(reply)
                await asyncio.gather(_pipe(reader, outer), _pipe(inner, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        for writer in writers:
            writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
