"""One contact: a number that pairs itself, stays connected, reads and answers what it receives, and sends."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Final

from neonize.aioze.client import NewAClient
from neonize.exc import NeonizeError
from neonize.proto.Neonize_pb2 import JID, MessageSource, Presence, Receipt, UploadResponse
from neonize.proto.Neonize_pb2 import ChatPresence as ChatPresenceEvent
from neonize.proto.Neonize_pb2 import Message as MessageEvent
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import ContextInfo, ExtendedTextMessage, Message
from neonize.utils.enum import MediaType, ReceiptType
from neonize.utils.jid import Jid2String, JIDToNonAD

from sandbox.contacts import news
from sandbox.contacts.client import Client
from sandbox.contacts.downloads import Downloads
from sandbox.contacts.errors import ContactError, NoFileError, NotConnectedError, SendRefusedError
from sandbox.contacts.incoming import read_event
from sandbox.contacts.mailbox import Manner, Received
from sandbox.contacts.phone import PhoneError
from sandbox.contacts.presence import say
from sandbox.contacts.received_files import ReceivedFiles
from sandbox.contacts.recipients import STATUS, receivers, recipient
from sandbox.contacts.surroundings import Surroundings

_CONNECTED_WITHIN: Final = 30.0  # seconds a call waits for a contact that is connecting
_FILES_WITHIN: Final = 40.0  # seconds for an upload or a download; neonize itself would wait for ever
_TRIES: Final = 3  # of a read receipt or an automatic answer
_LONGEST_PAUSE: Final = 10.0  # seconds between two attempts to connect

_log = logging.getLogger(__name__)


class Contact:
    """One contact, by its device. `run` is its life; what needs it connected waits for that."""

    def __init__(self, number: str, manner: Manner, surroundings: Surroundings) -> None:
        self.number = number
        self.manner = manner
        self.reason = "not connected yet"
        self._around = surroundings
        self._loop = asyncio.get_running_loop()
        self._client: Client | None = None
        self._connected = asyncio.Event()
        self._over = asyncio.Event()
        self._broken: asyncio.Future[None] = self._loop.create_future()
        self._arrived = asyncio.Event()
        self._arrived.set()  # there may be something that an earlier process received and did not handle
        self._sending = asyncio.Lock()
        self.lid = ""
        """This contact's own LID; empty until it has connected."""
        self.available = True
        """Whether it is to be seen as available."""
        self.files = ReceivedFiles(Downloads(surroundings.folder(number) / "files"), self._download)
        surroundings.folder(number).mkdir(parents=True, exist_ok=True)

    async def run(self) -> None:
        """Stay connected until cancelled, or until WhatsApp ends this device; `reason` says how.

        Raises:
            ExceptionGroup: of the sqlite3.Error by which a received message could not be written down.
        """
        async with asyncio.TaskGroup() as tasks:
            lives = (self._handle_arrived(), self._until_broken(), self.files.run())
            others = [tasks.create_task(life) for life in lives]
            await self._stay_connected()
            for other in others:
                other.cancel()

    async def connected(self, within: float | None = _CONNECTED_WITHIN) -> None:
        """Return once this contact is connected.

        Raises:
            NotConnectedError: it isn't within `within` seconds, or WhatsApp has ended its device.
        """
        waits = {asyncio.ensure_future(event.wait()) for event in (self._connected, self._over)}
        try:
            await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._online()

    async def send(self, to: str, message: Message) -> str:
        """Send a message to a number or JID, return its id; sends of one contact keep their order.

        Raises:
            NotConnectedError: this contact isn't connected.
            SendRefusedError: neonize or WhatsApp refused the message; the text is theirs.
        """
        address = recipient(to)
        async with self._sending:
            others = await self._receivers(address)
            return await self._around.turns.take(self.number, others, lambda: self._send(address, message))

    async def _receivers(self, to: JID) -> list[str]:
        await self.connected()
        async with self._around.gate.call():
            try:
                return await receivers(self._online().neonize, to)
            except NeonizeError as error:
                raise SendRefusedError(f"{self.number} could not send to {to.User}: {error}") from error

    async def _send(self, to: JID, message: Message) -> str:
        await self.connected()
        async with self._around.gate.call():
            client = self._online()
            try:
                id_ = (await client.neonize.send_message(to, message)).ID
            except NeonizeError as error:
                raise SendRefusedError(f"{self.number} could not send to {to.User}: {error}") from error
        sent = (self.number, id_, Jid2String(to), message.SerializeToString(), time.time())
        await asyncio.to_thread(self._around.mailbox.write_sent, *sent)
        return id_

    async def read(self, source: MessageSource, ids: Sequence[str], receipt: ReceiptType = ReceiptType.READ) -> None:
        """Say that messages of one sender were read, or played.

        Raises:
            NotConnectedError: this contact isn't connected.
        """
        chat, sender = JIDToNonAD(source.Chat), JIDToNonAD(source.Sender)
        async with self._around.gate.call():
            await self._online().neonize.mark_read(*ids, chat=chat, sender=sender, receipt=receipt)

    @asynccontextmanager
    async def asking(self, to: str) -> AsyncGenerator[tuple[NewAClient, JID]]:
        """The client, to ask WhatsApp something about a number or JID, and that as an address.

        Raises:
            NotConnectedError: this contact isn't connected.
        """
        await self.connected()
        async with self._around.gate.call():
            yield self._online().neonize, recipient(to)

    async def own_lid(self) -> str:
        """Return this contact's own LID.

        Raises:
            NotConnectedError: this contact isn't connected.
        """
        await self.connected()
        async with self._around.gate.call():  # connecting, which holds it, finds the LID out
            return self._online().lid

    async def upload(self, content: bytes, as_: MediaType) -> UploadResponse:
        """Encrypt a file and upload it.

        Raises:
            NotConnectedError: this contact isn't connected.
            SendRefusedError: it could not be uploaded, or there was no answer.
        """
        await self.connected()
        async with self._around.gate.call():
            client = self._online()
            try:
                async with asyncio.timeout(_FILES_WITHIN):
                    return await client.neonize.upload(content, as_)
            except (NeonizeError, TimeoutError) as error:
                raise SendRefusedError(f"{self.number} could not upload: {error or 'no answer'}") from error

    async def _download(self, message: Message) -> bytes:
        await self.connected()
        async with self._around.gate.call():
            client = self._online()
            try:
                async with asyncio.timeout(_FILES_WITHIN):
                    return await client.neonize.download_any(message) or b""
            except (NeonizeError, TimeoutError) as error:
                raise NoFileError(str(error) or f"no answer within {_FILES_WITHIN:.0f} s") from error

    async def unlink(self) -> None:
        """Take this device off its phone's list, when it is connected, so that nobody encrypts for it."""
        if self._connected.is_set():
            async with self._around.gate.call():
                await self._online().neonize.logout()

    def _online(self) -> Client:
        # A call on a client that isn't in Go's tables ends the process: callers ask here, inside the gate.
        if self._client is None or not self._connected.is_set():
            raise NotConnectedError(f"{self.number} is not connected: {self.reason}")
        return self._client

    async def _stay_connected(self) -> None:
        pause = 0.5
        while not self._over.is_set():
            client = Client(self.number, self._around, self._connected, self._keep, self._tell)
            try:
                async with self._around.gate.change():
                    await client.connect()
                    self._client = client
                    await client.learn_lid()
                    self.lid = client.lid
                    await say(client.neonize, available=self.available)  # in vain before its phone has named it
                await client.lived()
                self.reason = client.reason
                self._over.set()
                _log.warning("%s: %s", self.number, self.reason)
            except (NeonizeError, NotConnectedError, PhoneError) as error:
                self.reason = f"{type(error).__name__}: {error}"
                _log.warning("%s, next try in %.1f s: %s", self.number, pause, self.reason)
            finally:
                self._client = None
                async with self._around.gate.call():
                    await client.disconnect()
                async with self._around.gate.change():
                    await client.stop()
            if not self._over.is_set():
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _keep(self, event: MessageEvent) -> None:
        received = read_event(event, time.time())
        if received is None:
            return
        try:
            self._around.mailbox.write(self.number, received)
        except sqlite3.Error as error:
            self._loop.call_soon_threadsafe(self._break, error)
        else:
            self._loop.call_soon_threadsafe(self._on_kept, received.id)

    async def _tell(self, event: Receipt | ChatPresenceEvent | Presence) -> None:
        is_receipt = isinstance(event, Receipt)
        said = news.receipt(event) if is_receipt else news.presence(event)
        if said is not None:
            what = "receipts" if is_receipt else "presence"
            await asyncio.to_thread(self._around.mailbox.tell, self.number, what, said)

    def _on_kept(self, message: str) -> None:
        self._arrived.set()
        self._around.turns.landed(self.number, message)

    def _break(self, error: sqlite3.Error) -> None:
        if not self._broken.done():
            self._broken.set_exception(error)

    async def _until_broken(self) -> None:
        await self._broken

    async def _handle_arrived(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            messages = await asyncio.to_thread(self._around.mailbox.unhandled, self.number)
            for source, batch in groupby(messages, lambda message: message.source):
                await self._handle(MessageSource.FromString(source), list(batch))

    async def _handle(self, source: MessageSource, batch: list[Received]) -> None:
        if self.manner.reads:
            await self._try("read", lambda: self.read(source, [message.id for message in batch]))
        for message in batch:
            if not message.is_reply:  # or two contacts would answer each other for ever
                await self._reply(message)
        await asyncio.to_thread(self._around.mailbox.handled, [message.position for message in batch])
        for message in batch:
            self.files.arrived(message)

    async def _reply(self, message: Received) -> None:
        text = self.manner.reply
        if text is not None:
            direct = message.chat in (message.sender, STATUS)
            to = message.sender_number if direct and message.sender_number else message.chat
            await self._try("answer", lambda: self.send(to, _answer(text, message)))

    async def _try(self, what: str, action: Callable[[], Awaitable[object]]) -> None:
        for attempt in range(1, _TRIES + 1):
            await self.connected(within=None)
            try:
                await action()
            except (NeonizeError, ContactError) as error:
                _log.warning("%s could not %s, attempt %d of %d: %s", self.number, what, attempt, _TRIES, error)
            else:
                return


def _answer(text: str, quoted: Received) -> Message:
    context = ContextInfo(stanzaID=quoted.id, participant=quoted.sender)
    return Message(extendedTextMessage=ExtendedTextMessage(text=text, contextInfo=context))
