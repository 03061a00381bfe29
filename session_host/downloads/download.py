"""Brings one file from WhatsApp, decrypted, in pieces: 2 MB of memory, however large it is."""

from __future__ import annotations

import asyncio
import base64
import http.client
import socket
import time
from collections.abc import AsyncGenerator
from concurrent.futures import Executor
from contextlib import suppress
from http import HTTPStatus

from session_host.downloads.errors import Gone, Unreachable
from session_host.downloads.opening import Opening
from session_host.downloads.tunnel import connection
from session_host.whatsapp.content.files import FileOnWhatsApp
from shared.proxy import Proxy

_PIECE = 256 * 1024
_NEVER = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LEAST_RATE = 16 * 1024
"""Bytes a second: one that comes slower is given up, so that nobody takes a place for ever."""
_LEAST_TIME = 60.0


async def download(file: FileOnWhatsApp, proxy: Proxy | None, pool: Executor) -> AsyncGenerator[bytes]:
    """The decrypted file. What came is right only when it ends without an error.

    Raises:
        Gone: WhatsApp has it no more.
        Corrupt: it is not what its sender says.
        Unreachable: it may be had the next time.
    """
    loop = asyncio.get_running_loop()
    one = _Download(file, proxy)
    try:
        await loop.run_in_executor(pool, one.open)
        while (piece := await loop.run_in_executor(pool, one.read)) is not None:
            if piece:
                yield piece
    finally:
        one.close()  # also while its thread reads: that ends then


class _Download:
    """On a thread."""

    def __init__(self, file: FileOnWhatsApp, proxy: Proxy | None) -> None:
        self._file = file
        self._opening = Opening(file)
        self._connection = connection(proxy)
        self._answer: http.client.HTTPResponse | None = None
        self._sock: socket.socket | None = None
        self._until = time.monotonic() + _LEAST_TIME + file.size / _LEAST_RATE

    def open(self) -> None:
        hashed = base64.urlsafe_b64encode(self._file.enc_sha256).decode().replace("=", "%3D")
        target = f"{self._file.path}&hash={hashed}&mms-type={self._file.mms_type}&__wa-mms="
        headers = {"Origin": "https://web.whatsapp.com", "Referer": "https://web.whatsapp.com/"}
        try:
            self._connection.request("GET", target, headers=headers)
            self._sock = self._connection.sock
            self._answer = self._connection.getresponse()
        except http.client.InvalidURL as error:
            raise Gone("its address is none") from error
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if self._answer.status in _NEVER:
            raise Gone(f"WhatsApp answers {self._answer.status}")
        if self._answer.status != HTTPStatus.OK:
            raise Unreachable(f"WhatsApp answers {self._answer.status}")

    def read(self) -> bytes | None:
        """More of the file, perhaps nothing yet; None at its end."""
        answer = self._answer
        if answer is None:
            return None
        if time.monotonic() > self._until:
            raise Unreachable("it comes too slowly")
        try:
            data = answer.read(_PIECE)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: it was closed meanwhile
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if data:
            return self._opening.feed(data)
        self._answer = None
        if answer.length:
            raise Unreachable("the connection ended before the file")
        return self._opening.finish()

    def close(self) -> None:
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()
