"""What a server can do to whoever fetches from it: nothing that has no end."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.gateway.ports import free_port
from shared.errors import MediaTooLarge, MediaUrlFailed, MediaUrlRefused
from shared.outside import fetching
from shared.outside.addresses import Allowed
from shared.outside.fetching import Fetched, Outside
from tests.emulators.certificates import Authority

HERE = Allowed.named("127.0.0.1")
LIMIT = 100_000
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answers: bytes | Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that answers everybody so."""
    answering: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.add(writer)
        try:
            await reader.readuntil(b"\r\n\r\n")
            if isinstance(answers, bytes):
                writer.write(answers)
                await writer.drain()
            else:
                await answers(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            answering.discard(writer)
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        async with asyncio.timeout(60):
            while answering:  # whoever left, closed its connection: no answer goes on for ever
                await asyncio.sleep(0.01)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    client = Outside(HERE)
    yield client
    await client.close()


async def read(outside: Outside, url: str, limit: int = LIMIT) -> tuple[Fetched, bytes]:
    async with outside.fetch(url, limit) as fetched:
        return fetched, b"".join([chunk async for chunk in fetched.chunks])


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


async def test_a_file_is_fetched(outside: Outside) -> None:
    """With what its server calls it and says that it is; nothing of ours is told but that it is us."""
    told = answer(b"x" * 5000, "Content-Type: image/png", 'Content-Disposition: inline; filename="a b.png"')
    async with server(told) as port:
        fetched, body = await read(outside, f"http://127.0.0.1:{port}/x/y.jpg?z=1#f")
    assert body == b"x" * 5000
    assert (fetched.mimetype, fetched.file_name, fetched.size) == ("image/png", "a b.png", 5000)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Content-Disposition: attachment; filename*=UTF-8''%C3%BCber.pdf", "über.pdf"),
        ("Content-Disposition: attachment", "y.jpg"),
        ("X: y", "y.jpg"),
    ],
)
async def test_a_file_is_called_as_its_server_says(outside: Outside, header: str, name: str) -> None:
    """Else as the end of its address."""
    async with server(answer(b"x", header)) as port:
        assert (await read(outside, f"http://127.0.0.1:{port}/x/y.jpg"))[0].file_name == name


async def _endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + bytes(0x1000) + b"\r\n")
        await writer.drain()


async def _endless_head(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Y: " + b"z" * 1000 + b"\r\n")
        await writer.drain()


async def _endless_beginnings(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()


async def _a_byte_now_and_then(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


BOMB = gzip.compress(bytes(50_000_000))
REFUSALS = [
    ("huge by its head", answer(b"")[:-21] + b"Content-Length: 100000000000\r\n\r\n", MediaTooLarge),
    ("endless", _endless, MediaTooLarge),
    ("more than it said", b"HTTP/1.0 200 OK\r\n\r\n" + bytes(LIMIT + 1), MediaTooLarge),
    ("a gzip bomb", answer(BOMB, "Content-Encoding: gzip"), MediaUrlFailed),
    ("compressed twice", answer(BOMB, "Content-Encoding: gzip, gzip"), MediaUrlFailed),
    ("an endless head", _endless_head, MediaUrlFailed),
    ("endless beginnings", _endless_beginnings, MediaUrlFailed),
    ("a byte now and then", _a_byte_now_and_then, MediaUrlFailed),
    ("nothing", _nothing, MediaUrlFailed),
    ("cut off", answer(b"x" * 100)[:-50], MediaUrlFailed),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n", MediaUrlFailed),
    ("not found", answer(b"", status="404 Not Found"), MediaUrlFailed),
    ("nothing there", b"HTTP/1.1 204 No Content\r\n\r\n", MediaUrlFailed),
    ("a part", answer(b"x", status="206 Partial Content"), MediaUrlFailed),
    ("to nowhere", answer(b"", status="302 Found"), MediaUrlFailed),
    ("to itself for ever", answer(b"", "Location: /again", status="302 Found"), MediaUrlFailed),
    ("to what is no name", answer(b"", "Location: http://[", status="302 Found"), MediaUrlFailed),
    ("to a file", answer(b"", "Location: file:///etc/passwd", status="302 Found"), MediaUrlRefused),
]


@pytest.mark.parametrize(("told", "error"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
async def test_a_server_that_means_harm_is_left(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, told: bytes | Serve, error: type[Exception]
) -> None:
    """In its time, with its error, and no more than the limit in memory; its connection is closed."""
    if error is MediaUrlFailed:  # which is what it is, too, when the time is over
        monkeypatch.setattr(fetching, "_IN_ALL", 1.0)
    async with server(told) as port:
        with pytest.raises(error):
            await read(outside, f"http://127.0.0.1:{port}/")


async def test_nobody_there_is_told(outside: Outside) -> None:
    """Nobody listens, or the name is none."""
    port = free_port()
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-name.invalid/"):
        with pytest.raises(MediaUrlFailed):
            await read(outside, url)


@pytest.mark.parametrize(("named", "error"), [("files.test", None), ("other.test", MediaUrlFailed)])
async def test_tls_is_spoken_with_the_name_of_the_address(
    tmp_path: Path, named: str, error: type[Exception] | None
) -> None:
    """Although an address is connected to: another's certificate is refused."""
    authority = Authority.make()
    authority.nats_configuration(tmp_path, named)
    of_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    of_server.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")

    async def resolve(host: str, port: int) -> list[str]:  # noqa: ARG001 - as the system's
        assert host == "files.test"
        return ["127.0.0.1"]

    outside = Outside(HERE, resolve, ssl.create_default_context(cadata=authority.pem))
    async with server(answer(b"hi"), of_server) as port:
        url = f"https://files.test:{port}/"
        if error is None:
            assert (await read(outside, url))[1] == b"hi"
        else:
            with pytest.raises(error):
                await read(outside, url)
    await outside.close()
