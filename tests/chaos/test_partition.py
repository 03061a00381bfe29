"""Links between machines, cut on purpose."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.chaos.partition import Link, link

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def echo_behind_a_link() -> AsyncGenerator[tuple[Link, Streams]]:
    """A server that repeats what it hears, a link to it, and a connection through that."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(line)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, link(server.sockets[0].getsockname()[1]) as made:
        streams = await asyncio.open_connection("127.0.0.1", made.port)
        yield made, streams
        streams[1].close()


async def says(streams: Streams, within: float = 20.0) -> bytes:
    streams[1].write(b"hello\n")
    async with asyncio.timeout(within):
        return await streams[0].readline()


@pytest.mark.parametrize("way", ["up", "down", "both"])
async def test_what_is_said_to_a_silent_link_comes_when_it_heals(way: str) -> None:
    """Either direction can be silent by itself; nothing is lost, as TCP sends it again."""
    async with echo_behind_a_link() as (made, streams):
        assert await says(streams) == b"hello\n"
        made.silence() if way == "both" else getattr(made, way).silence()
        with pytest.raises(TimeoutError):
            await says(streams, within=0.2)
        made.heal()
        assert await streams[0].readline() == b"hello\n"


async def test_a_reset_breaks_connections_and_takes_new_ones() -> None:
    """After a reset a client sees its connection end, and its next one works."""
    async with echo_behind_a_link() as (made, streams):
        assert await says(streams) == b"hello\n"
        made.reset()
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionResetError):
                await streams[0].read()
        again = await asyncio.open_connection("127.0.0.1", made.port)
        assert await says(again) == b"hello\n"
        again[1].close()


async def test_a_refusing_link_ends_every_connection_at_once() -> None:
    """Until it heals."""
    async with echo_behind_a_link() as (made, _):
        made.refuse()
        reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
        with pytest.raises(ConnectionError):
            await says((reader, writer))
        writer.close()
        made.heal()
        again = await asyncio.open_connection("127.0.0.1", made.port)
        assert await says(again) == b"hello\n"
        again[1].close()


async def test_delay_and_bandwidth_hold_pieces_back() -> None:
    """A delay of each direction adds up; six bytes at 60 bytes a second take a tenth of one."""
    async with echo_behind_a_link() as (made, streams):
        loop = asyncio.get_running_loop()
        made.up.delay, made.down.bytes_per_second = 0.1, 60
        begun = loop.time()
        assert await says(streams) == b"hello\n"
        assert loop.time() - begun >= 0.2
