"""A neonize client as the contacts use it: one connect, from the first callback to the last.

What it received is handed over inside neonize's callback, on a thread of Go, because WhatsApp has its
acknowledgement by then. All else that neonize tells is an event on the loop. Connect and stop are called
inside the gate.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from neonize._binder import ProxySettings
from neonize.aioze.client import NewAClient
from neonize.aioze.events import (
    ChatPresenceEv,
    ClientOutdatedEv,
    ConnectedEv,
    ConnectFailureEv,
    DisconnectedEv,
    LoggedOutEv,
    MessageEv,
    PresenceEv,
    ReceiptEv,
    StreamReplacedEv,
    TemporaryBanEv,
)
from neonize.events import EVENT_TO_INT
from neonize.proto.Neonize_pb2 import Message as MessageEvent
from neonize.utils.jid import Jid2String, JIDToNonAD

from sandbox.contacts.errors import NotConnectedError
from sandbox.contacts.phone import PhoneError
from sandbox.contacts.surroundings import Surroundings

_CONNECTS_WITHIN: Final = 30.0  # seconds, with pairing; measured 0.2 to 0.7
_STOPS_WITHIN: Final = 8.0  # seconds; the WebSocket's closing handshake alone may take 5
_QUIET: Final = 0.05  # seconds without a callback, after which a disconnected client has none left
_MESSAGE: Final = EVENT_TO_INT[MessageEv]
_ENDINGS: Final = (LoggedOutEv, StreamReplacedEv, TemporaryBanEv, ClientOutdatedEv, ConnectFailureEv)

_log = logging.getLogger(__name__)


class Client:
    """One connect of one number's device."""

    def __init__(
        self,
        number: str,
        surroundings: Surroundings,
        connected: asyncio.Event,
        keep: Callable[[MessageEvent], None],
        tell: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Prepare it. `connected` is kept up to date; `keep` is called on threads of Go with each message.

        `tell` is called on the loop with each receipt, and when somebody comes, goes or types.
        """
        self.reason = "not connected yet"
        self._number = number
        self._around = surroundings
        self._connected = connected
        loop = asyncio.get_running_loop()
        self._first_connected: asyncio.Future[None] = loop.create_future()
        self._over: asyncio.Future[None] = loop.create_future()
        self._last_callback = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self.neonize = NewAClient(surroundings.database(number), uuid=number)
        self.lid = ""
        """This device's own LID, empty until `learn_lid`."""
        self._subscribe(keep, tell)

    async def connect(self) -> None:
        """Connect, and pair first when this device isn't yet paired.

        Raises:
            NotConnectedError: WhatsApp refused it, or the deadline passed.
            NeonizeError: Go's own error.
            PhoneError: the phone could not scan.
        """
        self._task = await self.neonize.connect(ProxySettings(self._around.proxy))
        self._task.add_done_callback(self._on_returned)
        waits = {self._first_connected, self._over}
        await asyncio.wait(waits, timeout=_CONNECTS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        if self._over.done():
            self._over.result()
        if not self._first_connected.done():
            raise NotConnectedError(f"not connected within {_CONNECTS_WITHIN:.0f} s")

    async def learn_lid(self) -> None:
        """Set `lid`, once it is connected."""
        self.lid = Jid2String(JIDToNonAD((await self.neonize.get_me()).LID))

    async def lived(self) -> None:
        """Return when WhatsApp ended this device for good; `reason` says how.

        Raises:
            NotConnectedError: neonize's connect ended.
            NeonizeError: it ended by an error; the socket may still acknowledge messages nobody would see.
        """
        await asyncio.shield(self._over)

    async def disconnect(self) -> None:
        """Close the connection, if there ever was one, and let what Go has decrypted come: stopping would drop it."""
        self._connected.clear()
        if not self._first_connected.done():
            return  # it may not be in Go's tables
        await self.neonize.disconnect()
        while time.monotonic() - self._last_callback < _QUIET:  # noqa: ASYNC110 - no event tells of quiet
            await asyncio.sleep(_QUIET)

    async def stop(self) -> None:
        """Leave Go's tables; nothing of this client may be called afterwards."""
        self._connected.clear()
        try:
            async with asyncio.timeout(_STOPS_WITHIN):
                await self.neonize.stop()
        except TimeoutError:
            _log.warning("%s did not stop within %.0f s", self._number, _STOPS_WITHIN)
        # The finalizer would enter Go whenever garbage is collected, for a number that may be connected anew.
        cast("Any", self.neonize)._stop_finalizer.detach()  # noqa: SLF001 - there is no public way
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=1)
            self._task.cancel()  # during a pairing it never ends by itself

    def _subscribe(self, keep: Callable[[MessageEvent], None], tell: Callable[[Any], Awaitable[None]]) -> None:
        async def told(_: NewAClient, event: object) -> None:
            await tell(event)

        events = self.neonize.event
        for news in (ReceiptEv, PresenceEv, ChatPresenceEv):
            events(news)(told)
        events.qr(self._on_qr)
        events(ConnectedEv)(self._on_connected)
        events(DisconnectedEv)(self._on_disconnected)
        for ending in _ENDINGS:
            events(ending)(self._on_ending)
        events(MessageEv)(self._on_disconnected)  # subscribes to messages; `received` takes them
        dispatch = events.execute

        def received(uuid: int, binary: int, size: int, code: int) -> None:
            self._last_callback = time.monotonic()
            if code == _MESSAGE:
                keep(MessageEvent.FromString(ctypes.string_at(binary, size)))
            else:
                dispatch(uuid, binary, size, code)

        cast("Any", events).execute = received

    async def _on_qr(self, _: NewAClient, text: bytes) -> None:
        try:
            await self._around.phones.scan(self._number, text.decode())
        except PhoneError as error:
            self._end(error)

    async def _on_connected(self, _: NewAClient, __: object) -> None:
        self._connected.set()
        if not self._first_connected.done():
            self._first_connected.set_result(None)

    async def _on_disconnected(self, _: NewAClient, __: object) -> None:
        self._connected.clear()
        self.reason = "disconnected, neonize is connecting again"

    async def _on_ending(self, _: NewAClient, event: object) -> None:
        self._connected.clear()
        self.reason = f"WhatsApp ended it: {type(event).__name__} {event}".strip()
        self._end(None)

    def _on_returned(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        self._end(error or NotConnectedError("neonize's connect returned"))

    def _end(self, error: BaseException | None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self.reason = f"{type(error).__name__}: {error}"
            self._over.set_exception(error)
            self._over.exception()  # whoever waits gets it; nobody may be waiting
