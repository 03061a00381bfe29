"""Uploads to WhatsApp's media servers: so many bytes at once, and none is waited for without an end.

The library holds three times a file while it uploads it. It knows no deadline, and nothing but the server ends an
upload that gets no answer: its thread is counted, and a shard that has several is replaced (`session_host.wear`).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from session_host.whatsapp.call_threads import CallThreads
from session_host.whatsapp.content.ready import Uploaded
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.mapped_files import MappedFiles
from session_host.whatsapp.library.neonize_client import MediaKinds, NeonizeClient
from session_host.whatsapp.media_client import NotUploaded

_log = structlog.get_logger()

_AT_ONCE = 16
_BEGINS_WITHIN = 30.0
_LEAST_SPEED = 128 * 1024
"""Bytes a second."""
_STATUS = re.compile(r"status(?: code)? (\d{3})\b")
_KINDS = {
    "image": MediaKinds.IMAGE, "sticker": MediaKinds.IMAGE, "video": MediaKinds.VIDEO, "gif": MediaKinds.VIDEO,
    "video_note": MediaKinds.VIDEO, "audio": MediaKinds.AUDIO, "voice": MediaKinds.AUDIO,
    "document": MediaKinds.DOCUMENT,
}  # fmt: skip
"""By the `type` of content: how WhatsApp derives its keys, and what its server is told."""


class Uploads:
    """Of one process. Made and used on one event loop."""

    def __init__(self, leftovers: Leftovers, at_once: int) -> None:
        """`at_once`: bytes; a larger file goes alone."""
        self._leftovers = leftovers
        self._threads = CallThreads(_AT_ONCE, "whatsapp-upload")
        self._room = ByteRoom(at_once)
        self._mapped = MappedFiles()

    async def upload(self, client: NeonizeClient, file: Path, size: int, kind: str, *, plain: bool = False) -> Uploaded:
        """Bring a file there; see `MediaClient.upload`."""
        taken = self._room.take(size) or await self._room.wait(size)
        try:
            answer = await self._bring(client.upload_plain if plain else client.upload, file, size, kind)
        finally:
            self._room.give_back(taken)
        if answer.Error:
            status = _STATUS.search(answer.Error)
            raise NotUploaded(answer.Error, code=None if status is None else int(status[1]))
        found = answer.UploadResponse
        return Uploaded(
            url=found.url,
            direct_path=found.DirectPath,
            media_key=found.MediaKey,
            file_sha256=found.FileSHA256,
            file_enc_sha256=found.FileEncSHA256,
            size=found.FileLength,
            at=int(time.time()),
        )

    async def _bring(self, bring: Callable[[Any, int], Any], file: Path, size: int, kind: str) -> Any:  # noqa: ANN401 - a protobuf
        call = self._threads.begin(lambda: bring(self._mapped.of(file), _KINDS[kind]))
        late = NotUploaded("WhatsApp's media server did not answer in time.")
        try:
            if not await call.over_within(_BEGINS_WITHIN + size / _LEAST_SPEED, late):
                raise late
        finally:
            if not call.future.done():
                self._leave(call.future)
        return call.future.result()

    def _leave(self, call: asyncio.Future[Any]) -> None:
        """Nobody waits for it any more: it is one of the leftovers until it returns."""
        self._leftovers.uploads += 1
        _log.warning("upload_left", uploads=self._leftovers.uploads)

        def returned(call: asyncio.Future[Any]) -> None:
            self._leftovers.uploads -= 1
            if not call.cancelled():
                call.exception()  # it is nobody's

        call.add_done_callback(returned)


class ByteRoom:
    """Room for so many bytes, given in the order of asking."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()

    def take(self, size: int) -> int:
        """Take that much room, or all of it, if it is free and nobody waits: what is to be given back; 0 if not."""
        size = min(size, self._most)
        if self._waiting or self._taken + size > self._most:
            return 0
        self._taken += size
        return size

    async def wait(self, size: int) -> int:
        """The same as soon as it is free."""
        size = min(size, self._most)
        self._waiting += 1
        try:
            async with self._turn:
                while self._taken + size > self._most:
                    self._freed.clear()
                    await self._freed.wait()
                self._taken += size
        finally:
            self._waiting -= 1
        return size

    def give_back(self, size: int) -> None:
        """Leave room that was taken."""
        self._taken -= size
        self._freed.set()
