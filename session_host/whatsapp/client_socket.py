"""The socket of one client, as far as it can be told apart from others: to wait for it, and to shut it down."""

from __future__ import annotations

import asyncio
import time

from session_host.whatsapp import sockets
from session_host.whatsapp.freeing import Life
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.patience import within
from session_host.whatsapp.shared_parts import Shared

_ALONE_AT_MOST = 1.0
_DIALLED_WITHIN = 0.15
_LOOK_AGAIN = 0.05
_ANSWERED_WITHIN = 0.5


class ClientSocket:
    """Of a client in the library."""

    def __init__(self, client: NeonizeClient, shared: Shared, port: int) -> None:
        """`port`: the remote one of its connection."""
        self._client = client
        self._shared = shared
        self._port = port
        self.place: sockets.Place | None = None
        """None while it is not known."""

    @property
    def inode(self) -> int | None:
        """Its inode; None while it is not known."""
        return self.place.inode if self.place is not None else None

    @property
    def is_closed(self) -> bool:
        """Whether it was there and is not any more, as far as it can be told."""
        return self.place is not None and not self.place.is_open

    async def wait_for(self, life: Life, before: frozenset[str]) -> None:
        """Wait until the library's maps hold the client: it said something, or its connection is being made.

        Args:
            life: of the client's thread.
            before: the descriptors of the process before the client was started.
        """
        port = self._port
        begin = time.monotonic()
        wait = _DIALLED_WITHIN
        while not life.sign.is_set() and time.monotonic() - begin < _ALONE_AT_MOST:
            await within(life.sign.wait(), wait)
            wait = _LOOK_AGAIN
            if life.sign.is_set() or sockets.only_new(before, port) is not None:
                break
        self.place = sockets.only_new(before, port)

    def cut(self) -> None:
        """End the connection as if WhatsApp had, where it is known; from any thread."""
        inode = self.inode
        if inode is not None:
            sockets.shut_down(inode)

    async def shut_down(self, number: str) -> bool:
        """End the connection as if WhatsApp had; False when it could not be told apart.

        Args:
            number: the client's own: where nothing else tells, it is made to ask for it, and seen to speak.
        """
        if self.inode is not None and sockets.shut_down(self.inode):
            return True
        port = self._port
        inode = await sockets.find_speaker(port, lambda: self._shared.calls.run(self._client.is_on_whatsapp, number))
        return inode is not None and sockets.shut_down(inode)

    async def end_attempts(self) -> None:
        """End attempts to connect that get no answer, whosever: the library lets nobody end a client during one."""
        port = self._port
        hanging = sockets.unanswered(port)
        await asyncio.sleep(_ANSWERED_WITHIN)
        for inode in hanging & sockets.unanswered(port):
            sockets.shut_down(inode)
