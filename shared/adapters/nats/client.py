"""nats-py's client with a short way for requests and their answers.

What is said in one turn of the loop is written at once, and what comes is taken where it is read. Of itself the client
(2.16) makes a future for every message, hands it to a task that writes, and puts every message that comes into a queue
in front of another task (docs/adr/0031).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionClosedError, MaxPayloadError, OutboundBufferLimitError
from nats.protocol.command import pub_cmd
from typing_extensions import override

from shared.adapters.nats.tls import NatsClient

Taker = Callable[[str, str, bytes, bytes | None], None]
"""Takes a message: its subject, the subject for an answer or "", its payload, its headers as they came. Waits for
nothing."""

_log = structlog.get_logger(__name__)


class StraightClient(NatsClient):
    """The connection of a bus. What nats-py offers besides stays as it is, and keeps its order with what is here."""

    def __init__(self) -> None:
        super().__init__()
        self._takers: dict[int, Taker] = {}
        self._writes_soon = False

    def say(self, subject: str, payload: bytes, reply_to: str = "") -> None:
        """Publish. While the connection is lost it is kept, and sent when it is back.

        Raises:
            MaxPayloadError: the server takes no message of this size.
            OutboundBufferLimitError: it has not taken what was said before.
            ConnectionClosedError: for ever.
        """
        if self.is_closed:
            raise ConnectionClosedError
        if len(payload) > self._max_payload:
            raise MaxPayloadError
        if self._pending_data_size > self._max_pending_size:
            raise OutboundBufferLimitError
        command = pub_cmd(subject, reply_to, payload)
        self._pending.append(command)
        self._pending_data_size += len(command)
        self._write_soon()

    async def take(self, subject: str, taker: Taker, *, group: str = "") -> Subscription:
        """Have what comes on a subject taken from now on, also after every reconnect."""

        async def in_order(message: Msg) -> None:  # what comes before the taker is known
            taker(message.subject, message.reply, message.data, None)

        subscription = await self.subscribe(subject, queue=group, cb=in_order)
        self._takers[subscription._id] = taker  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as messages name it
        return subscription

    @override
    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        taker = self._takers.get(sid)
        if taker is None:
            await super()._process_msg(sid, subject, reply, data, headers)
            return
        try:
            taker(subject.decode(), reply.decode(), data, headers)
        except Exception:  # noqa: BLE001 - the connection is read on
            _log.exception("message_not_taken", subject=subject.decode(errors="replace"))

    @override
    def _remove_sub(self, sid: int, max_msgs: int = 0) -> None:
        self._takers.pop(sid, None)
        super()._remove_sub(sid, max_msgs)

    @override
    async def _flush_pending(self, force_flush: bool = False) -> None:
        if force_flush or not self.is_connected:
            await super()._flush_pending(force_flush)
        else:
            self._write_soon()

    def _write_soon(self) -> None:
        """With everything else that is said in this turn of the loop, in one write."""
        if not self._writes_soon:
            self._writes_soon = True
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        self._writes_soon = False
        if not self._pending or not self.is_connected or self._transport is None or self._flush_queue is None:
            return  # it is sent when the connection is back
        if self._writer().transport.get_write_buffer_size():
            with contextlib.suppress(asyncio.QueueFull):  # nats-py's task waits until the server takes more
                self._flush_queue.put_nowait(asyncio.Future())
            return
        self._write_all(self._transport)
