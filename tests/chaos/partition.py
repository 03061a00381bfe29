"""A TCP connection that can be cut, silenced, delayed or narrowed, each direction by itself."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_CHUNK = 64 * 1024
_REACHED_WITHIN = 5.0
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Direction:
    """What happens to bytes that go one way.

    Attributes:
        delay: seconds that each piece is held back.
        bytes_per_second: how fast it goes; None: as fast as it can.
    """

    delay: float = 0.0
    bytes_per_second: float | None = None
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._open.set()

    def silence(self) -> None:
        """Let nothing through. What is sent waits, as TCP would send it again, until `heal`."""
        self._open.clear()

    def heal(self) -> None:
        """Let everything through at once."""
        self.delay, self.bytes_per_second = 0.0, None
        self._open.set()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes until the reader's end."""
        while data := await reader.read(_CHUNK):
            await self._open.wait()
            wait = self.delay + (len(data) / self.bytes_per_second if self.bytes_per_second else 0.0)
            if wait:
                await asyncio.sleep(wait)
                await self._open.wait()
            writer.write(data)
            await writer.drain()


class Link:
    """A port of this machine that leads to another one. Make it with `link`.

    A silent link still takes new connections (the kernel does) and then says nothing, where a real partition would
    not answer the first packet: a client's read deadline finds it, instead of its connect deadline.
    """

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.up = Direction()
        """From the client to the server."""
        self.down = Direction()
        self._refusing = False
        self._lost: list[Direction] = []
        self._carried: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, ...]] = {}

    def silence(self) -> None:
        """Let nothing through, either way: a partition."""
        self.up.silence()
        self.down.silence()

    def lose(self) -> None:
        """Let nothing through on the connections there are, without an end; new ones work. A firewall that forgets."""
        self.silence()
        self._lost += [self.up, self.down]
        self.up, self.down = Direction(), Direction()

    def reset(self) -> None:
        """Break every connection with a TCP reset; new ones are taken."""
        for writers in list(self._carried.values()):
            for writer in writers:
                _reset(writer)

    def refuse(self) -> None:
        """Break every connection and each new one, until `heal`."""
        self._refusing = True
        self.reset()

    def heal(self) -> None:
        """Let everything through again."""
        self._refusing = False
        self.up.heal()
        self.down.heal()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end; what asyncio calls for each."""
        task = asyncio.current_task()
        if task is None or self._refusing:
            _reset(writer)
            return
        self._carried[task] = (writer,)
        up, down = self.up, self.down
        far_writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(_REACHED_WITHIN):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
            self._carried[task] = (writer, far_writer)
            ways = {
                asyncio.create_task(up.pass_on(reader, far_writer)),
                asyncio.create_task(down.pass_on(far_reader, writer)),
            }
            try:  # who closes one half of a connection here wants nothing of the other
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, TimeoutError):
            pass  # nobody there: the client sees its connection close
        except asyncio.CancelledError:
            return  # the loop ends: asyncio 3.11 prints a traceback for each connection that says so
        finally:
            del self._carried[task]
            for each in (writer, far_writer):
                if each is not None:
                    each.close()

    async def end(self) -> None:
        """End every connection."""
        for direction in self._lost:
            direction.heal()
        self.heal()
        self.refuse()
        await asyncio.gather(*self._carried, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset instead of an end."""
    with contextlib.suppress(OSError):  # it is closed already
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


@asynccontextmanager
async def link(to_port: int) -> AsyncGenerator[Link]:
    """A link to a port of this machine, until the context ends."""
    made = Link(to_port)
    server = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()
