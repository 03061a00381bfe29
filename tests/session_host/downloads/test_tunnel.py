"""The way to WhatsApp's media server through proxies. The proxies of these tests say what they are asked for."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from session_host.downloads.tunnel import HOST, PORT, connection
from shared.proxy import Proxy

_WITHIN = 45.0
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


@asynccontextmanager
async def proxy(serve: Serve) -> AsyncIterator[tuple[int, asyncio.Future[object]]]:
    """A server on this machine, its port, and what its first client asked for."""
    asked: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked.set_result(await serve(reader, writer))
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def _socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
    """RFC 1928 with RFC 1929: who asks, for which name and port, and the first byte that comes through."""
    _, ways = await reader.readexactly(2)
    offered = await reader.readexactly(ways)
    writer.write(b"\x05\x02" if b"\x02" in offered else b"\x05\x00")
    user = password = b""
    if b"\x02" in offered:
        user = await reader.readexactly((await reader.readexactly(2))[1])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x01\x00")
    _, _, _, kind, length = await reader.readexactly(5)
    assert kind == 3, "a name, which the proxy looks up"
    name = await reader.readexactly(length)
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    writer.write(b"\x05\x00\x00\x01" + socket.inet_aton("127.0.0.1") + b"\x00\x00")
    return user, password, name, port, await reader.readexactly(1)


async def _socks5_that_refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
    _, ways = await reader.readexactly(2)
    await reader.readexactly(ways)
    writer.write(b"\x05\x00")
    asked = await reader.readexactly(5 + len(HOST) + 2)
    writer.write(b"\x05\x04\x00\x01" + bytes(6))
    return asked


async def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
    """CONNECT: its line and who asks, and the first byte that comes through."""
    lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    who = [line for line in lines if line.lower().startswith(b"proxy-authorization:")]
    return lines[0], who, await reader.readexactly(1)


_HELLO = b"\x16"
"""What a TLS handshake begins with."""


async def _connect(url: str) -> OSError:
    """Why there was no connection: nobody here has the certificate of WhatsApp."""
    made = connection(Proxy.parse(url))
    (error,) = await asyncio.gather(asyncio.wait_for(asyncio.to_thread(made.connect), _WITHIN), return_exceptions=True)
    assert isinstance(error, OSError)
    return error


@pytest.mark.parametrize(("before", "who"), [("", (b"", b"")), ("anna:s%23cret@", (b"anna", b"s#cret"))])
async def test_through_socks(before: str, who: tuple[bytes, bytes]) -> None:
    """The proxy is told who asks and the server's name, and TLS begins behind it."""
    async with proxy(_socks5) as (port, asked):
        await _connect(f"socks5://{before}127.0.0.1:{port}")
        assert await asked == (*who, HOST.encode(), PORT, _HELLO)


@pytest.mark.parametrize(
    ("before", "who"), [("", []), ("anna:s%23cret@", [b"Proxy-Authorization: Basic YW5uYTpzI2NyZXQ="])]
)
async def test_through_http(before: str, who: list[bytes]) -> None:
    """The same by CONNECT."""
    async with proxy(_http) as (port, asked):
        await _connect(f"http://{before}127.0.0.1:{port}")
        assert await asked == (f"CONNECT {HOST}:{PORT} HTTP/1.1".encode(), who, _HELLO)


async def test_a_proxy_that_refuses_is_an_error_of_the_network() -> None:
    """So that it is tried again."""
    async with proxy(_socks5_that_refuses) as (port, _):
        error = await _connect(f"socks5://127.0.0.1:{port}")
    assert HOST in str(error)
