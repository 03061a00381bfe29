"""Uploads to WhatsApp's media servers: so many bytes at once, and none is waited for without an end.

The library holds three times a file while it uploads it. It knows no deadline, and nothing but the server ends an
upload that gets no answer: its thread is counted, and a shard that has several is replaced (`session_host.wear`).
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from session_host.whatsapp.call_threads import CallThreads
from session_host.whatsapp.content.ready import Uploaded
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.mapped_files import MappedFiles, mapped
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

    async def upload(self, client: NeonizeClient, file: Path, kind: str, *, plain: bool = False) -> Uploaded:
        """Bring a file there; see `MediaClient.upload`."""
        there = os.stat(file)  # noqa: PTH116 - a thread would cost more
        size = there.st_size
        async with self._room.taken(size):
            view = self._mapped.find(there)
            bring = client.upload_plain if plain else client.upload

            def do() -> tuple[Any, Any]:
                content = mapped(file) if view is None else view
                return content, bring(content, _KINDS[kind])

            call, late = self._threads.begin(do), NotUploaded("WhatsApp's media server did not answer in time.")
            try:
                in_time = await call.over_within(_BEGINS_WITHIN + size / _LEAST_SPEED, late)
            finally:
                if not call.future.done():
                    self._leave(call.future)
            if not in_time:
                raise late
        content, answer = call.future.result()
        self._mapped.keep(there, content)
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

    @asynccontextmanager
    async def taken(self, size: int) -> AsyncGenerator[None]:
        """Hold that much room, or all of it."""
        size = min(size, self._most)
        if self._waiting or self._taken + size > self._most:
            await self._wait(size)
        else:
            self._taken += size
        try:
            yield
        finally:
            self._taken -= size
            self._freed.set()

    async def _wait(self, size: int) -> None:
        self._waiting += 1
        try:
            async with self._turn:
                while self._taken + size > self._most:
                    self._freed.clear()
                    await self._freed.wait()
                self._taken += size
        finally:
            self._waiting -= 1
