"""One client's connection: handshake, then pairing or login, then stanzas until it ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

from aiohttp import WSMsgType, web

from sandbox.connections.outgoing import Outgoing
from sandbox.observed.faults import Faults
from sandbox.observed.journal import Interval, Journal, ended
from sandbox.settings import Settings
from sandbox.state.accounts import Account, Device
from sandbox.wire.framing import FrameReader, frame
from sandbox.wire.nodes import SERVER, Node, NodeError, decode
from sandbox.wire.noise import ClientHello, HandshakeError, ServerHandshake, TransportCipher
from sandbox.wire.xeddsa import IdentityKey

_log = logging.getLogger(__name__)
_HANDSHAKE_SECONDS: Final = 20.0
_GOODBYE_SECONDS: Final = 2.0
_ANSWERS: Final = frozenset({"ack", "iq"})
"""Stanzas that answer a client, unless it is the server that asks: all others come by themselves."""

Begin: TypeAlias = "Callable[[Connection], None]"
Dispatch: TypeAlias = "Callable[[Connection, Node], None]"
End: TypeAlias = "Callable[[Connection], None]"


@dataclass(frozen=True, slots=True)
class Server:
    """What a connection has of the server: its settings, its Noise key and certificate, its faults and its journal."""

    settings: Settings
    static: IdentityKey
    certificate: bytes
    faults: Faults
    journal: Journal


class Connection:
    """A client behind a WebSocket. `pause` (seconds) passes between the handshake and the first stanza."""

    def __init__(
        self, server: Server, socket: web.WebSocketResponse, transport: asyncio.Transport, *, pause: float
    ) -> None:
        self._server = server
        self._socket = socket
        self._transport = transport
        self._pause = pause
        self._prologue = b""
        self._deadline: asyncio.TimerHandle | None = None
        self._outgoing: Outgoing | None = None
        self._questions: dict[str, asyncio.Future[Node]] = {}
        self._ids = count(1)
        self._login: tuple[Account, Device, Interval] | None = None
        self._hello: ClientHello | None = None
        self._end_reason: str | None = None
        self._silent = False
        self._only_answers = False

    @property
    def hello(self) -> ClientHello:
        """What the client said of itself in the handshake."""
        if self._hello is None:
            raise HandshakeError("the handshake is not over")
        return self._hello

    @property
    def is_logged_in(self) -> bool:
        """Whether this is a paired device's connection."""
        return self._login is not None

    @property
    def account(self) -> Account:
        """The account logged in."""
        return self._logged_in[0]

    @property
    def device(self) -> Device:
        """The device logged in."""
        return self._logged_in[1]

    @property
    def address(self) -> tuple[str, int]:
        """Number and device logged in."""
        device = self._logged_in[1]
        return device.number, device.id

    @property
    def _logged_in(self) -> tuple[Account, Device, Interval]:
        if self._login is None:
            raise NodeError("a client that is not logged in asked for what only devices may")
        return self._login

    async def run(self, begin: Begin, dispatch: Dispatch, end: End) -> None:
        """Serve the client until either side leaves: `begin`, then `dispatch` every stanza it sends, then `end`."""
        writer: asyncio.Task[None] | None = None
        try:
            frames = self._frames()
            receive, send = await self._handshake(frames)
            self._outgoing = Outgoing(self._socket, send, self._server.settings.max_backlog)
            writer = asyncio.create_task(self._outgoing.run())
            begin(self)
            async for ciphertext in frames:
                node = decode(receive.decrypt(ciphertext))
                if self._end_reason is None and not self._silent:
                    self._note_life()
                    dispatch(self, node)
        except (HandshakeError, NodeError, ConnectionError, TimeoutError) as error:
            _log.warning("a connection ended: %s", error or type(error).__name__)
            self._end_reason = self._end_reason or "error"
        finally:
            self._over()
            end(self)
            if writer is not None:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)

    def login(self, account: Account, device: Device) -> None:
        """Take the connection as this device's from now on."""
        self._login = account, device, self._server.journal.connected(account.number, device.id)

    def post(self, node: Node) -> None:
        """Send a stanza, without waiting."""
        if self._outgoing is None:
            raise HandshakeError("a stanza was to be sent before the handshake")
        if self._silent or (self._only_answers and node.tag not in _ANSWERS):
            return
        delay, self._pause = self._pause, 0.0
        if self._login and (fault := self._server.faults.strike("slow", *self.address)):
            delay += fault.milliseconds / 1000
        self._outgoing.post(node, delay)

    def fall_silent(self) -> None:
        """Say nothing and hear nothing from now on, with the socket open: a server that hangs."""
        self._silent = True

    def bring_nothing(self) -> None:
        """Answer from now on, and bring nothing by itself: a server that forgot who is here."""
        self._only_answers = True

    def close(self, reason: str, delay: float = 0.0) -> None:
        """Close the socket after what was posted, in `delay` seconds; what the client says until then is ignored.

        `reason` is for the journal.
        """
        self._end_reason = self._end_reason or reason
        if self._outgoing is not None:
            self._outgoing.close(delay)
        if self._deadline is None:  # a client that does not read would hold up the goodbye for ever
            self._deadline = asyncio.get_running_loop().call_later(delay + _GOODBYE_SECONDS, self._transport.abort)

    def abort(self, reason: str) -> None:
        """Drop the connection without a word, as a network does that fails."""
        self._end_reason = self._end_reason or reason
        self._transport.abort()

    async def ask(self, node: Node) -> Node:
        """Send an iq of the server's own and return the client's answer.

        Raises:
            TimeoutError: None came within the deadline.
            ConnectionResetError: The connection ended first.
        """
        question = f"sandbox-{next(self._ids)}"
        answer = self._questions[question] = asyncio.get_running_loop().create_future()
        try:
            self.post(Node(node.tag, {"from": SERVER, "id": question, **node.attrs}, node.content))
            async with asyncio.timeout(self._server.settings.answer_deadline):
                return await answer
        finally:
            del self._questions[question]

    def answered(self, node: Node) -> None:
        """Take the client's answer to an iq of the server's."""
        answer = self._questions.get(node.text("id"))
        if answer is not None and not answer.done():
            answer.set_result(node)

    async def _frames(self) -> AsyncIterator[bytes]:
        reader = FrameReader()
        while True:
            message = await self._socket.receive()
            if message.type is not WSMsgType.BINARY:
                return
            for payload in reader.feed(message.data):
                self._prologue = reader.prologue
                yield payload

    async def _handshake(self, frames: AsyncIterator[bytes]) -> tuple[TransportCipher, TransportCipher]:
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                first = await anext(frames)
                handshake = ServerHandshake(self._prologue, self._server.static, self._server.certificate)
                await self._socket.send_bytes(frame(handshake.answer(first)))
                self._hello = handshake.finish(await anext(frames))
        except StopAsyncIteration as error:
            raise HandshakeError("the client left during the handshake") from error
        return handshake.ciphers()

    def _note_life(self) -> None:
        if self._login:
            self._login[2].last_frame = time.time()

    def _over(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        for answer in self._questions.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the client left before it answered"))
        if self._login:
            ended(self._login[2], self._end_reason or "closed by the client")
