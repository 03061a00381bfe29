"""The files that come to a contact: downloaded when they arrive, or when somebody asks for one that is not here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

from sandbox.contacts.downloads import Downloads
from sandbox.contacts.errors import ContactError, NoFileError
from sandbox.contacts.mailbox import Received
from sandbox.contacts.shape import media_part

_log = logging.getLogger(__name__)


class ReceivedFiles:
    """The files of one contact. `run` downloads what arrives, beside everything else that the contact does."""

    def __init__(self, downloads: Downloads, download: Callable[[Message], Awaitable[bytes]]) -> None:
        """Keep files in `downloads`; `download` gives the decrypted file of a message, or raises a ContactError."""
        self._downloads = downloads
        self._download = download
        self._arrived: asyncio.Queue[Received] = asyncio.Queue()
        self._reasons: dict[int, str] = {}

    def arrived(self, message: Received) -> None:
        """Have the file of a message downloaded, if it has one."""
        if media_part(message.content) is not None:
            self._arrived.put_nowait(message)

    async def run(self) -> None:
        """Download what arrives, one after the other, until cancelled."""
        while True:
            message = await self._arrived.get()
            try:
                await self.get(message)
            except ContactError as error:
                _log.warning("the file of %s: %s", message.id, error)

    async def get(self, message: Received) -> Path:
        """Return where the file of a message is, downloading it if need be.

        Raises:
            NoFileError: the message has none, or WhatsApp does not give it.
            ContactError: the contact cannot ask for it now.
        """
        part = media_part(message.content)
        if part is None:
            raise NoFileError(f"{message.id} has no file")
        kept = self.find(message)
        if kept is not None:
            return kept
        try:
            content = await self._download(part)
        except ContactError as error:
            self._reasons[message.position] = str(error)
            raise
        self._reasons.pop(message.position, None)
        return await asyncio.to_thread(self._downloads.keep, message.position, content)

    def find(self, message: Received) -> Path | None:
        """Return where the file of a message is, if it is here."""
        return self._downloads.find(message.position)

    def reason(self, message: Received) -> str:
        """Return why the file of a message is not here; empty when nobody has tried since this process began."""
        return self._reasons.get(message.position, "")
