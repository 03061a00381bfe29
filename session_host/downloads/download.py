"""Brings one file from WhatsApp, decrypted, in pieces: 2 MB of memory, however large it is."""

from __future__ import annotations

import asyncio
import base64
import http.client
import socket
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from contextlib import suppress
from http import HTTPStatus
from typing import TypeVar

from session_host.downloads.errors import Gone, Unreachable
from session_host.downloads.opening import opening_of
from session_host.downloads.tunnel import connection
from session_host.whatsapp.content.files import FileOnWhatsApp
from shared.proxy import Proxy

_PIECE = 256 * 1024
_NEVER = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_AT_MOST = 1.0
"""Seconds in which a piece is gathered: TLS gives 16 KiB at a time."""
_ANSWERS_WITHIN = 90.0
"""Seconds for the connection and the head of the answer, and for each piece; one step of the network has 30."""
_LOOK_EVERY, _LEAST = 30.0, 512 * 1024
"""So many seconds of waiting, and the bytes that have to come in them: what comes slower is given up, so that nobody
takes a place for ever."""

T = TypeVar("T")


async def download(file: FileOnWhatsApp, proxy: Proxy | None, pool: Executor) -> AsyncGenerator[bytes]:
    """The decrypted file. What came is right only when it ends without an error.

    Raises:
        Gone: WhatsApp no longer has it.
        Corrupt: it is not what its sender says.
        Unreachable: it may be had the next time.
    """
    one = _Download(file, proxy)
    try:
        await _on_thread(pool, one.open)
        while (piece := await _on_thread(pool, one.read)) is not None:
            if piece:
                yield piece
    finally:
        one.close()  # also while its thread reads: that ends then


async def _on_thread(pool: Executor, step: Callable[[], T]) -> T:
    """What a step returns; Unreachable when it takes too long, as it may where each byte comes in time."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            return await asyncio.get_running_loop().run_in_executor(pool, step)
    except TimeoutError as error:
        raise Unreachable("WhatsApp does not answer in time") from error


class _Download:
    """On a thread."""

    def __init__(self, file: FileOnWhatsApp, proxy: Proxy | None) -> None:
        self._file = file
        self._opening = opening_of(file)
        self._connection = connection(proxy)
        self._answer: http.client.HTTPResponse | None = None
        self._sock: socket.socket | None = None
        self._is_closed = False
        self._pace = _Pace()

    def open(self) -> None:
        hashed = base64.urlsafe_b64encode(self._file.enc_sha256).decode().replace("=", "%3D")
        named = f"&hash={hashed}" if hashed else ""
        target = f"{self._file.path}{named}&mms-type={self._file.mms_type}&__wa-mms="
        headers = {"Origin": "https://web.whatsapp.com", "Referer": "https://web.whatsapp.com/"}
        try:
            self._connection.connect()
            self._sock = self._connection.sock
            if self._is_closed:
                self.close()
                raise Unreachable("nobody waits for it any more")
            self._connection.request("GET", target, headers=headers)
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
        try:
            data = self._piece(answer)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: it was closed meanwhile
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        if data:
            return self._opening.feed(data)
        self._answer = None
        if answer.length:
            raise Unreachable("the connection ended before the file")
        return self._opening.finish()

    def _piece(self, answer: http.client.HTTPResponse) -> bytes:
        """What comes next, nothing at the end. Not by `read`, which waits until it has all that it was asked for."""
        came, until = bytearray(), time.monotonic() + _AT_MOST
        while len(came) < _PIECE and time.monotonic() < until:
            asked_at = time.monotonic()
            data = answer.read1(_PIECE - len(came))
            self._pace.is_kept(len(data), time.monotonic() - asked_at)
            if not data:
                break
            came += data
        return bytes(came)

    def close(self) -> None:
        self._is_closed = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()


class _Pace:
    """Whether enough comes, in the time that is spent on waiting for it."""

    def __init__(self) -> None:
        self._waited, self._came = 0.0, 0

    def is_kept(self, size: int, waited: float) -> None:
        """Note what came. Raises Unreachable."""
        self._waited += waited
        self._came += size
        if self._waited < _LOOK_EVERY or not size:
            return
        if self._came < _LEAST:
            raise Unreachable("it comes too slowly")
        self._waited, self._came = 0.0, 0
